import { and, eq } from 'drizzle-orm'
import type { Parts } from '../../parts'
import { PaymentError } from '../../payments'
import type { TransactionStatus } from '../ledger/tables'
import { settleTopUp } from './settle'
import type { TopUp } from './tables'
import { topUps } from './tables'

type Needs = Pick<Parts, 'config' | 'db' | 'clock' | 'payments' | 'queue' | 'log'>

/** Withdraws an unpaid order at the provider. What the provider says then decides: a payment that came first wins. */
export async function withdrawTopUp(parts: Needs, topUp: TopUp): Promise<TransactionStatus> {
  try {
    await parts.payments.cancel(topUp.orderId, { method: topUp.method })
  } catch (fault) {
    if (!(fault instanceof PaymentError)) throw fault
    // A hosted page without a chosen method has nothing to withdraw yet: it is ours alone to close. A payment that comes
    // all the same is credited.
    if (fault.kind !== 'unknown-order' && fault.kind !== 'conflict') throw fault
  }
  return settleTopUp(parts, topUp.orderId, { orElse: 'CANCELLED' })
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
