import { afterEach, beforeEach, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { day, ManualClock } from '../../src/lib/clock'
import { see } from '../subscriptions/observed'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller, TestPlan } from '../support/system'

/** 15 April, noon in Jakarta. */
const start = new Date('2026-04-15T05:00:00.000Z')
let clock: ManualClock
let shop: Shop
let admin: Caller

beforeEach(async () => {
  clock = new ManualClock(start)
  // 10 % on top of the price.
  shop = await openShop({ clock, environment: { TAX_RATE: '10' } })
  admin = await shop.system.admin()
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
})

const later = async (ms: number) => {
  clock.advance(ms)
  admin = await signInAgain(shop, shop.system.firstAdmin!)
}

/** Of the plan in its list and by itself, and of its service in both. */
async function revenueOf({ id, serviceId }: TestPlan): Promise<number[]> {
  const path = `/admin/services/${serviceId}`
  const [plans, plan, services, service] = await Promise.all(
    [`${path}/plans?limit=100`, `${path}/plans/${id}`, '/admin/services?limit=100', path].map((url) => admin.get(url)),
  )
  const among = ({ body }: { body: { data: { id: string; revenueThisMonth: number }[] } }, wanted: string) =>
    body.data.find((one) => one.id === wanted)!.revenueThisMonth
  return [
    among(plans!, id),
    plan!.body.data.revenueThisMonth,
    among(services!, serviceId),
    service!.body.data.revenueThisMonth,
  ]
}

async function buy(plan: TestPlan) {
  const customer = await shop.system.customer({ balance: 1_000_000 })
  const { body } = await customer.post('/subscriptions', { planId: plan.id })
  await makeReady(shop, body.data.id)
  return { customer, id: body.data.id as string }
}

test('a sale, a renewal and an upgrade count for the plan that was charged for, without tax, in their month', async () => {
  const [small, large] = [await shop.system.plan({ price: 50_000 }), await shop.system.plan({ price: 80_000 })]
  expect(await revenueOf(small)).toEqual([0, 0, 0, 0])
  const { id, customer } = await buy(small)
  expect(await customer.balance()).toBe(945_000)
  expect(await revenueOf(small)).toEqual([50_000, 50_000, 50_000, 50_000])
  await see(shop, id, { status: 'RUNNING' })
  expect((await customer.post(`/subscriptions/${id}/upgrade`, { planId: large.id })).status).toBe(200)
  await see(shop, id, { status: 'RUNNING' })
  expect(await revenueOf(large)).toEqual([30_000, 30_000, 80_000, 80_000])
  // The next month begins at nothing, though it is still April by UTC; the period ends on the 15th.
  await later(new Date('2026-04-30T17:00:00.000Z').getTime() - start.getTime())
  expect(await revenueOf(large)).toEqual([0, 0, 0, 0])
  await later(15 * day)
  await advanceSubscriptions(shop.system.parts)
  expect(await revenueOf(large)).toEqual([80_000, 80_000, 80_000, 80_000])
  expect((await revenueOf(small))[0]).toBe(0)
})

test('what is refunded is not earned, to the rupiah and whenever it goes back', async () => {
  const plan = await shop.system.plan({ price: 50_000 })
  const { id } = await buy(plan)
  await buy(plan)
  const refund = (body: object) => admin.post(`/admin/subscriptions/${id}/refund`, { reason: 'was slow', ...body })
  await refund({ kind: 'amount', amount: 11_000 })
  expect(await revenueOf(plan)).toEqual([90_000, 90_000, 90_000, 90_000])
  await refund({ kind: 'full' })
  expect(await revenueOf(plan)).toEqual([50_000, 50_000, 50_000, 50_000])
})

test('thirty sales at once are all counted', async () => {
  const plan = await shop.system.plan({ price: 1_000, slots: 30 })
  await Promise.all(Array.from({ length: 30 }, () => buy(plan)))
  expect(await revenueOf(plan)).toEqual([30_000, 30_000, 30_000, 30_000])
})
