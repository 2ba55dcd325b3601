import { afterEach, beforeEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { day, ManualClock } from '../../src/lib/clock'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller, TestPlan } from '../support/system'

// The evening of 30 April in UTC is 1 May in Jakarta.
const start = new Date('2027-04-30T18:00:00.000Z')
let clock: ManualClock
let shop: Shop
let admin: Caller

beforeEach(async () => {
  clock = new ManualClock(start)
  shop = await openShop({ clock, environment: { TAX_PRICES: 'inclusive', TAX_RATE: '10', TAX_BASE: '1/1' } })
  admin = await shop.system.admin()
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  // Prices are put in by hand here, and were not agreed.
  expect(mismatches.filter((line) => !/^BILL-\d+: costs/.test(line))).toEqual([])
})

async function sell(plan: TestPlan, order: object = {}, change: Partial<typeof subscriptions.$inferInsert> = {}) {
  const customer = await shop.system.customer({ balance: 10_000_000 })
  const { id } = (await customer.post('/subscriptions', { planId: plan.id, ...order })).body.data as { id: string }
  await makeReady(shop, id)
  const { db } = shop.system.parts
  const set = { updatedAt: clock.now(), ...change }
  await db.write((tx) => tx.update(subscriptions).set(set).where(eq(subscriptions.id, id)).run())
  return { customer, id }
}

const statistics = async () => (await admin.get('/admin/subscriptions/statistics')).body.data

test('an empty house counts nothing', async () => {
  expect(await statistics()).toMatchObject({
    byStatus: { PENDING: 0, ACTIVE: 0, GRACE: 0, SUSPENDED: 0, CANCELLED: 0, EXPIRED: 0 },
    ...{ live: 0, gifts: 0, mrr: 0, plans: [], due: 0 },
    thisMonth: { month: '2027-05', started: 0, cancelled: 0, expired: 0 },
    lastMonth: { month: '2027-04', started: 0, cancelled: 0, expired: 0 },
  })
})

test('what recurs is without tax, by the month, without gifts and what is suspended', async () => {
  const small = await shop.system.plan({ price: 11_000 })
  const large = await shop.system.plan({ price: 100_000 })
  await sell(small)
  await sell(small, { billingCycle: 'QUARTERLY' }, { price: 10_001n })
  await sell(small, {}, { isBonus: true, price: 0n })
  await sell(large, {}, { status: 'SUSPENDED', suspendedBy: 'admin' })
  await sell(large, { billingCycle: 'YEARLY' }, { status: 'GRACE', price: 120_005n })
  // 11,000 + 10,001 / 3 + 120,005 / 12, each rounded once: 24,334, of which ten parts in eleven are ours.
  const shown = await statistics()
  expect(shown).toMatchObject({ live: 5, gifts: 1, mrr: 22_122, byStatus: { ACTIVE: 3, GRACE: 1, SUSPENDED: 1 } })
  const [first, second] = shown.plans.toSorted((a: { live: number }, b: { live: number }) => b.live - a.live)
  expect(first).toMatchObject({ plan: { id: small.id }, live: 3, gifts: 1, suspended: 0, mrr: 13_031 })
  expect(second).toMatchObject({ plan: { id: large.id }, live: 2, gifts: 0, suspended: 1, mrr: 9_091 })
})

test('new ones and ended ones are counted by the month of the billing time zone, and what is due by the week', async () => {
  const plan = await shop.system.plan({ price: 11_000 })
  clock.set(new Date(start.getTime() - 2 * 3_600_000))
  await sell(plan)
  const second = await sell(plan)
  clock.set(start)
  await sell(plan)
  clock.advance(24 * day)
  const caller = await signInAgain(shop, second.customer)
  await caller.post(`/subscriptions/${second.id}/cancel`, { when: 'now' })
  admin = await signInAgain(shop, shop.system.firstAdmin!)
  expect(await statistics()).toMatchObject({
    thisMonth: { month: '2027-05', started: 1, cancelled: 1, expired: 0 },
    lastMonth: { month: '2027-04', started: 2, cancelled: 0, expired: 0 },
    dueWithinDays: 7,
    due: 1,
  })
})
