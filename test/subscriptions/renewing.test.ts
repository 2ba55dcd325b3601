import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { instances } from '../../src/features/instances/tables'
import { creditWallet, promo } from '../../src/features/ledger'
import { getBalance } from '../../src/features/ledger/entries'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { day, hour, ManualClock, minute } from '../../src/lib/clock'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'
import type { TestCustomer, TestPlan } from '../support/system'

// The 31st of January, ten in the morning in Jakarta.
const start = '2026-01-31T03:00:00.000Z'
let clock: ManualClock
let shop: Shop
let plan: TestPlan

beforeEach(async () => {
  clock = new ManualClock(start)
  shop = await openShop({ clock })
  plan = await shop.system.plan({ price: 50_000 })
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
})

const due = () => advanceSubscriptions(shop.system.parts)
const purge = () => advanceSubscriptions(shop.system.parts)

async function subscribed(balance: number, { ready = true, ...more }: { ready?: boolean; autoRenew?: boolean } = {}) {
  const customer = await shop.system.customer({ balance })
  const { status, body } = await customer.post('/subscriptions', { planId: plan.id, ...more })
  if (status !== 201) throw new Error(JSON.stringify(body))
  if (ready) await makeReady(shop, body.data.id)
  return { customer, id: body.data.id as string }
}

async function rowOf(id: string) {
  const { db } = shop.system.parts
  const row = await db.read.select().from(subscriptions).where(eq(subscriptions.id, id)).get()
  const instance = await db.read.select().from(instances).where(eq(instances.subscriptionId, id)).get()
  return { ...row!, desiredState: instance!.desiredState, instanceId: instance!.id }
}

const balanceOf = async ({ id }: TestCustomer) => Number(await getBalance(shop.system.parts.db.read, id))

const give = ({ id }: TestCustomer, amount: bigint) =>
  shop.system.parts.db.write((tx) =>
    creditWallet(tx, {
      userId: id,
      type: 'BONUS',
      counterAccount: promo,
      amount,
      source: `adjustment:${id}-${clock.now().getTime()}`,
      description: 'Gift',
      at: clock.now(),
    }),
  )

describe('a renewal', () => {
  test('comes on the anchor’s day or the month’s last, and is charged once a period', async () => {
    const { customer, id } = await subscribed(50_000 * 5)
    const ends: string[] = []
    for (let month = 0; month < 4; month++) {
      const { currentPeriodEnd } = await rowOf(id)
      ends.push(currentPeriodEnd.toISOString().slice(0, 10))
      clock.set(new Date(currentPeriodEnd.getTime() - 1))
      await due()
      expect((await rowOf(id)).periodIndex).toBe(month)
      clock.set(currentPeriodEnd)
      await Promise.all([due(), due(), due()])
      await due()
      expect(await rowOf(id)).toMatchObject({
        periodIndex: month + 1,
        currentPeriodStart: currentPeriodEnd,
        status: 'ACTIVE',
      })
      expect(await balanceOf(customer)).toBe(50_000 * (3 - month))
    }
    expect(ends).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'])
    const again = await signInAgain(shop, customer)
    const charges = await again.get(`/wallet/transactions?type=CHARGE&subscriptionId=${id}`)
    expect(charges.body.meta.total).toBe(5)
  })

  test('of one that fails stands in nobody’s way, and the run says so', async () => {
    const broken = await subscribed(100_000)
    const sound = await subscribed(100_000)
    const { db } = shop.system.parts
    const trip = `CREATE TRIGGER trip BEFORE UPDATE ON subscriptions WHEN NEW.id = '${broken.id}' BEGIN SELECT RAISE(ABORT, 'tripped'); END`
    await db.write((tx) => tx.run(sql.raw(trip)))
    clock.set((await rowOf(sound.id)).currentPeriodEnd)
    await expect(due()).rejects.toThrow(broken.id)
    expect((await rowOf(sound.id)).periodIndex).toBe(1)
    expect((await rowOf(broken.id)).periodIndex).toBe(0)
    expect(await balanceOf(broken.customer)).toBe(50_000)
    await db.write((tx) => tx.run(sql.raw('DROP TRIGGER trip')))
  })

  test('is not made in a run that is told to stop', async () => {
    const { id } = await subscribed(100_000)
    clock.set((await rowOf(id)).currentPeriodEnd)
    await advanceSubscriptions(shop.system.parts, AbortSignal.abort())
    expect((await rowOf(id)).periodIndex).toBe(0)
  })
})

describe('a wallet that is short', () => {
  test('leads to grace, to suspension, and at last to the end, each step once', async () => {
    const { customer, id } = await subscribed(50_000 + 49_999)
    const { currentPeriodEnd } = await rowOf(id)
    const stepAt = async (ms: number) => {
      clock.set(new Date(currentPeriodEnd.getTime() + ms))
      await Promise.all([due(), due()])
      const { status, suspendedBy, desiredState } = await rowOf(id)
      return [status, suspendedBy, desiredState]
    }
    expect(await stepAt(0)).toEqual(['GRACE', null, 'RUNNING'])
    expect(await stepAt(3 * day - 1)).toEqual(['GRACE', null, 'RUNNING'])
    expect(await stepAt(3 * day)).toEqual(['SUSPENDED', 'unpaid', 'STOPPED'])
    expect(await plan.availableQuota()).toBe(9)
    const again = await signInAgain(shop, customer)
    for (const verb of ['start', 'restart'])
      expect((await again.post(`/subscriptions/${id}/${verb}`)).status).toBeOneOf([402, 409])
    expect(await again.post(`/subscriptions/${id}/start`)).toFail(402, 'INSUFFICIENT_BALANCE')
    expect(await stepAt(10 * day - 1)).toEqual(['SUSPENDED', 'unpaid', 'STOPPED'])
    expect(await stepAt(10 * day)).toEqual(['EXPIRED', null, 'STOPPED'])
    expect(await plan.availableQuota()).toBe(10)
    expect(await balanceOf(customer)).toBe(49_999)
    await stepAt(11 * day)
    await purge()
    expect((await rowOf(id)).desiredState).toBe('STOPPED')
    await stepAt(17 * day)
    await Promise.all([purge(), purge()])
    expect((await rowOf(id)).desiredState).toBe('DELETED')
  })

  test.each([
    ['in grace', hour],
    ['while suspended', 4 * day],
    ['a moment before the end', 10 * day - minute],
  ])('is filled %s: the subscription comes back, and pays for no day on which it stood still', async (_, ms) => {
    const { customer, id } = await subscribed(50_000)
    const { currentPeriodEnd } = await rowOf(id)
    for (const step of [0, Math.min(ms, 3 * day), ms]) {
      clock.set(new Date(currentPeriodEnd.getTime() + step))
      await due()
    }
    expect((await rowOf(id)).status).toBe(ms < 3 * day ? 'GRACE' : 'SUSPENDED')
    await give(customer, 50_000n)
    await Promise.all([due(), due(), due()])
    const row = await rowOf(id)
    expect(row).toMatchObject({ status: 'ACTIVE', suspendedBy: null, periodIndex: 1, desiredState: 'RUNNING' })
    const stoodStill = ms >= 3 * day
    expect(row.currentPeriodStart).toEqual(stoodStill ? clock.now() : currentPeriodEnd)
    // The 31st is the anchor still where it was paid in grace; else the day of the payment is.
    expect(row.currentPeriodEnd.getUTCDate()).toBe(stoodStill ? clock.now().getUTCDate() : 31)
    expect(await balanceOf(customer)).toBe(0)
    expect(await plan.availableQuota()).toBe(9)
  })

  test('is filled after the end: that one stays ended, and a new one may be bought', async () => {
    const { customer, id } = await subscribed(50_000)
    const { currentPeriodEnd } = await rowOf(id)
    for (const days of [0, 3, 10]) {
      clock.set(new Date(currentPeriodEnd.getTime() + days * day))
      await due()
    }
    expect((await rowOf(id)).status).toBe('EXPIRED')
    await give(customer, 50_000n)
    await due()
    expect((await rowOf(id)).status).toBe('EXPIRED')
    const again = await signInAgain(shop, customer)
    expect((await again.post('/subscriptions', { planId: plan.id })).status).toBe(201)
    expect(await plan.availableQuota()).toBe(9)
  })
})

test('one that was cancelled for the end of its period ends there, unrefunded, and its slot is free', async () => {
  const { customer, id } = await subscribed(200_000)
  await customer.delete(`/subscriptions/${id}`)
  const { currentPeriodEnd } = await rowOf(id)
  clock.set(new Date(currentPeriodEnd.getTime() - 1))
  await due()
  expect((await rowOf(id)).status).toBe('ACTIVE')
  clock.set(currentPeriodEnd)
  await Promise.all([due(), due()])
  expect(await rowOf(id)).toMatchObject({ status: 'CANCELLED', endedAt: currentPeriodEnd, desiredState: 'STOPPED' })
  expect(await balanceOf(customer)).toBe(150_000)
  expect(await plan.availableQuota()).toBe(10)
})

test('without auto-renew nothing is charged at the end, however much there is', async () => {
  const { customer, id } = await subscribed(200_000, { autoRenew: false })
  clock.set((await rowOf(id)).currentPeriodEnd)
  await due()
  expect((await rowOf(id)).status).toBe('GRACE')
  expect(await balanceOf(customer)).toBe(150_000)
})
