import { afterEach, beforeEach, expect, test } from 'bun:test'
import { day, hour, ManualClock } from '../../src/lib/clock'
import { openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller } from '../support/system'
import { see } from './observed'

const start = new Date('2027-02-01T03:00:00.000Z')
let clock: ManualClock
let shop: Shop

beforeEach(async () => {
  clock = new ManualClock(start)
  shop = await openShop({ clock })
})
afterEach(() => shop.close())

async function subscribed() {
  const customer = await shop.system.customer({ balance: 200_000 })
  const plan = await shop.system.plan({ price: 30_000 })
  const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data as { id: string }
  return { customer, id, signIn: () => signInAgain(shop, customer) }
}

const usage = async (caller: Caller, id: string, query = '') =>
  (await caller.get(`/subscriptions/${id}/usage${query}`)).body.data

test('an app that was never ready has run for nothing, and what was charged is shown', async () => {
  const { customer, id } = await subscribed()
  clock.advance(hour / 10)
  const shown = await usage(customer, id)
  expect(shown).toMatchObject({ subscriptionId: id, step: '1d', samples: [] })
  expect(shown.range).toEqual({ from: start.toISOString(), to: clock.now().toISOString() })
  expect(shown.reason).toMatch(/not stored yet/)
  expect(shown.totals).toMatchObject({ charged: 30_000, refunded: 0, runningSeconds: 0, cpuMillicoreHours: null })
  expect(shown.charges).toMatchObject([{ kind: 'period', total: 30_000, periodStart: start.toISOString() }])
})

test('only the time counts in which the app was meant to run', async () => {
  const { id, signIn } = await subscribed()
  clock.advance(hour)
  await see(shop, id, {})
  clock.advance(2 * hour)
  let caller = await signIn()
  expect((await caller.post(`/subscriptions/${id}/stop`)).status).toBe(200)
  clock.advance(5 * hour)
  caller = await signIn()
  await see(shop, id, { status: 'STOPPED' })
  expect((await caller.post(`/subscriptions/${id}/start`)).status).toBe(200)
  clock.advance(3 * hour)
  caller = await signIn()
  const seconds = async (query = '') => (await usage(caller, id, query)).totals.runningSeconds
  expect(await seconds()).toBe(5 * 3600)
  const at = (hours: number) => new Date(start.getTime() + hours * hour).toISOString()
  expect(await seconds(`?from=${at(2)}&to=${at(9)}`)).toBe(2 * 3600)
  expect(await seconds(`?from=${at(4)}&to=${at(7)}`)).toBe(0)
  // The future has not run yet.
  expect(await seconds(`?from=${at(0)}&to=${at(100)}`)).toBe(5 * 3600)
})

test('charges are those of time in the range, with what of them went back', async () => {
  const { id, signIn } = await subscribed()
  await see(shop, id, {})
  clock.advance(20 * day)
  const caller = await signIn()
  expect((await caller.put(`/subscriptions/${id}/renew`)).status).toBe(200)
  const admin = await shop.system.admin()
  await admin.post(`/admin/subscriptions/${id}/refund`, { kind: 'amount', amount: 1_000, reason: 'was slow' })
  const before = await usage(caller, id, '?from=2027-02-01T00:00:00Z&to=2027-02-20T00:00:00Z&step=1h')
  expect(before).toMatchObject({ step: '1h', totals: { charged: 30_000, refunded: 0 } })
  const both = await usage(caller, id, '?from=2027-02-01T00:00:00Z&to=2027-03-02T00:00:00Z')
  expect(both.totals).toMatchObject({ charged: 60_000, refunded: 1_000 })
  expect(both.charges.map(({ periodStart }: { periodStart: string }) => periodStart.slice(0, 7))).toEqual([
    '2027-03',
    '2027-02',
  ])
  expect((await usage(caller, id, '?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z')).totals.charged).toBe(0)
})

test('a range that is none, or too long, and somebody else’s are refused', async () => {
  const { customer, id } = await subscribed()
  const ask = (query: string) => customer.get(`/subscriptions/${id}/usage${query}`)
  expect(await ask('?from=2027-02-02T00:00:00Z&to=2027-02-02T00:00:00Z')).toFail(422, 'VALIDATION_ERROR')
  expect(await ask('?from=2025-02-02T00:00:00Z&to=2027-02-02T00:00:00Z')).toFail(422, 'VALIDATION_ERROR')
  expect(await ask('?step=1s')).toFail(422, 'VALIDATION_ERROR')
  const other = await shop.system.customer()
  expect(await other.get(`/subscriptions/${id}/usage`)).toFail(403, 'FORBIDDEN')
})
