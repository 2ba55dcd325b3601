import { approved, cancelled, chargedBack, denied, expired, paid, refunded, settled } from './lifecycle'
import { type Order, refundedAmount } from './order'
import type { Change, PaymentDesk } from './payment-desk'

/** Each answers the order after it; each throws if the order is unknown or the event impossible in its state. */
export interface GatewayEvents {
  pay(orderId: string): Promise<Order>
  /** The bank's word at last, also for an order that expired, was cancelled or denied meanwhile. */
  settle(orderId: string): Promise<Order>
  /** The bank's refusal; of a settled order its reversal. */
  deny(orderId: string): Promise<Order>
  expire(orderId: string): Promise<Order>
  cancel(orderId: string): Promise<Order>
  /** The merchant's dashboard accepts a challenged card. */
  approve(orderId: string): Promise<Order>
  /** A refund made in the provider's dashboard; the rest of the order without an amount. */
  refund(orderId: string, amount?: number): Promise<Order>
  chargeback(orderId: string): Promise<Order>
  /** A second settled transaction under the same order id. */
  payAgain(orderId: string): Promise<Order>
  /** Sends the present state's notification once more. */
  notifyAgain(orderId: string): Promise<Order>
}

export function createEvents(desk: PaymentDesk): GatewayEvents {
  const change = async (orderId: string, verb: Change): Promise<Order> => {
    const changed = await desk.change(orderId, verb)
    if (!changed) throw new Error(changed === null ? `${orderId} can't do that in its state` : `${orderId} is unknown`)
    return changed
  }
  const known = async (orderId: string): Promise<Order> => {
    const order = await desk.find(orderId)
    if (!order?.payment) throw new Error(`${orderId} is unknown`)
    return order
  }
  return {
    pay: (id) => change(id, paid),
    settle: (id) => change(id, (order, now) => (order.payment ? settled(order, now) : null)),
    deny: (id) => change(id, denied),
    expire: (id) => change(id, expired),
    cancel: (id) => change(id, cancelled),
    approve: (id) => change(id, approved),
    chargeback: (id) => change(id, chargedBack),
    refund: (id, amount) =>
      change(id, (order, now) => {
        const whole = amount ?? order.amount - refundedAmount(order)
        return refunded(
          order,
          { key: `dashboard-${order.refunds.length + 1}`, amount: whole, reason: 'dashboard' },
          now,
        )
      }),
    payAgain: async (id) => {
      const now = desk.clock.now()
      const again = {
        ...(await known(id)),
        transactionId: crypto.randomUUID(),
        createdAt: now.toISOString(),
        refunds: [],
      }
      const order = settled({ ...again, snapToken: null }, now)
      await desk.open(order)
      return order
    },
    notifyAgain: async (id) => {
      const order = await known(id)
      desk.notify(order)
      return order
    },
  }
}
