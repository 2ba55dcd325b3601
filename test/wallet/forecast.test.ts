import { afterAll, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { day, ManualClock } from '../../src/lib/clock'
import { makeReady, openShop, type Shop, sharedShop, signInAgain } from '../support/shop'
import type { Caller } from '../support/system'

const services = ['n8n', 'ghost', 'wordpress', 'umami', 'forgejo', 'uptime-kuma', 'vaultwarden', 'memos', 'node-red']
const shop = sharedShop()

const forecastOf = async (caller: Caller, query = '') => (await caller.get(`/wallet/forecast${query}`)).body.data

async function change({ system }: Shop, id: string, set: Partial<typeof subscriptions.$inferInsert>): Promise<void> {
  await system.parts.db.write((tx) => tx.update(subscriptions).set(set).where(eq(subscriptions.id, id)).run())
}

/** A customer with an app of each service, and what they have left. */
async function subscriber(of: Shop, { prices, left }: { prices: number[]; left: number }) {
  const { system } = of
  const customer = await system.customer({ balance: prices.reduce((sum, price) => sum + price, left) })
  const ids: string[] = []
  for (const [index, price] of prices.entries()) {
    const plan = await system.plan({ service: services[index], price })
    const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
    await makeReady(of, id)
    ids.push(id)
  }
  return { customer, ids }
}

test('with nothing to renew the balance lasts to the horizon', async () => {
  const { system } = await shop()
  const customer = await system.customer({ balance: 5_000 })
  const seen = await forecastOf(customer)
  expect(seen).toMatchObject({ balance: 5_000, owed: 0, totalDue: 0, shortfall: null, renewals: [], moreRenewals: 0 })
  expect(seen.coveredUntil).toBe(seen.horizonEnd)
  expect(Date.parse(seen.horizonEnd) - Date.parse(seen.asOf)).toBe(90 * day)
})

test('tells which renewal can’t be paid, when, and what is missing by then', async () => {
  const { customer, ids } = await subscriber(await shop(), { prices: [50_000, 20_000], left: 90_000 })
  const seen = await forecastOf(customer, '?days=80')
  const shown = seen.renewals.map((row: Record<string, unknown>) => [row.subscriptionId, row.amount, row.balanceAfter])
  expect(shown).toEqual([
    [ids[0], 50_000, 40_000],
    [ids[1], 20_000, 20_000],
    [ids[0], 50_000, -30_000],
    [ids[1], 20_000, -50_000],
  ])
  expect(seen.shortfall).toEqual({
    at: seen.renewals[2].dueAt,
    subscriptionId: ids[0],
    name: seen.renewals[2].name,
    amount: 50_000,
    missing: 30_000,
    topUpNeeded: 30_000,
    missingByHorizon: 50_000,
  })
  expect(seen).toMatchObject({ balance: 90_000, totalDue: 140_000, coveredUntil: seen.renewals[2].dueAt })
  const [own] = (await customer.get('/subscriptions?sort=oldest')).body.data
  expect(seen.renewals[0]).toMatchObject({ dueAt: own.currentPeriodEnd, name: own.name })
})

describe('what will not be charged is not foreseen', () => {
  const unforeseen: [string, Partial<typeof subscriptions.$inferInsert>][] = [
    ['without auto-renewal', { autoRenew: false }],
    ['one that ends with its period', { cancelAtPeriodEnd: true }],
    ['one that has ended', { status: 'CANCELLED', endedAt: new Date() }],
  ]
  for (const [name, set] of unforeseen) {
    test(name, async () => {
      const { customer, ids } = await subscriber(await shop(), { prices: [50_000], left: 0 })
      await change(await shop(), ids[0]!, set)
      expect(await forecastOf(customer)).toMatchObject({ renewals: [], shortfall: null })
    })
  }
})

test('one that is stopped by its owner is billed on, and one that is unpaid is due now', async () => {
  const { customer, ids } = await subscriber(await shop(), { prices: [50_000, 20_000], left: 10_000 })
  await change(await shop(), ids[0]!, { status: 'SUSPENDED', suspendedBy: 'customer' })
  const over = { currentPeriodStart: new Date(Date.now() - 40 * day), currentPeriodEnd: new Date(Date.now() - 2 * day) }
  await change(await shop(), ids[1]!, { status: 'GRACE', ...over, anchorAt: over.currentPeriodStart })
  const seen = await forecastOf(customer, '?days=35')
  expect(seen.renewals[0]).toMatchObject({ subscriptionId: ids[1], dueAt: seen.asOf, balanceAfter: -10_000 })
  expect(seen.renewals.map((row: { subscriptionId: string }) => row.subscriptionId)).toContain(ids[0])
  expect(seen.shortfall).toMatchObject({ at: seen.asOf, subscriptionId: ids[1], missing: 10_000 })
})

test('a change that is booked takes its plan’s price', async () => {
  const { system } = await shop()
  const smaller = await system.plan({ service: services[0], price: 15_000 })
  const { customer, ids } = await subscriber(await shop(), { prices: [50_000], left: 0 })
  await change(await shop(), ids[0]!, { scheduledPlanId: smaller.id, scheduledCycle: 'MONTHLY' })
  expect((await forecastOf(customer, '?days=40')).renewals).toMatchObject([{ amount: 15_000 }])
})

test('shows a hundred renewals, says how many more there are, and counts them all', async () => {
  const { customer } = await subscriber(await shop(), { prices: services.map(() => 1_000), left: 0 })
  const seen = await forecastOf(customer, '?days=366')
  expect(seen.renewals).toHaveLength(100)
  // Twelve a year of each.
  expect(seen.moreRenewals).toBe(services.length * 12 - 100)
  expect(seen.totalDue).toBe((100 + seen.moreRenewals) * 1_000)
})

test('one that is long overdue is paid once, from now, and not for every period that is over', async () => {
  const { customer, ids } = await subscriber(await shop(), { prices: [1_000], left: 0 })
  const anchorAt = new Date(Date.now() - 4_383 * day)
  const over = { currentPeriodStart: anchorAt, currentPeriodEnd: new Date(anchorAt.getTime() + 20 * day) }
  await change(await shop(), ids[0]!, { anchorAt, ...over })
  const seen = await forecastOf(customer, '?days=40')
  expect(seen.renewals.map(({ dueAt }: { dueAt: string }) => dueAt === seen.asOf)).toEqual([true, false])
})

describe('how far to look', () => {
  for (const days of ['1', '366']) {
    test(`days=${days}`, async () => {
      const seen = await forecastOf(await (await shop()).system.customer(), `?days=${days}`)
      expect(Date.parse(seen.horizonEnd) - Date.parse(seen.asOf)).toBe(Number(days) * day)
    })
  }
  for (const query of ['days=0', 'days=367', 'days=1.5', 'days=', 'days=x', 'day=5']) {
    test(`${query} is refused`, async () => {
      const { status, body } = await (await (await shop()).system.customer()).get(`/wallet/forecast?${query}`)
      expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
    })
  }
})

test('is for who has signed in', async () => {
  expect((await (await shop()).system.anybody.get('/wallet/forecast')).status).toBe(401)
})

describe('what is foreseen is what is charged', () => {
  const opened: Shop[] = []
  afterAll(async () => {
    for (const each of opened) await each.close()
  })

  const anchored = '2027-01-31T09:30:00Z'
  const onTop = { TAX_RATE: '12', TAX_BASE: '11/12', TAX_PRICES: 'exclusive' }
  const cases: [name: string, first: number, environment: Record<string, string>, isBonus: boolean][] = [
    ['without tax', 50_050, {}, false],
    ['with tax on top', 55_556, onTop, false],
    ['after a gift', 55_556, onTop, true],
  ]
  for (const [name, first, environment, isBonus] of cases) {
    test(`month by month, to the rupiah, ${name}`, async () => {
      const clock = new ManualClock(new Date(anchored))
      const own = await openShop({ clock, environment })
      opened.push(own)
      const { customer, ids } = await subscriber(own, { prices: [50_050, 20_000], left: 400_000 })
      if (isBonus) await change(own, ids[0]!, { isBonus, price: 0n })
      const { renewals, balance } = await forecastOf(customer, '?days=120')
      expect(renewals.length).toBeGreaterThanOrEqual(6)
      expect(renewals[0].amount).toBe(first)
      const before = balance
      const afterEach: number[] = []
      for (const { dueAt } of renewals) {
        clock.set(new Date(dueAt))
        await advanceSubscriptions(own.system.parts)
        afterEach.push((await (await signInAgain(own, customer)).get('/wallet')).body.data.creditBalance)
      }
      // Both fall due at once, and one run charges both.
      const foreseen = renewals.map((row: { balanceAfter: number }) => row.balanceAfter)
      expect([...new Set(afterEach)]).toEqual(foreseen.filter((_: number, index: number) => index % 2 === 1))
      expect(before - afterEach.at(-1)!).toBe(
        renewals.reduce((sum: number, row: { amount: number }) => sum + row.amount, 0),
      )
    })
  }
})
