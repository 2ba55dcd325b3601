import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { idempotencyKeys } from '../../http/tables'
import { dropTwoFactor, noPassword, type User } from '../accounts'
import { accountTokens, apiTokens, sessions, users } from '../accounts/tables'
import { eraseSubscriptionNames } from '../subscriptions'

/** A name that is reserved for never being one (RFC 2606): nothing sent there arrives anywhere. */
const pseudonymOf = (userId: string): string => `closed-${userId}@closed.invalid`

/**
 * Leaves of a person what the books and the audit log point to, and nothing that says who it was or lets anybody in. Their
 * address is free for a new account. From here on triggers keep the row as it is.
 */
export async function erasePerson(tx: Tx, { id }: User, at: Date): Promise<void> {
  // With their refresh tokens, addresses and devices: what they called with is refused from the next request on.
  await tx.delete(sessions).where(eq(sessions.userId, id)).run()
  await tx.delete(apiTokens).where(eq(apiTokens.userId, id)).run()
  await tx.delete(accountTokens).where(eq(accountTokens.userId, id)).run()
  await dropTwoFactor(tx, id)
  await tx.delete(idempotencyKeys).where(eq(idempotencyKeys.actorId, id)).run()
  await eraseSubscriptionNames(tx, id)
  await tx
    .update(users)
    .set({
      email: pseudonymOf(id),
      name: 'Closed account',
      passwordHash: noPassword,
      role: 'USER',
      status: 'CLOSED',
      locale: 'id',
      emailVerifiedAt: null,
      monthlyStatement: false,
      updatedAt: at,
    })
    .where(eq(users.id, id))
    .run()
}
