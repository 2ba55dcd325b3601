import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyBooks } from '../../src/features/books'
import { recordHeartbeat } from '../../src/features/downtime'
import { forgetOldRows } from '../../src/features/operations'
import { day, hour, ManualClock, minute } from '../../src/lib/clock'
import { openShop, type Shop, topUp } from '../support/shop'
import type { TestPlan } from '../support/system'
import { type Bought, stagesOf } from './stages-shop'

// Docs/lifecycle.md, "After a downtime": what these tests hold the house to.
const start = '2026-01-31T03:00:00.000Z'
let clock: ManualClock
let shop: Shop
let plan: TestPlan
let stages: ReturnType<typeof stagesOf>
let dataDir: string

async function open() {
  shop = await openShop({ clock, dataDir })
  stages = stagesOf(shop, clock)
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'minispod-downtime-'))
  clock = new ManualClock(start)
  await open()
  plan = await shop.system.plan({ price: 50_000 })
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  rmSync(dataDir, { recursive: true, force: true })
  expect(mismatches).toEqual([])
})

const after = (time: Date, ms: number) => new Date(time.getTime() + ms)

/** The process ends, and comes back so much later. */
async function away(ms: number): Promise<void> {
  await shop.system.parts.db.write((tx) => recordHeartbeat(shop.system.parts, tx, 0))
  await shop.close()
  clock.advance(ms)
  await open()
}

async function endOf({ id }: Bought): Promise<Date> {
  return (await stages.rowOf(id)).currentPeriodEnd
}

test.each([
  ['an hour', hour],
  ['ten days', 10 * day],
  ['three months', 92 * day],
])('after %s away one period is charged, and none for time that is over', async (_, ms) => {
  const bought = await stages.buy(plan, 50_000 * 6)
  const end = await endOf(bought)
  clock.set(after(end, -minute))
  await away(ms)
  for (let round = 0; round < 5; round++) await stages.due()
  const row = await stages.rowOf(bought.id)
  expect(row).toMatchObject({ status: 'ACTIVE', periodIndex: 1 })
  // An hour late it is the period that its owner knows; later than the days of grace it is one from now.
  expect(row.currentPeriodStart).toEqual(ms === hour ? end : clock.now())
  expect(await stages.balanceOf(bought)).toBe(50_000 * 4)
})

test('with money for one month, 135 days late, one month is paid and used, not one that is over', async () => {
  const bought = await stages.buy(plan, 100_000)
  clock.set(after(await endOf(bought), -day))
  await away(136 * day)
  await stages.due()
  await stages.due()
  expect(await stages.stateOf(bought.id)).toEqual(['ACTIVE', 'RUNNING'])
  expect((await stages.rowOf(bought.id)).currentPeriodEnd.getTime()).toBeGreaterThan(clock.now().getTime() + 27 * day)
})

test('without money there is all of the grace, the suspension and the window, however long nobody was there', async () => {
  const bought = await stages.buy(plan, 50_000)
  clock.set(after(await endOf(bought), -day))
  await away(40 * day)
  await stages.due()
  expect(await stages.stateOf(bought.id)).toEqual(['GRACE', 'RUNNING'])
  const grace = clock.now()
  await stages.at(after(grace, day))
  await away(30 * day)
  await stages.due()
  expect(await stages.stateOf(bought.id)).toEqual(['GRACE', 'RUNNING'])
  const again = await stages.again(bought)
  expect((await again.get(`/subscriptions/${bought.id}`)).body.data.stageEndsAt).toBe(
    after(grace, 33 * day).toISOString(),
  )
  await stages.at(after(grace, 33 * day - minute))
  expect(await stages.stateOf(bought.id)).toEqual(['GRACE', 'RUNNING'])
  await stages.at(after(grace, 33 * day))
  expect(await stages.stateOf(bought.id)).toEqual(['SUSPENDED/unpaid', 'STOPPED'])
  const suspended = clock.now()
  await away(60 * day)
  await stages.due()
  expect(await stages.stateOf(bought.id)).toEqual(['SUSPENDED/unpaid', 'STOPPED'])
  await stages.at(after(suspended, 67 * day))
  expect(await stages.stateOf(bought.id)).toEqual(['EXPIRED', 'STOPPED'])
  const ended = clock.now()
  await away(20 * day)
  await stages.due()
  expect(await stages.stateOf(bought.id)).toEqual(['EXPIRED', 'STOPPED'])
  await stages.at(after(ended, 25 * day))
  expect(await stages.mailsTo(bought)).toContain('data-removal-soon')
  await stages.at(after(ended, 27 * day))
  expect(await stages.stateOf(bought.id)).toEqual(['EXPIRED', 'DELETED'])
})

test('an app whose payment waits at the provider is not ended before that is known', async () => {
  const bought = await stages.buy(plan, 50_000)
  const end = await endOf(bought)
  await stages.at(end)
  await stages.at(after(end, 3 * day))
  expect(await stages.stateOf(bought.id)).toEqual(['SUSPENDED/unpaid', 'STOPPED'])
  clock.set(after(end, 10 * day - hour))
  await topUp(await stages.again(bought))
  await stages.at(after(end, 10 * day))
  expect(await stages.stateOf(bought.id)).toEqual(['SUSPENDED/unpaid', 'STOPPED'])
})

test('an app that was on its way when the house went down has its time to get ready', async () => {
  const bought = await stages.buy(plan, 50_000, { ready: false })
  clock.advance(10 * minute)
  await away(3 * day)
  await stages.due()
  expect(await stages.stateOf(bought.id)).toEqual(['PENDING', 'RUNNING'])
  await stages.at(after(clock.now(), 52 * minute))
  expect(await stages.stateOf(bought.id)).toEqual(['CANCELLED', 'DELETED'])
})

test('whoever repeats an order after a downtime of days is answered as the first time', async () => {
  const customer = await shop.system.customer({ balance: 200_000 })
  const bought: Bought = { customer, id: '' }
  const order = async () =>
    (await stages.again(bought)).post('/subscriptions', { planId: plan.id }, { 'idempotency-key': 'order-1' })
  const first = await order()
  expect(first.status).toBe(201)
  await away(3 * day)
  await forgetOldRows(shop.system.parts, AbortSignal.timeout(60_000))
  expect((await order()).body).toEqual(first.body)
  expect(await stages.balanceOf(bought)).toBe(150_000)
  clock.advance(2 * day)
  await forgetOldRows(shop.system.parts, AbortSignal.timeout(60_000))
  expect((await order()).status).toBe(409)
})

describe('a downtime', () => {
  test('under a clock that was wrong is forgotten when the clock is right again', async () => {
    const { parts } = shop.system
    const note = () => parts.db.write((tx) => recordHeartbeat(parts, tx))
    await note()
    clock.advance(3_650 * day)
    await note()
    clock.advance(-3_650 * day)
    await note()
    const bought = await stages.buy(plan, 50_000)
    const end = await endOf(bought)
    await stages.at(end)
    await stages.at(after(end, 3 * day))
    expect(await stages.stateOf(bought.id)).toEqual(['SUSPENDED/unpaid', 'STOPPED'])
  })

  test('of ten minutes or less is none', async () => {
    const { parts } = shop.system
    await parts.db.write((tx) => recordHeartbeat(parts, tx, 9 * minute))
    expect(await parts.db.read.values('SELECT count(*) FROM downtimes')).toEqual([[0]])
    await parts.db.write((tx) => recordHeartbeat(parts, tx, 10 * minute))
    expect(await parts.db.read.values('SELECT count(*) FROM downtimes')).toEqual([[1]])
  })
})
