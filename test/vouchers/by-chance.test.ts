import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { settleTopUp } from '../../src/features/top-ups/settle'
import { fc, testProperty } from '../support/property'
import { makeReady, rowOfTopUp, type Shop, sharedShop } from '../support/shop'
import type { Caller, TestCustomer } from '../support/system'
import { bonus, firstPeriod, makeVoucher } from './codes'

const shared = sharedShop({ environment: { TAX_RATE: '12', TAX_BASE: '11/12', TAX_PRICES: 'inclusive' } })
let shop: Shop
let admin: Caller
beforeAll(async () => {
  shop = await shared()
  admin = await shop.system.admin()
  // What happens is asked for: a notification would only do the same at another moment.
  shop.gateway.notifications.failNext({ kind: 'drop' }, 5_000)
})

const soundBooks = async () => expect(await verifyBooks(shop.system.parts.db)).toEqual([])
const reason = 'by chance'

/** A paid top-up with a bonus, and what may become of it. What can't be done in its state is not done. */
class Life {
  readonly #reserved: string[] = []
  spent = 0

  constructor(
    readonly customer: TestCustomer,
    readonly id: string,
    readonly orderId: string,
  ) {}

  readonly acts: Record<string, (amount: number) => Promise<unknown>> = {
    chargeback: (amount) => shop.gateway.events.chargeback(this.orderId, amount),
    'dashboard refund': (amount) => shop.gateway.events.refund(this.orderId, amount),
    deny: () => shop.gateway.events.deny(this.orderId),
    settle: () => shop.gateway.events.settle(this.orderId),
    'our refund': async (amount) => {
      const { status, body } = await admin.post(`/admin/top-ups/${this.id}/refunds`, { way: 'manual', amount, reason })
      if (status === 201) this.#reserved.push(body.data.id)
    },
    withdraw: () => admin.post(`/admin/refunds/${this.#reserved.pop()}/withdraw`, { reason }),
    confirm: () => admin.post(`/admin/refunds/${this.#reserved.pop()}/confirm`, { reference: reason }),
    spend: async () => {
      const taken = Math.floor((await this.wallet()).creditBalance / 2)
      if (taken === 0) return
      await admin.post(`/admin/users/${this.customer.id}/credit-adjustment`, { amount: -taken, reason })
      this.spent += taken
    },
  }

  wallet = async () => (await this.customer.get('/wallet')).body.data
  ask = () => settleTopUp(shop.system.parts, this.orderId)

  /** What the customer has been given and keeps, by the top-up's own row. */
  async given(): Promise<number> {
    const { amount, reversed, bonus } = await rowOfTopUp(shop, this.id)
    const { refunded } = (await admin.get(`/admin/top-ups/${this.id}`)).body.data
    const kept = amount - reversed - BigInt(refunded)
    return Number(kept + (bonus * kept) / amount)
  }
}

async function begin(amount: number, worth: object): Promise<Life> {
  const customer = await shop.system.customer()
  const { code } = await makeVoucher(admin, bonus(worth))
  const { id } = (await customer.post('/wallet/top-ups', { amount, method: 'qris', voucher: code })).body.data
  const life = new Life(customer, id, (await rowOfTopUp(shop, id)).orderId)
  await shop.gateway.events.pay(life.orderId)
  await life.ask()
  return life
}

const worth = (most: number) =>
  fc.oneof(
    fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ percent: fc.constant(undefined), amount: fc.integer({ min: 1, max: most }) }),
  )
const step = fc.tuple(
  fc.constantFrom('chargeback', 'dashboard refund', 'our refund', 'withdraw', 'confirm', 'deny', 'settle', 'spend'),
  fc.integer({ min: 1, max: 60_000 }),
)

testProperty(
  'a bonus stands as its top-up does, whatever becomes of that',
  fc.asyncProperty(
    fc.integer({ min: 10_001, max: 200_000 }),
    worth(300_000),
    fc.array(step, { minLength: 1, maxLength: 8 }),
    async (amount, worth, steps) => {
      const life = await begin(amount, worth)
      for (const [kind, sum] of steps) {
        await life.acts[kind]!(sum).catch(() => undefined)
        await life.ask()
        const { creditBalance, owed } = await life.wallet()
        expect(creditBalance - owed).toBe((await life.given()) - life.spent)
        expect(Math.min(creditBalance, owed)).toBe(0)
      }
    },
  ),
  20,
  soundBooks,
)

testProperty(
  'what goes back of a discounted period is never more than was paid, and the books find nothing',
  fc.asyncProperty(
    fc.integer({ min: 1, max: 3_000_000 }),
    worth(3_500_000),
    fc.boolean(),
    fc.array(fc.integer({ min: 1, max: 1_500_000 }), { maxLength: 4 }),
    async (price, worth, runs, sums) => {
      const before = 3_000_000
      const customer = await shop.system.customer({ balance: before })
      const plan = await shop.system.plan({ price })
      const { code } = await makeVoucher(admin, firstPeriod(worth))
      const bought = await customer.post('/subscriptions', { planId: plan.id, voucher: code })
      // A small part of a small price is nothing.
      if (bought.status !== 201) return expect(bought.body.error.details.reason).toBe('nothing-to-save')
      const { id } = bought.body.data
      const balance = async () => (await customer.get('/wallet')).body.data.creditBalance as number
      const paid = before - (await balance())
      expect(paid).toBeLessThan(price)
      if (runs) await makeReady(shop, id)
      let back = 0
      for (const amount of sums) {
        const { status } = await admin.post(`/admin/subscriptions/${id}/refund`, { kind: 'amount', amount, reason })
        expect(status).toBe(back + amount <= paid ? 201 : 409)
        if (status === 201) back += amount
      }
      await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
      expect(await balance()).toBe(runs ? before - paid + back : before)
    },
  ),
  30,
  soundBooks,
)

test('after all of that the books agree', soundBooks)
