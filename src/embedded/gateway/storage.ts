import type { Order } from './order'

const maxOrders = 10_000

/** Where orders outlive the process. `save` replaces the earlier state of the same transaction. */
export interface GatewayStorage {
  /** Oldest first. */
  load(): Promise<Order[]>
  save(order: Order): Promise<void>
}

export function createMemoryStorage(): GatewayStorage {
  const orders = new Map<string, Order>()
  return {
    load: async () => [...orders.values()].map((order) => structuredClone(order)),
    save: async (order) => {
      orders.set(order.transactionId, structuredClone(order))
      for (const oldest of orders.keys()) {
        if (orders.size <= maxOrders) break
        orders.delete(oldest)
      }
    },
  }
}
