import type { Clock } from '../../lib/clock'
import { type Merchant, notificationOf } from './bodies'
import { expired } from './lifecycle'
import type { Notifier } from './notifier'
import type { Order } from './order'
import type { OrderBook } from './order-book'

export type Change = (order: Order, now: Date) => Order | null

/** Where orders change: stored first, then told to the merchant. */
export class PaymentDesk {
  constructor(
    readonly merchant: Merchant,
    readonly book: OrderBook,
    readonly clock: Clock,
    private readonly notifier: Notifier,
  ) {}

  /** The order as it is now, with an expiry that nobody noticed yet. */
  async find(id: string): Promise<Order | undefined> {
    const order = this.book.find(id)
    return order ? this.#expireIfDue(order) : undefined
  }

  async findBySnapToken(token: string): Promise<Order | undefined> {
    const order = this.book.findBySnapToken(token)
    return order ? this.#expireIfDue(order) : undefined
  }

  async open(order: Order): Promise<void> {
    await this.book.save(order)
    // A hosted page is opened, and expires, without a notice.
    if (order.payment) this.notify(order)
  }

  /** Undefined: no such order; null: its state does not allow the change. */
  async change(id: string, change: Change): Promise<Order | null | undefined> {
    const order = await this.find(id)
    return order && this.#apply(order.transactionId, change)
  }

  async expireDue(): Promise<void> {
    for (const order of this.book.list()) await this.#expireIfDue(order)
  }

  notify(order: Order): void {
    this.notifier.send(notificationOf(this.merchant, order))
  }

  async #expireIfDue(order: Order): Promise<Order> {
    if (order.status !== 'pending' || new Date(order.expiresAt) > this.clock.now()) return order
    return (await this.#apply(order.transactionId, expired)) ?? this.book.get(order.transactionId)
  }

  /** Reads, decides and keeps without a pause in between, so of two changes at once the second sees the first. */
  async #apply(transactionId: string, change: Change): Promise<Order | null> {
    const next = change(this.book.get(transactionId), this.clock.now())
    if (next) await this.open(next)
    return next
  }
}
