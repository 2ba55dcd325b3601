import { and, count, eq, ne } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import type { Thing } from '../../lib/kinds'
import { rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { assertUnchanged, confirmPassword, orThrow, passTwoFactor, type User } from '../accounts'
import { isAdministrator, users } from '../accounts/tables'
import { recordAct } from '../audit'
import { terminateInstances } from '../instances'
import { forfeitBalance } from '../ledger'
import { enqueueMail, eraseMails, findSuppression } from '../mails'
import { endAllSubscriptions } from '../subscriptions'
import { erasePerson } from './erase'
import { enqueueRemainder } from './remainder'

const action = 'account.close'
const why = 'account closed'

type Needs = Pick<
  Parts,
  'db' | 'clock' | 'config' | 'passwords' | 'streams' | 'queue' | 'sealer' | 'reconciler' | 'platform'
>

export interface Closing {
  password: string
  totp?: string
  /** Whole rupiah. */
  forfeitUpTo?: number
}

export interface Closed {
  closedAt: string
  forfeited: number
  subscriptionsEnded: number
}

/**
 * Closes the caller's own account, for good. One transaction ends and erases all that is in the database's own hands; what
 * needs the network, or more than one transaction, is left to a job that this one enqueues.
 * @throws AppError FORBIDDEN on a wrong password or code, TOTP_REQUIRED, INVALID_STATE for the last administrator and for
 * more money in the wallet than `forfeitUpTo`
 */
export async function closeAccount(parts: Needs, actor: Actor, input: Closing): Promise<Closed> {
  const user = await confirmPassword(parts, actor, input.password, action)
  const outcome = await parts.db.write(async (tx) => {
    await assertUnchanged(tx, user)
    const target: Thing = { kind: 'user', id: user.id }
    const attempt = { action, target }
    const refusal = await passTwoFactor(parts, tx, actor, input.totp, { code: 'FORBIDDEN', attempt })
    return refusal ?? close(parts, tx, actor, user, rupiah(input.forfeitUpTo ?? 0))
  })
  return orThrow(outcome)
}

async function close(parts: Needs, tx: Tx, actor: Actor, user: User, forfeitUpTo: bigint): Promise<Closed> {
  const at = parts.clock.now()
  await assertAnotherAdministrator(tx, user)
  const subscriptionsEnded = await endAllSubscriptions(parts, tx, actor, why)
  await terminateInstances(parts, tx, user.id, { actor, reason: why })
  // Only now all refunds are in: what they brought needs the explicit yes as well, or none of this has happened.
  const forfeited = toJson(await forfeitBalance(tx, { userId: user.id, upTo: forfeitUpTo, at }))
  const isReachable = (await findSuppression(tx, user.email)) === undefined
  await eraseMails(tx, user.id)
  const closingNotice = { at: at.toISOString(), forfeited }
  const key = `account-closed:${user.id}`
  // Once it is forgotten that mails there come back, nobody would hold this one up.
  if (isReachable)
    await enqueueMail(parts, tx, { key, userId: user.id, template: 'account-closed', data: closingNotice })
  await erasePerson(tx, user, at)
  await enqueueRemainder(parts, tx, user.id, at)
  await recordAct(tx, {
    actor,
    action,
    target: { kind: 'user', id: user.id },
    before: { status: user.status, role: user.role },
    after: { status: 'CLOSED', forfeited, subscriptionsEnded },
    at,
  })
  tx.afterCommit(() => parts.streams.closeAll('your account is closed', { userId: user.id }))
  return { closedAt: at.toISOString(), forfeited, subscriptionsEnded }
}

/** One administrator must remain who can let others in. */
async function assertAnotherAdministrator(tx: Tx, { id, role }: User): Promise<void> {
  if (role !== 'ADMINISTRATOR') return
  const others = await tx
    .select({ total: count() })
    .from(users)
    .where(and(isAdministrator, eq(users.status, 'ACTIVE'), ne(users.id, id)))
    .get()
  if ((others?.total ?? 0) > 0) return
  throw new AppError('INVALID_STATE', 'You are the only administrator; make somebody else an administrator first', {
    reason: 'last-administrator',
  })
}
