import { afterEach, beforeEach, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { day, hour, ManualClock, minute, second } from '../../src/lib/clock'
import { mailsTo } from '../support/mailbox'
import { actOnPage, chargeAtGateway, openShop, rowOfTopUp, type Shop, signInAgain, topUp } from '../support/shop'
import type { TestCustomer } from '../support/system'

let clock: ManualClock
let shop: Shop
let customer: TestCustomer

beforeEach(async () => {
  clock = new ManualClock('2026-03-01T00:00:00Z')
  shop = await openShop({ clock })
  customer = await shop.system.customer()
  // Not one notification arrives in this file.
  shop.gateway.notifications.failNext({ kind: 'drop' }, 1_000)
})
afterEach(() => shop.close())

const poll = () => pollPendingTopUps(shop.system.parts)
const row = (id: string) => rowOfTopUp(shop, id)

test('a payment that no notification told of is found and credited once', async () => {
  const { id, redirectUrl } = await topUp(customer)
  await actOnPage(redirectUrl, { action: 'pay' })
  await poll()
  expect((await row(id)).status).toBe('PENDING')
  clock.advance(31 * second)
  await Promise.all([poll(), poll(), poll()])
  expect(await row(id)).toMatchObject({ status: 'SUCCESS', nextPollAt: new Date(clock.now().getTime() + 15 * minute) })
  expect(await customer.balance()).toBe(50_000)
  await poll()
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
})

test('an open order is asked about ever more rarely, up to once an hour', async () => {
  const { id } = await topUp(customer)
  const pauses: number[] = []
  for (let round = 0; round < 10; round++) {
    const { nextPollAt } = await row(id)
    clock.set(nextPollAt!)
    await poll()
    pauses.push(((await row(id)).nextPollAt!.getTime() - nextPollAt!.getTime()) / minute)
  }
  expect(pauses).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60])
})

test('an expiry that no notification told of is found', async () => {
  const { id } = await topUp(customer)
  clock.advance(day + minute)
  await poll()
  expect((await row(id)).status).toBe('EXPIRED')
})

test('a page that nobody chose a method on expires on our side, because the provider never says so', async () => {
  const { id } = await topUp(customer, 'snap')
  clock.advance(day + hour)
  await poll()
  expect((await row(id)).status).toBe('PENDING')
  clock.advance(2 * hour)
  await poll()
  expect(await row(id)).toMatchObject({ status: 'EXPIRED', nextPollAt: new Date(clock.now().getTime() + 15 * minute) })
})

async function loseTheCharge(): Promise<{ topUpId: string; orderId: string }> {
  shop.gateway.calls.failNext('charge', { kind: 'html' })
  const { status, body } = await customer.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
  expect(status).toBe(503)
  const { topUpId } = body.error.details
  return { topUpId, orderId: (await row(topUpId)).orderId }
}

test('a charge whose answer was lost is credited when it is paid', async () => {
  const { topUpId, orderId } = await loseTheCharge()
  await chargeAtGateway(shop, orderId, 50_000)
  await shop.gateway.events.pay(orderId)
  clock.advance(minute)
  await poll()
  expect((await row(topUpId)).status).toBe('SUCCESS')
  expect(await customer.balance()).toBe(50_000)
})

test('a charge that never arrived stays open as long as it could be paid, and then expires', async () => {
  const { topUpId } = await loseTheCharge()
  clock.advance(minute)
  await poll()
  expect((await row(topUpId)).status).toBe('PENDING')
  clock.advance(day + 3 * hour)
  await poll()
  expect((await row(topUpId)).status).toBe('EXPIRED')
})

test('a provider that is away costs a top-up nothing, and the others are asked about all the same', async () => {
  const first = await topUp(customer)
  const second_ = await topUp(customer)
  await actOnPage(first.redirectUrl, { action: 'pay' })
  await actOnPage(second_.redirectUrl, { action: 'pay' })
  // Each asks three times: of the six tries one gets through.
  shop.gateway.calls.failNext('status', { kind: 'status', httpStatus: 503 }, 5)
  clock.advance(minute)
  await poll()
  expect([(await row(first.id)).status, (await row(second_.id)).status].toSorted()).toEqual(['PENDING', 'SUCCESS'])
  clock.advance(minute)
  await poll()
  expect(await customer.balance()).toBe(100_000)
})

test('a poll that is told to stop asks no further', async () => {
  const { id, redirectUrl } = await topUp(customer)
  await actOnPage(redirectUrl, { action: 'pay' })
  clock.advance(minute)
  await pollPendingTopUps(shop.system.parts, AbortSignal.abort())
  expect((await row(id)).status).toBe('PENDING')
})

test('what the books refuse is told to the administrators once, and keeps nobody else from being credited', async () => {
  const { system, gateway } = shop
  const opened = [await topUp(customer), await topUp(customer), await topUp(customer)]
  const { orderId } = await row(opened[0].id)
  await system.parts.db.write((tx) =>
    tx.run(
      sql.raw(`CREATE TRIGGER no_such_payment BEFORE INSERT ON ledger_entries WHEN NEW.source = 'top-up:${opened[0].id}' BEGIN
        SELECT RAISE(ABORT, 'not this one'); END`),
    ),
  )
  for (const { id } of opened) await gateway.events.pay((await row(id)).orderId)
  for (let round = 0; round < 3; round++) {
    clock.advance(5 * minute)
    await poll().catch(() => {})
  }
  expect(await Promise.all(opened.map(async ({ id }) => (await row(id)).status))).toEqual([
    'PENDING',
    'SUCCESS',
    'SUCCESS',
  ])
  const alerts = await mailsTo(system, system.firstAdmin!.email, 'payment-alert')
  expect(alerts.map(({ data }) => data)).toMatchObject([
    { orderId, finding: expect.stringContaining('can’t be booked') },
  ])
  await system.parts.db.write((tx) => tx.run(sql`DROP TRIGGER no_such_payment`))
  clock.advance(hour)
  await poll()
  expect((await row(opened[0].id)).status).toBe('SUCCESS')
  const again = await signInAgain(shop, customer)
  expect((await again.get('/wallet')).body.data.creditBalance).toBe(150_000)
})

test('orders that can’t be booked, more of them than are asked about at a time, stop none of the others; the job fails at its end', async () => {
  const { system, gateway } = shop
  const unlucky = [] as string[]
  for (let index = 0; index < 9; index++) unlucky.push((await topUp(customer)).id)
  const lucky = await topUp(await system.customer())
  await system.parts.db.write((tx) =>
    tx.run(
      sql.raw(`CREATE TRIGGER not_these BEFORE INSERT ON ledger_entries WHEN NEW.credit_account = 'wallet:${customer.id}' BEGIN
        SELECT RAISE(ABORT, 'not these'); END`),
    ),
  )
  for (const id of [...unlucky, lucky.id]) await gateway.events.pay((await row(id)).orderId)
  clock.advance(minute)
  await expect(poll()).rejects.toThrow(/^9 top-ups could not be settled, top_\w+ first$/)
  expect((await row(lucky.id)).status).toBe('SUCCESS')
  const told = system.logged.filter(({ message }) => message === 'top-up not settled').map(({ topUpId }) => topUpId)
  expect(told.toSorted()).toEqual(unlucky.toSorted())
})
