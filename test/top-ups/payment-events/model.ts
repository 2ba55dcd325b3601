import type { Order } from '../../../src/embedded/gateway/order'

/** What a payment is worth in the end, from nothing but the provider's last word on it; whole rupiah. */
export interface Worth {
  wallet: number
  fees: number
}

const nothing: Worth = { wallet: 0, fees: 0 }
const sum = (amounts: number[]): number => amounts.reduce((total, amount) => total + amount, 0)

/** Whether there was money, though it may have gone back since. */
export const wasPaid = ({ status, fraudStatus }: Order): boolean =>
  ['settlement', 'refund', 'partial_refund', 'chargeback', 'partial_chargeback'].includes(status) ||
  (status === 'capture' && fraudStatus === 'accept')

/** @param amount of the top-up, which is the payment without what was paid on top */
export function worthOf(order: Order, amount: number): Worth {
  if (!wasPaid(order) || order.status === 'chargeback') return nothing
  const back = sum(order.refunds.map((refund) => refund.amount)) + (order.chargedBack ?? 0)
  const fee = order.amount - amount
  return { wallet: Math.max(amount - back, 0), fees: fee - Math.max(back - amount, 0) }
}
