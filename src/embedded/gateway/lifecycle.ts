import { type Order, refundedAmount } from './order'

/** Each answers the order as it becomes, or null where Midtrans would not have it. None touches what it was given. */
export function paid(order: Order, now: Date): Order | null {
  if (order.status !== 'pending' || !order.payment) return null
  if (order.payment.type !== 'credit_card') return settled(order, now)
  const verdict = verdictOfCard(order.payment.firstSix)
  if (verdict === 'deny') return { ...order, status: 'deny', fraudStatus: 'deny' }
  return { ...order, status: 'capture', fraudStatus: verdict }
}

/** Midtrans' own test cards: 4811… is accepted, 4911… refused by the bank, 4511… challenged by fraud detection. */
function verdictOfCard(firstSix: string): Order['fraudStatus'] {
  if (firstSix === '491111') return 'deny'
  return firstSix === '451111' ? 'challenge' : 'accept'
}

/**
 * Settles whatever came before, also what had expired: the bank's word arrives when it arrives. Settled again, after a dispute
 * say, it tells so in the same bytes as the first time.
 */
export const settled = (order: Order, now: Date): Order => ({
  ...order,
  status: 'settlement',
  fraudStatus: 'accept',
  settledAt: order.settledAt ?? now.toISOString(),
  chargedBack: undefined,
})

export function expired(order: Order): Order | null {
  return order.status === 'pending' ? { ...order, status: 'expire' } : null
}

/** A captured card can be voided until it settles. */
export function cancelled(order: Order): Order | null {
  return order.status === 'pending' || order.status === 'capture' ? { ...order, status: 'cancel' } : null
}

export function approved(order: Order): Order | null {
  return isChallenged(order) ? { ...order, fraudStatus: 'accept' } : null
}

/** The merchant's refusal of a challenged card. */
export function challengeDenied(order: Order): Order | null {
  return isChallenged(order) ? { ...order, status: 'deny', fraudStatus: 'deny' } : null
}

/** The bank's refusal, or its reversal minutes after the settlement. */
export function denied(order: Order): Order | null {
  if (order.status !== 'pending' && order.status !== 'settlement' && !isChallenged(order)) return null
  return { ...order, status: 'deny', fraudStatus: order.status === 'settlement' ? order.fraudStatus : 'deny' }
}

export function refunded(
  order: Order,
  refund: { key: string; amount: number; reason: string },
  now: Date,
): Order | null {
  if (order.status !== 'settlement' && order.status !== 'partial_refund') return null
  if (!isRefundable(order) || refundedAmount(order) + refund.amount > order.amount) return null
  const refunds = [...order.refunds, { ...refund, id: nextRefundId(order), at: now.toISOString() }]
  const whole = refunds.reduce((sum, { amount }) => sum + amount, 0) === order.amount
  return { ...order, refunds, status: whole ? 'refund' : 'partial_refund' }
}

export const nextRefundId = (order: Order): number => (order.refunds.at(-1)?.id ?? 0) + 1

/** A refund that came to nothing and stands in no list any more. */
export function refundForgotten(order: Order, key: string): Order | null {
  if (order.status !== 'refund' && order.status !== 'partial_refund') return null
  const refunds = order.refunds.filter((refund) => refund.key !== key)
  if (refunds.length === order.refunds.length) return null
  return { ...order, refunds, status: refunds.length === 0 ? 'settlement' : 'partial_refund' }
}

/** A bank transfer has no way back. */
export const isRefundable = (order: Order): boolean =>
  order.payment !== null && order.payment.type !== 'bank_transfer' && order.payment.type !== 'echannel'

/** All of it without an amount. */
export function chargedBack(order: Order, amount = order.amount): Order | null {
  if (!['settlement', 'capture', 'partial_chargeback'].includes(order.status)) return null
  const sum = (order.chargedBack ?? 0) + amount
  if (sum >= order.amount) return { ...order, status: 'chargeback', chargedBack: undefined }
  return { ...order, status: 'partial_chargeback', chargedBack: sum }
}

/** Paid with a fee that the provider takes from the customer for itself. */
export function paidWithFee(order: Order, fee: number, now: Date): Order | null {
  const original = order.originalAmount ?? order.amount
  return paid({ ...order, amount: original + fee, originalAmount: original }, now)
}

/** Whether the order's id is free for another transaction. */
export const isReusable = (order: Order): boolean =>
  order.status === 'expire' || order.status === 'cancel' || order.status === 'deny'

const isChallenged = (order: Order): boolean => order.status === 'capture' && order.fraudStatus === 'challenge'
