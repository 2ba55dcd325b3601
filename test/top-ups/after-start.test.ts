import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq, inArray } from 'drizzle-orm'
import { type EmbeddedGateway, startEmbeddedGateway } from '../../src/embedded/gateway'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { topUps } from '../../src/features/top-ups/tables'
import { hour, ManualClock, minute, second } from '../../src/lib/clock'
import { jobs } from '../../src/queue'
import { startSystem, type TestSystem, until } from '../support/system'

const keys = { serverKey: 'SB-Mid-server-start', clientKey: 'SB-Mid-client-start', merchantId: 'G000000009' }

let clock: ManualClock
let gateway: EmbeddedGateway
let dataDir: string
let system: TestSystem

beforeEach(async () => {
  clock = new ManualClock('2026-03-01T00:00:30Z')
  dataDir = mkdtempSync(join(tmpdir(), 'minispod-start-'))
  // Not one notice arrives.
  gateway = await startEmbeddedGateway({ ...keys, clock, notificationUrl: () => null })
  system = await start()
})
afterEach(async () => {
  await system.close()
  await gateway.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const start = () =>
  startSystem({
    clock,
    dataDir,
    environment: {
      MIDTRANS_SERVER_KEY: keys.serverKey,
      MIDTRANS_CLIENT_KEY: keys.clientKey,
      MIDTRANS_MERCHANT_ID: keys.merchantId,
      MIDTRANS_BASE_URL: gateway.url,
    },
  })

async function startAgain(): Promise<void> {
  // Nothing is left that the start would have to catch up with.
  await system.parts.schedules.fireDue()
  const waiting = and(eq(jobs.kind, 'top-ups.poll'), inArray(jobs.status, ['QUEUED', 'RUNNING']))
  await until(
    'the polls',
    () => system.parts.db.read.$count(jobs, waiting),
    (count) => count === 0,
  )
  await system.close()
  system = await start()
}

const rowOf = async (id: string) => (await system.parts.db.read.select().from(topUps).where(eq(topUps.id, id)).get())!

/** An order whose last question was cut off: the next one stands four minutes away. */
async function openOrder() {
  const customer = await system.customer()
  const { id } = (await customer.post('/wallet/top-ups', { amount: 50_000, method: 'qris' })).body.data
  for (let polls = 0; polls < 4; polls++) {
    clock.set((await rowOf(id)).nextPollAt!)
    if (polls === 3) gateway.calls.failNext('status', { kind: 'status', httpStatus: 503 }, 3)
    await pollPendingTopUps(system.parts)
  }
  const { orderId, nextPollAt } = await rowOf(id)
  expect(nextPollAt!.getTime() - clock.now().getTime()).toBe(4 * minute)
  return { id: id as string, orderId }
}

test('what was paid about the time of a kill is credited right after the start, and not when it would be due', async () => {
  const { id, orderId } = await openOrder()
  await gateway.events.pay(orderId)
  clock.advance(second)
  await startAgain()
  // The clock stands still: nothing but the start has it asked about.
  await until(
    'the credit',
    () => rowOf(id),
    ({ status }) => status === 'SUCCESS',
  )
})

test('what is due in hours is not asked about sooner because of a start', async () => {
  const { id } = await openOrder()
  const later = new Date(clock.now().getTime() + 6 * hour)
  await system.parts.db.write((tx) => tx.update(topUps).set({ nextPollAt: later }).where(eq(topUps.id, id)).run())
  await startAgain()
  expect((await rowOf(id)).nextPollAt).toEqual(later)
})

test('a poll that an administrator has paused stays paused over a start', async () => {
  const { id, orderId } = await openOrder()
  await gateway.events.pay(orderId)
  await system.parts.db.write((tx) => system.parts.schedules.pause(tx, 'top-ups.poll'))
  await startAgain()
  const polls = await system.parts.db.read.select().from(jobs).where(eq(jobs.kind, 'top-ups.poll')).all()
  expect(polls.filter(({ key }) => key.startsWith('start:'))).toEqual([])
  expect(await rowOf(id)).toMatchObject({ status: 'PENDING', nextPollAt: clock.now() })
})
