import { and, eq } from 'drizzle-orm'
import type { Actor } from '../../http/access'
import { second } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { PaymentError } from '../../payments'
import type { TransactionStatus } from '../ledger/tables'
import { closeTopUp } from './ending'
import { settleInTurn } from './settle'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { getOwnTopUp, getTopUp, topUpViewOf } from './top-up-read'
import { inTurn, type Turn } from './turn'

/** Of the turn, so that the question how the order stands then has its time too. */
const cancelWithinMs = 12 * second

type Needs = Pick<Parts, 'config' | 'db' | 'clock' | 'payments' | 'queue' | 'log'>

/** Withdraws an order that is not paid. */
export async function cancelTopUp(parts: Needs, actor: Actor, id: string) {
  const topUp = await getOwnTopUp(parts.db.read, actor, id)
  if (topUp.status !== 'PENDING')
    throw new AppError('INVALID_STATE', `This top-up is ${topUp.status}`, { status: topUp.status })
  const state = await withdrawTopUp(parts, topUp)
  if (state === 'SUCCESS') throw new AppError('INVALID_STATE', 'This top-up was paid already', { status: state })
  if (state === 'PENDING') throw new AppError('PAYMENT_FAILED', 'The payment could not be cancelled', { status: state })
  return topUpViewOf(await getTopUp(parts.db.read, id))
}

/** Withdraws an unpaid order at the provider. What the provider says then decides: a payment that came first wins. */
const withdrawTopUp = (parts: Needs, { id, orderId }: TopUp): Promise<TransactionStatus> =>
  inTurn(orderId, async (turn) => {
    try {
      return await withdrawInTurn(parts, await getTopUp(parts.db.read, id), turn)
    } catch (fault) {
      const topUp = await getTopUp(parts.db.read, id)
      // One that the provider never took is ours alone to close, though it can't be asked: nobody was told how to pay it.
      if (!(fault instanceof PaymentError) || topUp.charged) throw fault
      parts.log.warn({ topUpId: id, kind: fault.kind, diagnosis: fault.diagnosis }, 'top-up withdrawn on our side only')
      await parts.db.write(async (tx) => closeTopUp(tx, await getTopUp(tx, id), 'CANCELLED', parts.clock.now()))
      return (await getTopUp(parts.db.read, id)).status
    }
  })

async function withdrawInTurn(parts: Needs, topUp: TopUp, turn: Turn): Promise<TransactionStatus> {
  try {
    await parts.payments.cancel(topUp.orderId, { method: topUp.method, withinMs: cancelWithinMs })
  } catch (fault) {
    if (!(fault instanceof PaymentError)) throw fault
    // A hosted page without a chosen method has nothing to withdraw yet: it is ours alone to close. A payment that comes
    // all the same is credited.
    if (fault.kind !== 'unknown-order' && fault.kind !== 'conflict') throw fault
  }
  return settleInTurn(parts, topUp.orderId, turn, { orElse: 'CANCELLED' })
}

/** Withdraws whatever a person has left unpaid. Idempotent. @throws Error once all were tried, if one is still open */
export async function withdrawOpenTopUps(parts: Needs, userId: string, signal: AbortSignal): Promise<void> {
  const open = await parts.db.read
    .select()
    .from(topUps)
    .where(and(eq(topUps.userId, userId), eq(topUps.status, 'PENDING')))
    .all()
  let left = 0
  for (const topUp of open) {
    signal.throwIfAborted()
    const status = await withdrawTopUp(parts, topUp).catch((fault: unknown) => {
      // The provider is away: the job comes again, and the order's own end comes in any case.
      if (!(fault instanceof PaymentError)) throw fault
      parts.log.warn({ topUpId: topUp.id, kind: fault.kind, diagnosis: fault.diagnosis }, 'top-up not withdrawn')
      return 'PENDING'
    })
    if (status === 'PENDING') left++
  }
  if (left > 0) throw new Error(`${left} of ${open.length} top-ups could not be withdrawn`)
}
