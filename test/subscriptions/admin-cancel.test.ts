import { afterEach, beforeEach, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { day, ManualClock } from '../../src/lib/clock'
import { mailsTo } from '../support/mailbox'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller, TestCustomer } from '../support/system'

const start = new Date('2026-04-01T03:00:00.000Z')
const reason = 'asked for by telephone'
let clock: ManualClock
let shop: Shop
let admin: Caller

beforeEach(async () => {
  clock = new ManualClock(start)
  shop = await openShop({ clock })
  admin = await shop.system.admin()
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
})

async function subscribed({ ready = true } = {}) {
  const customer = await shop.system.customer({ balance: 100_000 })
  const plan = await shop.system.plan({ price: 30_000, slots: 1 })
  const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data as { id: string }
  if (ready) await makeReady(shop, id)
  return { customer, plan, id }
}

const cancel = (id: string, body: object, headers = {}) =>
  admin.post(`/admin/subscriptions/${id}/cancel`, { reason, ...body }, headers)

/** Half of April, which has 30 days. */
async function halfOfThePeriod(customer: TestCustomer): Promise<Caller> {
  clock.advance(15 * day)
  admin = await signInAgain(shop, shop.system.firstAdmin!)
  return signInAgain(shop, customer)
}
test.each([
  ['none', 70_000],
  ['prorated', 85_000],
  ['full', 100_000],
] as const)('now, with the refund %s: the slot is free, the app stops, and the wallet has %d', async (refund, left) => {
  const { customer, plan, id } = await subscribed()
  const caller = await halfOfThePeriod(customer)
  const { status, body } = await cancel(id, { when: 'now', refund })
  expect([status, body.data.status]).toEqual([200, 'CANCELLED'])
  expect(body.data.instance.status).toBe('STOPPING')
  expect(await plan.availableQuota()).toBe(1)
  expect((await caller.get('/wallet')).body.data.creditBalance).toBe(left)
  expect(await mailsTo(shop.system, customer.email, 'subscription-cancelled')).toHaveLength(1)
  expect(await cancel(id, { when: 'now', refund })).toFail(409, 'INVALID_STATE')
  const { body: log } = await admin.get(`/admin/audit?targetId=${id}&action=subscription.cancel`)
  expect(log.data[0]).toMatchObject({ reason, before: { status: 'ACTIVE' }, after: { status: 'CANCELLED' } })
})

test('an app that was never ready is refunded in full, whatever was asked for', async () => {
  const { customer, plan, id } = await subscribed({ ready: false })
  expect((await cancel(id, { when: 'period_end' })).body.data.status).toBe('CANCELLED')
  expect(await customer.balance()).toBe(100_000)
  expect(await plan.availableQuota()).toBe(1)
})

test('with its period: it runs on, is told of at once, and ends with it', async () => {
  const { customer, plan, id } = await subscribed()
  const { body } = await cancel(id, { when: 'period_end' })
  expect(body.data).toMatchObject({ status: 'ACTIVE', cancelAtPeriodEnd: true, nextBilling: null })
  expect(await plan.availableQuota()).toBe(0)
  expect(await mailsTo(shop.system, customer.email, 'subscription-cancelled')).toHaveLength(1)
  expect(await cancel(id, { when: 'period_end' })).toFail(409, 'INVALID_STATE')
  clock.advance(31 * day)
  await advanceSubscriptions(shop.system.parts)
  expect(await plan.availableQuota()).toBe(1)
})

test('a refund of what will be used to its end, no reason, and what is not there', async () => {
  const { id } = await subscribed()
  const refused = await cancel(id, { when: 'period_end', refund: 'full' })
  expect(refused).toFail(422, 'VALIDATION_ERROR')
  expect(refused.body.error.details.problems).toMatchObject([{ path: '/refund' }])
  expect(await cancel(id, { when: 'now', reason: '' })).toFail(422, 'VALIDATION_ERROR')
  expect(await cancel(id, { when: 'later' })).toFail(422, 'VALIDATION_ERROR')
  expect(await cancel('sub_unknown', { when: 'now' })).toFail(404, 'NOT_FOUND')
})

test('twice with one key is once; what was refunded before is no reason to let it run on', async () => {
  const { customer, id } = await subscribed()
  await admin.post(`/admin/subscriptions/${id}/refund`, { kind: 'full', reason })
  const key = { 'idempotency-key': 'force-1' }
  const [first, second] = [
    await cancel(id, { when: 'now', refund: 'full' }, key),
    await cancel(id, { when: 'now', refund: 'full' }, key),
  ]
  expect([first.status, second.status]).toEqual([200, 200])
  expect(second.body).toEqual(first.body)
  expect(await customer.balance()).toBe(100_000)
})
