import type { BulkLoad } from './bulk-load'
import type { Book } from './million'
import type { SoldPlan } from './million-catalog'
import type { Account, Ledger } from './million-ledger'
import type { Subscription, Subscriptions } from './million-subscriptions'
import type { Random } from './random'

const subscriptionsEach = 2
const giftShare = 0.02
const refundShare = 0.02
const unpaidShare = 0.1
const payWithinMs = 86_400_000

interface Customer {
  userId: string
  wallet: Account
  live: (Subscription | undefined)[]
  /** The last charge, until it is refunded. */
  charged?: Charged
}

interface Charged {
  entry: number
  source: string
  amount: number
  subscriptionId: string
}

/** The customers, and what they do: each act is one transaction. */
export class Customers {
  readonly #load: BulkLoad
  readonly #random: Random
  readonly #plans: SoldPlan[]
  readonly #ledger: Ledger
  readonly #subscriptions: Subscriptions
  readonly #customers: Customer[]

  constructor(book: Pick<Book, 'load' | 'random' | 'plans' | 'ledger' | 'subscriptions'>, count: number, atMs: number) {
    this.#load = book.load
    this.#random = book.random
    this.#plans = book.plans
    this.#ledger = book.ledger
    this.#subscriptions = book.subscriptions
    this.#customers = Array.from({ length: count }, (_, index) => this.#register(index, atMs))
  }

  userIds(): string[] {
    return this.#customers.map(({ userId }) => userId)
  }

  act(index: number, atMs: number): void {
    const customer = this.#customers[index]!
    const dice = this.#random.next()
    const slot = this.#random.below(subscriptionsEach)
    const plan = customer.live[slot]?.plan ?? this.#plans[(index + slot) % this.#plans.length]!
    if (dice < giftShare) this.#give(customer, atMs)
    else if (dice < giftShare + refundShare && customer.charged) this.#refund(customer, customer.charged, atMs)
    else if (customer.wallet.balance < plan.price) this.#topUp(customer, atMs)
    else this.#charge(customer, slot, plan, atMs)
  }

  /** Writes the subscriptions that went on changing until now; with a time they end then. */
  end(endedMs?: number): void {
    for (const { live } of this.#customers) {
      for (const subscription of live) {
        if (!subscription) continue
        if (endedMs === undefined) this.#subscriptions.write(subscription)
        else this.#subscriptions.end(subscription, endedMs)
      }
    }
  }

  #register(index: number, atMs: number): Customer {
    const userId = this.#random.id('usr', atMs)
    this.#load.add('users', {
      id: userId,
      email: `customer-${index}@example.com`,
      name: `Customer ${index}`,
      password_hash: 'none',
      created_at: atMs,
      updated_at: atMs,
    })
    return { userId, wallet: this.#ledger.openWallet(userId), live: [] }
  }

  #give({ wallet }: Customer, atMs: number): void {
    const amount = 1_000 * (1 + this.#random.below(50))
    const source = `adjustment:${this.#random.id('ent', atMs)}`
    this.#ledger.book(wallet, amount, { type: 'BONUS', counter: 'promo', source, description: 'Gift' }, atMs)
  }

  #refund(customer: Customer, { entry, source, amount, subscriptionId }: Charged, atMs: number): void {
    customer.charged = undefined
    const booking = { type: 'REFUND', counter: 'revenue', source: `refund:${source}`, description: 'Refund' } as const
    this.#ledger.book(customer.wallet, amount, { ...booking, subscriptionId, reverses: entry }, atMs)
  }

  #topUp({ wallet }: Customer, atMs: number): void {
    const id = this.#random.id('top', atMs)
    const amount = 100_000 * (2 + this.#random.below(9))
    const shown = { type: 'TOP_UP', description: 'Top-up by bca_va' } as const
    const paid = this.#random.next() >= unpaidShare
    const number = paid
      ? this.#ledger.book(wallet, amount, { ...shown, counter: 'clearing:midtrans', source: `top-up:${id}` }, atMs)
          .transaction
      : this.#ledger.record(wallet, amount, { ...shown, status: 'EXPIRED', settledMs: atMs }, atMs)
    this.#load.add('top_ups', {
      id,
      user_id: wallet.userId,
      transaction_number: number,
      order_id: `TXMP-${number}-${id.slice(-10)}`,
      amount,
      method: 'bca_va',
      status: paid ? 'SUCCESS' : 'EXPIRED',
      charged: 1,
      expires_at: atMs + payWithinMs,
      created_at: atMs,
      updated_at: atMs,
    })
  }

  #charge(customer: Customer, slot: number, plan: SoldPlan, atMs: number): void {
    const { userId, wallet, live } = customer
    live[slot] ??= this.#subscriptions.open(userId, plan, atMs)
    const subscription = live[slot]
    const source = `charge:${subscription.id}:period:${subscription.periods}`
    const description = `${plan.serviceName} ${plan.name}`
    const shown = { type: 'CHARGE', description, subscriptionId: subscription.id } as const
    const { transaction, entry } = this.#ledger.book(
      wallet,
      -plan.price,
      { ...shown, counter: 'revenue', source },
      atMs,
    )
    this.#subscriptions.charge(subscription, transaction)
    customer.charged = { entry, source, amount: plan.price, subscriptionId: subscription.id }
    if (this.#subscriptions.endIfOld(subscription, atMs)) live[slot] = undefined
  }
}
