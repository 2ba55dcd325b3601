import type { Order } from './order'
import type { GatewayStorage } from './storage'

const maxOrders = 10_000

/** All transactions in memory, each change stored before anybody hears of it. */
export class OrderBook {
  readonly #byTransaction = new Map<string, Order>()
  /** An ended order's id may be used again: the latest transaction is the order. */
  readonly #latest = new Map<string, Order>()
  readonly #bySnapToken = new Map<string, Order>()

  private constructor(private readonly storage: GatewayStorage) {}

  static async open(storage: GatewayStorage): Promise<OrderBook> {
    const book = new OrderBook(storage)
    for (const order of await storage.load()) book.#keep(order)
    return book
  }

  /** By order id or, as Midtrans allows, by transaction id. */
  find(id: string): Order | undefined {
    return this.#latest.get(id) ?? this.#byTransaction.get(id)
  }

  get(transactionId: string): Order {
    const order = this.#byTransaction.get(transactionId)
    if (!order) throw new Error(`transaction ${transactionId} is gone`)
    return order
  }

  findBySnapToken(token: string): Order | undefined {
    return this.#bySnapToken.get(token)
  }

  /** Every transaction that the order id ever had, oldest first. */
  list(orderId?: string): Order[] {
    const all = [...this.#byTransaction.values()]
    return orderId === undefined ? all : all.filter((order) => order.orderId === orderId)
  }

  async save(order: Order): Promise<void> {
    this.#keep(order)
    await this.storage.save(order)
  }

  #keep(order: Order): void {
    this.#byTransaction.set(order.transactionId, order)
    const latest = this.#latest.get(order.orderId)
    if (!latest || latest.transactionId === order.transactionId || latest.createdAt <= order.createdAt) {
      this.#latest.set(order.orderId, order)
    }
    if (order.snapToken) this.#bySnapToken.set(order.snapToken, order)
    for (const oldest of this.#byTransaction.values()) {
      if (this.#byTransaction.size <= maxOrders) break
      this.#forget(oldest)
    }
  }

  #forget(order: Order): void {
    this.#byTransaction.delete(order.transactionId)
    if (this.#latest.get(order.orderId) === order) this.#latest.delete(order.orderId)
    if (order.snapToken) this.#bySnapToken.delete(order.snapToken)
  }
}
