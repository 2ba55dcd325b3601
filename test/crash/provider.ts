import type { EmbeddedGateway, Order } from '../../src/embedded/gateway'
import type { AskProvider } from './inspection'

const paidStatuses = new Set(['settlement', 'capture', 'partial_refund', 'refund'])

/** Midtrans' own rule: settled, or captured and not under suspicion; also if it was given back since. */
const isPaid = ({ status, fraudStatus }: Order): boolean => paidStatuses.has(status) && fraudStatus === 'accept'

/** The provider's truth as it is now, read past its HTTP. */
export function providerOf(gateway: EmbeddedGateway): AskProvider {
  const latest = new Map(gateway.orders().map((order) => [order.orderId, order]))
  return (orderId) => {
    const order = latest.get(orderId)
    return order && { paid: isPaid(order), amount: order.amount, refunds: order.refunds }
  }
}
