import type { Tx } from '../../db'
import { minute, second } from '../../lib/clock'
import { PaymentError } from '../../payments'
import type { JobKind } from '../../queue'
import { inWords } from './outcome'
import { postRefund, voidRefund } from './refund-books'
import { getRefund, type RefundOfTopUp, sendRefund } from './refunds'
import { type SettleNeeds, settleInTurn } from './settle'
import type { Refund } from './tables'
import { raiseAlert } from './tell-administrators'
import { inTurn, type Turn } from './turn'

const sendDeadlineMs = minute
/** Over about three hours. */
const maxAttempts = 15

/** Second phase. Asking twice under the refund's own key gives back once, so it may be cut off and repeated anywhere. */
export const refundJob = (parts: SettleNeeds): JobKind<{ refundId: string }> => ({
  kind: sendRefund,
  deadlineMs: sendDeadlineMs,
  maxAttempts,
  backoff: { firstMs: 5 * second, maxMs: 30 * minute },
  cancel: { refused: 'Money that was promised has to be sent: withdraw the refund instead' },
  run: async ({ refundId }, { attempt }) => {
    const { topUp } = await getRefund(parts.db.read, refundId)
    try {
      await inTurn(topUp.orderId, (turn) => send(parts, refundId, turn))
    } catch (fault) {
      if (attempt >= maxAttempts) await tellUnsent(parts, refundId)
      throw fault
    }
  },
})

/** The job gives up: the money stays reserved until a person retries it or withdraws the refund. */
const tellUnsent = (parts: SettleNeeds, refundId: string): Promise<void> =>
  parts.db.write(async (tx) => {
    const { refund, topUp } = await getRefund(tx, refundId)
    if (refund.status !== 'RESERVED') return
    const finding = `refund ${refundId} of ${inWords(refund.amount)} could not be sent: retry its job, or withdraw it`
    const occasion = `${refundId}:${parts.clock.now().toISOString().slice(0, 10)}`
    await raiseAlert(parts, tx, topUp, { occasion, finding })
  })

async function send(parts: SettleNeeds, refundId: string, turn: Turn): Promise<void> {
  const { refund, topUp } = await getRefund(parts.db.read, refundId)
  if (refund.status !== 'RESERVED') return
  try {
    await parts.payments.refund(topUp.orderId, {
      key: refund.id,
      amount: refund.amount,
      reason: refund.reason,
      transactionId: topUp.providerTransactionId ?? undefined,
      withinMs: turn.leftMs(),
    })
  } catch (fault) {
    if (!(fault instanceof PaymentError) || fault.outcome !== 'none' || fault.retryable) throw fault
    parts.log.warn({ refundId, kind: fault.kind, diagnosis: fault.diagnosis }, 'refund refused')
    await finish(parts, refundId, (tx, now) =>
      voidRefund(parts, tx, now.topUp, now.refund, `refused by the provider (${fault.kind})`),
    )
    // What kept it from being refunded may be a reversal that we have not heard of.
    await settleInTurn(parts, topUp.orderId, turn)
    return
  }
  await finish(parts, refundId, (tx, now) => postRefund(parts, tx, now.topUp, now.refund, null))
}

/** Read anew inside the transaction: it ends once. */
async function finish(
  parts: SettleNeeds,
  refundId: string,
  ending: (tx: Tx, now: RefundOfTopUp) => Promise<Refund>,
): Promise<Refund> {
  return parts.db.write(async (tx) => {
    const now = await getRefund(tx, refundId)
    return now.refund.status === 'RESERVED' ? ending(tx, now) : now.refund
  })
}
