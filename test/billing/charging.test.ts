import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { charges } from '../../src/features/billing/tables'
import { verifyBooks } from '../../src/features/books'
import { ledgerAccounts, ledgerEntries } from '../../src/features/ledger/tables'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { ManualClock } from '../../src/lib/clock'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'

const ppn = { TAX_RATE: '12', TAX_BASE: '11/12' }

async function open(environment: Record<string, string>) {
  const clock = new ManualClock('2026-01-31T03:00:00Z')
  return { clock, shop: await openShop({ clock, environment }) }
}

const accountOf = async ({ system }: Shop, id: string) =>
  Number((await system.parts.db.read.select().from(ledgerAccounts).where(eq(ledgerAccounts.id, id)).get())!.balance)

const chargesOf = ({ system }: Shop, subscriptionId: string) =>
  system.parts.db.read.select().from(charges).where(eq(charges.subscriptionId, subscriptionId)).all()

describe('with the tax on top of the prices', () => {
  let shop: Shop
  let clock: ManualClock
  beforeAll(async () => {
    ;({ shop, clock } = await open(ppn))
  })
  afterAll(async () => {
    const mismatches = await verifyBooks(shop.system.parts.db)
    await shop.close()
    expect(mismatches).toEqual([])
  })

  test('the catalog shows both prices, of every cycle', async () => {
    const plan = await shop.system.plan({ price: 50_000 })
    const { body } = await shop.system.anybody.get('/catalog/services/n8n')
    const shown = body.data.plans.find(({ id }: { id: string }) => id === plan.id)
    expect(shown).toMatchObject({ price: 50_000, priceWithTax: 55_500 })
    expect(shown.cycles).toContainEqual({ billingCycle: 'YEARLY', price: 600_000, priceWithTax: 666_000 })
  })

  test('a customer who has the price but not the tax pays nothing and takes no slot', async () => {
    const plan = await shop.system.plan({ price: 50_000, slots: 1 })
    const customer = await shop.system.customer({ balance: 55_499 })
    const { status, body } = await customer.post('/subscriptions', { planId: plan.id })
    expect({ status, body }).toFail(402, 'INSUFFICIENT_BALANCE')
    expect(body.error.details).toEqual({ balance: 55_499, required: 55_500, missing: 1 })
    expect(await customer.balance()).toBe(55_499)
    expect(await plan.availableQuota()).toBe(1)
    expect((await customer.get('/wallet/transactions?type=CHARGE')).body.meta.total).toBe(0)
  })

  test('the total leaves the wallet, the tax is put aside, the rest is revenue, and all of it is written down', async () => {
    const [tax, revenue] = [await accountOf(shop, 'tax'), await accountOf(shop, 'revenue')]
    const plan = await shop.system.plan({ price: 50_000 })
    const customer = await shop.system.customer({ balance: 55_500 })
    const { body } = await customer.post('/subscriptions', { planId: plan.id })
    expect(body.data).toMatchObject({ price: 50_000, priceWithTax: 55_500 })
    expect(await customer.balance()).toBe(0)
    expect((await customer.get('/wallet')).body.data.totalSpent).toBe(55_500)
    expect([await accountOf(shop, 'tax'), await accountOf(shop, 'revenue')]).toEqual([tax + 5_500, revenue + 50_000])
    const [row, ...more] = await chargesOf(shop, body.data.id)
    expect(more).toEqual([])
    expect(row).toMatchObject({
      kind: 'period',
      periodIndex: 0,
      billingCycle: 'MONTHLY',
      net: 50_000n,
      tax: 5_500n,
      total: 55_500n,
      taxName: 'PPN',
      taxRateBp: 1_200,
      taxBaseNumerator: 11,
      taxBaseDenominator: 12,
      pricesIncludeTax: false,
    })
    expect(row!.periodEnd.toISOString()).toBe('2026-02-28T03:00:00.000Z')
  })

  test('a renewal waits for the total, then charges it, with the rule of that day', async () => {
    const plan = await shop.system.plan({ price: 50_000 })
    const customer = await shop.system.customer({ balance: 55_500 + 55_499 })
    const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
    await makeReady(shop, id)
    const before = clock.now()
    clock.set('2026-02-28T03:00:00Z')
    await advanceSubscriptions(shop.system.parts)
    const again = await signInAgain(shop, customer)
    expect((await again.get(`/subscriptions/${id}`)).body.data.status).toBe('GRACE')
    await (await shop.system.admin()).post(`/admin/users/${customer.id}/credit-adjustment`, {
      amount: 1,
      reason: 'the missing rupiah',
    })
    await advanceSubscriptions(shop.system.parts)
    expect((await again.get(`/subscriptions/${id}`)).body.data.status).toBe('ACTIVE')
    expect((await chargesOf(shop, id)).map(({ periodIndex, total }) => [periodIndex, total])).toEqual([
      [0, 55_500n],
      [1, 55_500n],
    ])
    clock.set(before)
  })

  test('an app that was never ready gives back price and tax', async () => {
    const [tax, revenue] = [await accountOf(shop, 'tax'), await accountOf(shop, 'revenue')]
    const plan = await shop.system.plan({ price: 49_999 })
    const customer = await shop.system.customer({ balance: 100_000 })
    const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
    expect(await accountOf(shop, 'tax')).toBe(tax + 5_500)
    await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
    expect(await customer.balance()).toBe(100_000)
    expect([await accountOf(shop, 'tax'), await accountOf(shop, 'revenue')]).toEqual([tax, revenue])
    expect((await customer.get('/wallet')).body.data.totalSpent).toBe(0)
  })

  test('an upgrade is a charge of its own, with its own tax, and goes back with it where it is taken back', async () => {
    const [plan, larger] = [await shop.system.plan({ price: 50_000 }), await shop.system.plan({ price: 60_000 })]
    const customer = await shop.system.customer({ balance: 100_000 })
    const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
    await makeReady(shop, id)
    const tax = await accountOf(shop, 'tax')
    expect((await customer.post(`/subscriptions/${id}/upgrade`, { planId: larger.id })).status).toBe(200)
    expect(await customer.balance()).toBe(100_000 - 55_500 - 11_100)
    expect(await accountOf(shop, 'tax')).toBe(tax + 1_100)
    const charges = await chargesOf(shop, id)
    expect(charges.find(({ kind }) => kind === 'upgrade')).toMatchObject({ net: 10_000n, tax: 1_100n, total: 11_100n })
    await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
    expect(await customer.balance()).toBe(100_000 - 55_500)
    expect(await accountOf(shop, 'tax')).toBe(tax)
  })

  test('what costs nothing leaves no trace in the books', async () => {
    const plan = await shop.system.plan({ price: 0 })
    const customer = await shop.system.customer()
    const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
    expect(await chargesOf(shop, id)).toEqual([])
    expect((await customer.get('/wallet/transactions')).body.meta.total).toBe(0)
  })

  test('the tax account holds what the charges say, less what went back', async () => {
    const { db } = shop.system.parts
    const [sums] = await db.read.all<{ taken: number; back: number }>(sql`
      select (select sum(tax) from charges) as taken,
        (select coalesce(sum(amount), 0) from ledger_entries where debit_account = 'tax') as back`)
    expect(sums!.back).toBeGreaterThan(0)
    expect(await accountOf(shop, 'tax')).toBe(sums!.taken - sums!.back)
  })
})

describe('with the tax within the prices', () => {
  test('the price leaves the wallet, and its tax is put aside', async () => {
    const { shop } = await open({ ...ppn, TAX_PRICES: 'inclusive' })
    const plan = await shop.system.plan({ price: 55_500 })
    const customer = await shop.system.customer({ balance: 55_500 })
    const { status, body } = await customer.post('/subscriptions', { planId: plan.id })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({ price: 55_500, priceWithTax: 55_500 })
    expect(await customer.balance()).toBe(0)
    expect([await accountOf(shop, 'tax'), await accountOf(shop, 'revenue')]).toEqual([5_500, 50_000])
    expect(await verifyBooks(shop.system.parts.db)).toEqual([])
    await shop.close()
  })
})

test('without tax a charge is one entry, and is written down all the same', async () => {
  const { shop } = await open({})
  const plan = await shop.system.plan({ price: 50_000 })
  const customer = await shop.system.customer({ balance: 50_000 })
  const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
  expect(await chargesOf(shop, id)).toMatchObject([{ net: 50_000n, tax: 0n, total: 50_000n, taxRateBp: 0 }])
  const entries = await shop.system.parts.db.read.select().from(ledgerEntries).all()
  expect(entries.map(({ source }) => source.split(':')[0])).toEqual(['adjustment', 'charge'])
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
  await shop.close()
})
