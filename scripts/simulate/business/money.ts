import { eq, sql } from 'drizzle-orm'
import { chargeTopUp } from '../../../src/features/top-ups/charge'
import { receiveNotification } from '../../../src/features/top-ups/notifications'
import { topUps } from '../../../src/features/top-ups/tables'
import { beginTopUp } from '../../../src/features/top-ups/top-up'
import { credit } from '../model/acts'
import { day, hour, minute } from '../model/calendar'
import { worthOf } from '../model/vouchers'
import { BrokenRule } from '../report'
import type { Simulation } from '../simulation'
import { someVoucher } from './vouchers'

type Notice = Record<string, unknown> & { order_id: string }

interface Order {
  customer: number
  amount: number
  /** What adds a bonus once it is paid. */
  voucher: number | undefined
  /** As the house has it. */
  status: 'PENDING' | 'SUCCESS' | 'ENDED'
  /** When the customer paid, by the provider's word. */
  paidAt: number | undefined
}

/** As Midtrans repeats a notification that nobody took. */
const repeatMs = [2 * minute, 10 * minute, 30 * minute, 90 * minute, 210 * minute]

/** Payments: what the customer does at the provider, what the house hears of it and when, and what it makes of it. */
export class Money {
  readonly orders = new Map<string, Order>()
  /** Those of which there is something to hear yet. */
  readonly #open = new Set<string>()
  readonly #notices: Notice[] = []

  constructor(readonly simulation: Simulation) {}

  /** A customer asks how to pay so much, and may then pay. */
  async topUp(customer: number, amount: number): Promise<void> {
    const { simulation } = this
    const { random, report, cast } = simulation
    const method = random.pick(['bca_va', 'qris', 'gopay', 'bni_va'] as const)
    const actor = cast.customers[customer]!
    const voucher = someVoucher(simulation, 'top_up', 0.15)
    const code = voucher === undefined ? {} : { voucher: cast.vouchers[voucher]! }
    const begun = await simulation.inHouse((parts) =>
      parts.db.write((tx) => beginTopUp(parts, tx, actor, { amount, method, ...code })),
    )
    if (begun && 'refused' in begun && begun.refused !== 'CONFLICT')
      throw new BrokenRule('an answer is what the model says', `top-up of customer ${customer}: ${begun.refused}`)
    if (!begun || 'refused' in begun) return
    const { value } = begun
    this.orders.set(value.orderId, { customer, amount, voucher, status: 'PENDING', paidAt: undefined })
    this.#open.add(value.orderId)
    simulation.model.customers[customer]!.openOrders++
    report.count('event top-ups asked for')
    await simulation.inHouse((parts) => chargeTopUp(parts, value))
    this.#planPayment(value.orderId)
  }

  /** The house may have been told, and then have died before we knew of the order. */
  async learnOrders(customers: Iterable<number>): Promise<void> {
    const { cast, model, parts } = this.simulation
    for (const customer of customers) {
      const { userId } = cast.customers[customer]!
      const rows = await parts.db.read.select().from(topUps).where(eq(topUps.userId, userId)).all()
      for (const { orderId, amount, voucherCode } of rows) {
        if (this.orders.has(orderId)) continue
        const voucher = voucherCode === null ? undefined : cast.vouchers.indexOf(voucherCode)
        this.orders.set(orderId, { customer, amount: Number(amount), voucher, status: 'PENDING', paidAt: undefined })
        this.#open.add(orderId)
        model.customers[customer]!.openOrders++
      }
    }
  }

  /** Most pay within minutes, some much later, some when their time is over already, some never. */
  #planPayment(orderId: string): void {
    const { random, simulation } = this.#tools()
    const kind = random.fraction()
    if (kind < 0.1) return
    const delay = kind < 0.75 ? random.between(1, 30) * minute : random.between(1, 22) * hour
    const isLate = kind > 0.97
    simulation.after(isLate ? random.between(25, 40) * hour : delay, () => this.#pay(orderId, isLate))
  }

  async #pay(orderId: string, isLate: boolean): Promise<void> {
    const { simulation } = this
    const { events } = simulation.world.gateway
    const order = this.orders.get(orderId)!
    try {
      await simulation.runtime.until(isLate ? events.settle(orderId) : events.pay(orderId))
    } catch {
      // The provider never had it, or its time is over.
      return simulation.report.count('event payments that were not possible')
    }
    order.paidAt = simulation.wall
    this.#open.add(orderId)
    simulation.report.count(isLate ? 'event payments after their time' : 'event payments')
  }

  /** Notifications go astray, come twice, come late and in another order; one nobody took is sent again. */
  onNotification(body: Record<string, unknown>): void {
    const { random, simulation } = this.#tools()
    const notice = body as Notice
    if (this.#notices.length < 500) this.#notices.push(notice)
    if (random.chance(0.07)) {
      simulation.report.count('incident notifications lost')
      return
    }
    const copies = random.chance(0.07) ? 2 : 1
    if (copies === 2) simulation.report.count('incident notifications repeated')
    for (let copy = 0; copy < copies; copy++) {
      const delay = random.chance(0.1) ? random.between(5, 300) * minute : random.between(1, 20) * 1_000
      if (delay >= 5 * minute) simulation.report.count('incident notifications late')
      simulation.after(delay, () => this.#deliver(notice, 0))
    }
  }

  /** One that was taken long ago comes again. */
  async repeatAnOldOne(): Promise<void> {
    const { random, simulation } = this.#tools()
    if (this.#notices.length === 0) return
    simulation.report.count('incident notifications from long ago')
    await this.#deliver(random.pick(this.#notices), repeatMs.length)
  }

  async #deliver(notice: Notice, tries: number): Promise<void> {
    const { simulation } = this
    const taken = await simulation.inHouse((parts) => receiveNotification(parts, notice))
    if (taken && 'value' in taken) return
    const again = repeatMs[tries]
    if (again !== undefined) simulation.after(again, () => this.#deliver(notice, tries + 1))
  }

  /** What the house has made of the orders since: credited is only what was paid, once. */
  async observe(): Promise<void> {
    for (const [orderId, status] of await this.unseen()) this.apply(orderId, status)
  }

  /** Orders whose status differs from what we know, in the order of their numbers. */
  async unseen(): Promise<[string, string][]> {
    if (this.#open.size === 0) return []
    const { parts } = this.simulation
    const rows = await parts.db.read
      .select({ orderId: topUps.orderId, status: topUps.status })
      .from(topUps)
      .where(sql`${topUps.orderId} IN (SELECT value FROM json_each(${JSON.stringify([...this.#open])}))`)
      .orderBy(sql`${topUps.transactionNumber}`)
      .all()
    return rows
      .filter(
        ({ orderId, status }) =>
          status !== 'PENDING' && (status === 'SUCCESS' ? 'SUCCESS' : 'ENDED') !== this.orders.get(orderId)!.status,
      )
      .map(({ orderId, status }) => [orderId, status])
  }

  apply(orderId: string, status: string): void {
    const { model, report } = this.simulation
    const order = this.orders.get(orderId)!
    if (order.status === 'PENDING') model.customers[order.customer]!.openOrders--
    order.status = status === 'SUCCESS' ? 'SUCCESS' : 'ENDED'
    if (status !== 'SUCCESS') {
      if (order.paidAt === undefined) this.#open.delete(orderId)
      report.count('event top-ups that came to nothing')
      return
    }
    if (order.paidAt === undefined)
      throw new BrokenRule('only what was paid is credited', `${orderId} of ${order.amount}, which nobody paid`)
    this.#open.delete(orderId)
    const bonus = order.voucher === undefined ? 0n : worthOf(model.vouchers[order.voucher]!, BigInt(order.amount))
    credit(model, order.customer, BigInt(order.amount) + bonus)
    report.count('event top-ups credited')
    report.count('money topped up', order.amount)
  }

  /** As it was before, after something that did not explain what is seen. */
  restore(orders: [string, Order][], unseen: [string, string][]): void {
    for (const [orderId, order] of orders) Object.assign(this.orders.get(orderId)!, order)
    for (const [orderId] of unseen) this.#open.add(orderId)
  }

  /** Paid, and the house has had time to hear of it. One that was paid when its time was over is asked after for six weeks. */
  overdue(): string[] {
    const { wall, awayAt, world } = this.simulation
    if (world.network.isDown('gateway')) return []
    return [...this.#open].filter((orderId) => {
      const { paidAt, status } = this.orders.get(orderId)!
      const sinceMs = status === 'PENDING' ? 8 * hour : 43 * day
      return paidAt !== undefined && status !== 'SUCCESS' && wall - Math.max(paidAt, awayAt) > sinceMs
    })
  }

  #tools() {
    return { random: this.simulation.random, simulation: this.simulation }
  }
}
