import {
  approved,
  cancelled,
  chargedBack,
  denied,
  expired,
  nextRefundId,
  paid,
  paidWithFee,
  refunded,
  refundForgotten,
  settled,
} from './lifecycle'
import { type Order, refundedAmount, type TransactionStatus, type Wording } from './order'
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
  /** A refund that came to nothing: the provider does not list it any more. */
  forgetRefund(orderId: string, key: string): Promise<Order>
  /** Of a part, if there is an amount. */
  chargeback(orderId: string, amount?: number): Promise<Order>
  /** Paid with a fee on top, which the provider takes from the customer for itself. */
  payWithFee(orderId: string, fee: number): Promise<Order>
  /** The provider's own mistake: whatever became of the order, it is called this. */
  mislabel(orderId: string, status: TransactionStatus): Promise<Order>
  /** From now on answers and notices about it are worded in another way; nobody is told. */
  reword(orderId: string, wording: Wording): Promise<Order>
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
    chargeback: (id, amount) => change(id, (order) => chargedBack(order, amount)),
    forgetRefund: (id, key) => change(id, (order) => refundForgotten(order, key)),
    payWithFee: (id, fee) => change(id, (order, now) => paidWithFee(order, fee, now)),
    mislabel: (id, status) => change(id, (order) => ({ ...order, status })),
    reword: async (id, wording) => {
      const order = { ...(await known(id)), wording }
      await desk.book.save(order)
      return order
    },
    refund: (id, amount) =>
      change(id, (order, now) => {
        const whole = amount ?? order.amount - refundedAmount(order)
        return refunded(order, { key: `dashboard-${nextRefundId(order)}`, amount: whole, reason: 'dashboard' }, now)
      }),
    payAgain: async (id) => {
      const now = desk.clock.now()
      const again = {
        ...(await known(id)),
        transactionId: crypto.randomUUID(),
        createdAt: now.toISOString(),
        refunds: [],
        chargedBack: undefined,
        wording: undefined,
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
