import type { RefundRequest, RefundResult } from './gateway'
import { type MidtransAnswer, readText } from './midtrans-answer'
import { stateOf } from './midtrans-status'
import { parseAmount } from './midtrans-values'
import { unusableAnswer } from './payment-error'

export function readRefund(answer: MidtransAnswer, orderId: string, { key, amount }: RefundRequest): RefundResult {
  const { body } = answer
  const state = stateOf(answer)
  if (readText(body, 'order_id') !== orderId) throw unusableAnswer('a refund of another order')
  if (readText(body, 'refund_key') !== key) throw unusableAnswer('a refund under another key')
  // Midtrans does not say whether this is the one refund's amount or the sum of all so far: both hold at least ours.
  if (parseAmount(readText(body, 'refund_amount') ?? '') < amount) throw unusableAnswer('a refund of a smaller amount')
  if (state !== 'refunded' && state !== 'partially_refunded') throw unusableAnswer(`refund ended as ${state}`)
  return { orderId, key, amount, state, raw: body }
}
