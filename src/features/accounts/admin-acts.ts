import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { chargeWallet, creditWallet, promo, sources } from '../ledger'
import { narrowApiTokens } from './api-tokens'
import type { User } from './tables'
import { type Role, type UserStatus, users } from './tables'
import { getUser, getUserView } from './users'

type Needs = Pick<Parts, 'clock' | 'streams'>
type UserView = Awaited<ReturnType<typeof getUserView>>

/** @throws AppError FORBIDDEN for oneself, INVALID_STATE for a closed account */
export async function setRole(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  { role, reason }: { role: Role; reason: string },
): Promise<UserView> {
  const user = await getChangeable(tx, actor, id)
  if (user.role === role) return getUserView(tx, id)
  if (role === 'USER') assertSomebodyElse(actor, user)
  await change(parts, tx, user, { role })
  if (role === 'USER') await narrowApiTokens(tx, id)
  await record(parts, tx, actor, user, { action: 'user.role', reason, before: { role: user.role }, after: { role } })
  return getUserView(tx, id)
}

/**
 * Locks a person out with their next request; their streams end now. Sessions stay for the end of the suspension, and so do their
 * apps and the billing of them: who wants those stopped suspends the subscriptions.
 * @throws AppError like setRole
 */
export async function suspendUser(parts: Needs, tx: Tx, actor: Actor, id: string, reason: string): Promise<UserView> {
  const user = await getChangeable(tx, actor, id)
  if (user.status === 'SUSPENDED') throw new AppError('INVALID_STATE', 'The account is suspended already')
  assertSomebodyElse(actor, user)
  return setStatus(parts, tx, actor, user, { action: 'user.suspend', status: 'SUSPENDED', reason })
}

/** @throws AppError INVALID_STATE if the account is not suspended */
export async function unsuspendUser(parts: Needs, tx: Tx, actor: Actor, id: string, reason: string): Promise<UserView> {
  const user = await getChangeable(tx, actor, id)
  if (user.status !== 'SUSPENDED') throw new AppError('INVALID_STATE', 'The account is not suspended')
  return setStatus(parts, tx, actor, user, { action: 'user.unsuspend', status: 'ACTIVE', reason })
}

/**
 * Puts money into a wallet or takes it out, booked against the promotion account, as the customer sees in their statement.
 * @throws AppError INSUFFICIENT_BALANCE if the wallet does not hold what is taken, INVALID_STATE for a closed account
 */
export async function adjustCredit(
  { clock }: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Actor,
  id: string,
  { amount, reason }: { amount: number; reason: string },
) {
  const user = await getChangeable(tx, actor, id)
  const at = clock.now()
  const move = amount > 0 ? creditWallet : chargeWallet
  const {
    number,
    id: transactionId,
    balanceAfter,
  } = await move(tx, {
    userId: id,
    type: 'ADJUSTMENT',
    counterAccount: promo,
    amount: rupiah(Math.abs(amount)),
    source: sources.adjustment.build({ id: newId('adjustment', at.getTime()) }),
    description: reason.trim(),
    at,
  })
  const customId = `TXMP-${number}`
  const after = { amount, transaction: customId, balance: toJson(balanceAfter) }
  await record({ clock }, tx, actor, user, { action: 'user.credit-adjustment', reason, after })
  return { transactionId, customId, amount, balanceAfter: toJson(balanceAfter), createdAt: at.toISOString() }
}

/** Checks again that the actor may still act, now that the transaction has begun. */
export async function getChangeable(tx: Tx, actor: Actor, id: string): Promise<User> {
  const { role, status } = await getUser(tx, actor.userId)
  if (role !== 'ADMINISTRATOR' || status !== 'ACTIVE') throw new AppError('FORBIDDEN', 'Administrators only')
  const user = await getUser(tx, id)
  if (user.status === 'CLOSED') throw new AppError('INVALID_STATE', 'The account is closed')
  return user
}

/** The actor is an active administrator in this transaction: unless they act on themselves, one always remains. */
export function assertSomebodyElse(actor: Actor, user: User): void {
  if (user.id === actor.userId) throw new AppError('FORBIDDEN', 'You can’t do this to your own account')
}

interface StatusChange {
  action: string
  status: UserStatus
  reason: string
}

async function setStatus(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  user: User,
  { action, status, reason }: StatusChange,
): Promise<UserView> {
  await change(parts, tx, user, { status })
  await record(parts, tx, actor, user, { action, reason, before: { status: user.status }, after: { status } })
  return getUserView(tx, user.id)
}

async function change(
  { clock, streams }: Needs,
  tx: Tx,
  { id }: User,
  to: { role?: Role; status?: UserStatus },
): Promise<void> {
  await tx
    .update(users)
    .set({ ...to, updatedAt: clock.now() })
    .where(eq(users.id, id))
    .run()
  // A stream was allowed to what the person was when it began.
  tx.afterCommit(() => streams.closeAll('your account was changed', { userId: id }))
}

interface Recorded {
  action: string
  reason: string
  before?: Record<string, unknown>
  after: Record<string, unknown>
}

const record = ({ clock }: Pick<Parts, 'clock'>, tx: Tx, actor: Actor, { id }: User, act: Recorded): Promise<void> =>
  recordAct(tx, { ...act, actor, target: { kind: 'user', id }, at: clock.now() })
