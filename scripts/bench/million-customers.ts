import type { Book } from './million'
import type { SoldPlan } from './million-catalog'
import type { Account } from './million-ledger'
import type { PaidTopUp } from './million-payments'
import type { Subscription } from './million-subscriptions'

const subscriptionsEach = 2
const giftShare = 0.02
const refundShare = 0.02
const topUpRefundShare = 0.05

type Trade = Pick<Book, 'load' | 'random' | 'plans' | 'ledger' | 'subscriptions' | 'payments' | 'vouchers'>

interface Customer {
  userId: string
  wallet: Account
  live: (Subscription | undefined)[]
  /** The last charge, until it is refunded. */
  charged?: Charged
  /** The last top-up, until it goes back. */
  toppedUp?: PaidTopUp
}

interface Charged {
  entry: number
  source: string
  amount: number
  subscriptionId: string
}

/** The customers, and what they do: each act is one transaction. */
export class Customers {
  readonly #book: Trade
  readonly #customers: Customer[]

  constructor(book: Trade, count: number, atMs: number) {
    this.#book = book
    this.#customers = Array.from({ length: count }, (_, index) => this.#register(index, atMs))
  }

  userIds(): string[] {
    return this.#customers.map(({ userId }) => userId)
  }

  act(index: number, atMs: number): void {
    const customer = this.#customers[index]!
    const { random, plans, payments } = this.#book
    const dice = random.next()
    const slot = random.below(subscriptionsEach)
    const plan = customer.live[slot]?.plan ?? plans[(index + slot) % plans.length]!
    if (dice < giftShare) this.#give(customer, atMs)
    else if (dice < giftShare + refundShare && customer.charged) this.#refund(customer, customer.charged, atMs)
    else if (dice > 1 - topUpRefundShare && customer.toppedUp && customer.wallet.balance >= customer.toppedUp.amount)
      this.#refundTopUp(customer, customer.toppedUp, atMs)
    else if (customer.wallet.balance < plan.price) customer.toppedUp = payments.topUp(customer.wallet, atMs)
    else this.#charge(customer, slot, plan, atMs)
  }

  /** Writes the subscriptions that went on changing until now; with a time they end then. */
  end(endedMs?: number): void {
    for (const { live } of this.#customers) {
      for (const subscription of live) {
        if (!subscription) continue
        if (endedMs === undefined) this.#book.subscriptions.write(subscription)
        else this.#book.subscriptions.end(subscription, endedMs)
      }
    }
  }

  #register(index: number, atMs: number): Customer {
    const userId = this.#book.random.id('usr', atMs)
    this.#book.load.add('users', {
      id: userId,
      email: `customer-${index}@example.com`,
      name: `Customer ${index}`,
      password_hash: 'none',
      created_at: atMs,
      updated_at: atMs,
    })
    return { userId, wallet: this.#book.ledger.openWallet(userId), live: [] }
  }

  /** By hand, or by a code. */
  #give({ wallet, userId }: Customer, atMs: number): void {
    if (this.#book.random.below(2) === 0) {
      this.#book.vouchers.redeem(wallet, userId, atMs)
      return
    }
    const amount = 1_000 * (1 + this.#book.random.below(50))
    const source = `adjustment:${this.#book.random.id('ent', atMs)}`
    this.#book.ledger.book(wallet, amount, { type: 'BONUS', counter: 'promo', source, description: 'Gift' }, atMs)
  }

  #refund(customer: Customer, { entry, source, amount, subscriptionId }: Charged, atMs: number): void {
    customer.charged = undefined
    const booking = { type: 'REFUND', counter: 'revenue', source: `refund:${source}`, description: 'Refund' } as const
    this.#book.ledger.book(customer.wallet, amount, { ...booking, subscriptionId, reverses: entry }, atMs)
  }

  #refundTopUp(customer: Customer, topUp: PaidTopUp, atMs: number): void {
    customer.toppedUp = undefined
    this.#book.payments.refund(customer.wallet, topUp, customer.userId, atMs)
  }

  #charge(customer: Customer, slot: number, plan: SoldPlan, atMs: number): void {
    const { userId, wallet, live } = customer
    live[slot] ??= this.#book.subscriptions.open(userId, plan, atMs)
    const subscription = live[slot]
    const source = `charge:${subscription.id}:period:${subscription.periods}`
    const description = `${plan.serviceName} ${plan.name}`
    const shown = { type: 'CHARGE', description, subscriptionId: subscription.id } as const
    const { transaction, entry } = this.#book.ledger.book(
      wallet,
      -plan.price,
      { ...shown, counter: 'revenue', source },
      atMs,
    )
    this.#book.subscriptions.charge(subscription, transaction)
    customer.charged = { entry, source, amount: plan.price, subscriptionId: subscription.id }
    if (this.#book.subscriptions.endIfOld(subscription, atMs)) live[slot] = undefined
  }
}
