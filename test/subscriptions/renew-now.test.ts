import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { plans } from '../../src/features/catalog/tables'
import { instances } from '../../src/features/instances/tables'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { periodBoundary } from '../../src/lib/calendar'
import { day, ManualClock } from '../../src/lib/clock'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller, TestCustomer, TestPlan } from '../support/system'

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

async function subscribed(balance: number, { ready = true, ...more }: { ready?: boolean; autoRenew?: boolean } = {}) {
  const customer = await shop.system.customer({ balance })
  const { body } = await customer.post('/subscriptions', { planId: plan.id, ...more })
  const id = body.data.id as string
  if (ready) await makeReady(shop, id)
  return { customer, id }
}

const renew = (caller: Caller, id: string, key?: string, query = '') =>
  caller.put(`/subscriptions/${id}/renew${query}`, undefined, key ? { 'idempotency-key': key } : {})
const due = () => advanceSubscriptions(shop.system.parts)

async function rowOf(id: string) {
  const { db } = shop.system.parts
  const row = await db.read.select().from(subscriptions).where(eq(subscriptions.id, id)).get()
  const instance = await db.read.select().from(instances).where(eq(instances.subscriptionId, id)).get()
  return { ...row!, desiredState: instance!.desiredState }
}

/** Past the end of the first period by so many days, every step on the way taken. */
async function overdueBy(customer: TestCustomer, days: number): Promise<Caller> {
  for (const passed of [0, 3, days].filter((passed) => passed <= days)) {
    clock.set(new Date(Date.parse('2026-02-28T03:00:00Z') + passed * day))
    await due()
  }
  return signInAgain(shop, customer)
}

const put = (id: string, amount: number, to: TestCustomer) =>
  shop.system.admin().then((admin) => admin.post(`/admin/users/${to.id}/credit-adjustment`, { amount, reason: id }))

describe('renewing by hand', () => {
  test('pays the next period from the anchor, one ahead at most, and the clock goes on from there', async () => {
    const { customer, id } = await subscribed(200_000)
    const { status, body } = await renew(customer, id)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      status: 'ACTIVE',
      currentPeriodStart: start,
      currentPeriodEnd: '2026-03-31T03:00:00.000Z',
      nextBilling: '2026-03-31T03:00:00.000Z',
    })
    expect(await customer.balance()).toBe(100_000)
    const again = await renew(customer, id)
    expect(again).toFail(409, 'INVALID_STATE')
    expect(again.body.error.message).toBe('The next period is paid already')
    expect(await customer.balance()).toBe(100_000)

    clock.set('2026-02-28T03:00:00Z')
    await due()
    expect(await rowOf(id)).toMatchObject({ periodIndex: 1, status: 'ACTIVE' })
    const later = await signInAgain(shop, customer)
    expect((await later.get(`/subscriptions/${id}`)).body.data.currentPeriodStart).toBe('2026-02-28T03:00:00.000Z')
    clock.set('2026-03-31T03:00:00Z')
    await due()
    expect((await rowOf(id)).currentPeriodEnd.toISOString()).toBe('2026-04-30T03:00:00.000Z')
    expect((await (await signInAgain(shop, customer)).get('/wallet')).body.data.creditBalance).toBe(50_000)
  })

  test('is done once under its key, however often and at once it is asked for', async () => {
    const { customer, id } = await subscribed(500_000)
    const answers = await Promise.all(Array.from({ length: 20 }, () => renew(customer, id, 'once')))
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1)
    expect(answers[0]!.status).toBe(200)
    expect(await customer.balance()).toBe(400_000)
    expect(await renew(customer, id, 'once', '?periodEnd=2026-02-28T03:00:00Z')).toFail(422, 'IDEMPOTENCY_CONFLICT')
  })

  test('charges nothing where it was renewed since the caller looked', async () => {
    const { customer, id } = await subscribed(500_000)
    const overdue = await overdueBy(customer, 0)
    const { status, body } = await renew(overdue, id, undefined, '?periodEnd=2026-02-28T03:00:00.000Z')
    expect({ status, body }).toFail(409, 'CONFLICT')
    expect(body.error.details.currentPeriodEnd).toBe('2026-03-31T03:00:00.000Z')
    expect((await rowOf(id)).periodIndex).toBe(1)
    expect((await renew(overdue, id, undefined, '?periodEnd=2026-03-31T03:00:00.000Z')).status).toBe(200)
    expect((await renew(overdue, id, undefined, '?periodEnd=soon')).status).toBe(422)
    expect((await renew(overdue, id, undefined, '?until=2026')).status).toBe(422)
  })

  test.each([
    ['in grace', 1, 'GRACE'],
    ['while suspended', 4, 'SUSPENDED'],
  ])('%s brings it back, and pays for no day on which it stood still', async (_, days, status) => {
    const { customer, id } = await subscribed(50_000, { autoRenew: false })
    const caller = await overdueBy(customer, days)
    expect((await rowOf(id)).status).toBe(status as never)
    const short = await renew(caller, id)
    expect([short.status, short.body.error.details.missing]).toEqual([402, 50_000])
    await put('to renew', 50_000, customer)
    const { body } = await renew(caller, id)
    expect(body.data).toMatchObject({
      status: 'ACTIVE',
      suspendedBy: null,
      autoRenew: false,
      currentPeriodStart: status === 'GRACE' ? '2026-02-28T03:00:00.000Z' : clock.now().toISOString(),
      currentPeriodEnd:
        status === 'GRACE'
          ? '2026-03-31T03:00:00.000Z'
          : periodBoundary(clock.now(), 'MONTHLY', 1, 'Asia/Jakarta').toISOString(),
    })
    expect((await rowOf(id)).desiredState).toBe('RUNNING')
    const admin = await shop.system.admin()
    const { data } = (await admin.get(`/admin/audit?action=subscription.resume&targetId=${id}`)).body
    expect(data).toHaveLength(1)
    expect(data[0]).toMatchObject({ actor: { id: customer.id }, reason: 'paid' })
  })

  test('at the same moment as the clock pays that period once, and the one after at most', async () => {
    const { customer, id } = await subscribed(500_000)
    clock.set('2026-02-28T03:00:00Z')
    const caller = await signInAgain(shop, customer)
    const seen = '?periodEnd=2026-02-28T03:00:00.000Z'
    await Promise.all([due(), renew(caller, id, 'a', seen), due(), renew(caller, id, 'b', seen)])
    expect((await rowOf(id)).periodIndex).toBe(1)
    expect((await caller.get('/wallet')).body.data.creditBalance).toBe(400_000)
  })

  test('is refused for what has ended, will end, has not begun or is held by an administrator', async () => {
    const ended = await subscribed(200_000)
    await ended.customer.post(`/subscriptions/${ended.id}/cancel`, { when: 'now' })
    const ending = await subscribed(200_000)
    await ending.customer.delete(`/subscriptions/${ending.id}`)
    const waiting = await subscribed(200_000, { ready: false })
    const held = await subscribed(200_000)
    await shop.system.parts.db.write((tx) =>
      tx
        .update(subscriptions)
        .set({ status: 'SUSPENDED', suspendedBy: 'admin' })
        .where(eq(subscriptions.id, held.id))
        .run(),
    )
    for (const { customer, id } of [ended, ending, waiting, held]) {
      const { status, body } = await renew(customer, id)
      expect({ status, body }).toFail(409, 'INVALID_STATE')
      expect(await customer.balance()).toBe(150_000)
    }
    const stranger = await shop.system.customer({ balance: 200_000 })
    expect((await renew(stranger, held.id)).status).toBe(403)
    expect((await renew(stranger, 'sub_none')).status).toBe(404)
  })

  test('of a gift costs what the plan costs by now, and that is agreed from then on', async () => {
    const { customer, id } = await subscribed(50_000)
    const { db } = shop.system.parts
    await db.write(async (tx) => {
      await tx.update(subscriptions).set({ isBonus: true, price: 0n }).where(eq(subscriptions.id, id)).run()
      await tx.update(plans).set({ price: 60_000n }).where(eq(plans.id, plan.id)).run()
    })
    expect((await renew(customer, id)).body.error.details.required).toBe(60_000)
    await put('for the gift', 60_000, customer)
    const { data } = (await renew(customer, id)).body
    expect(data).toMatchObject({ price: 60_000, isBonus: true })
    expect(await customer.balance()).toBe(0)
  })
})

describe('an app that its owner had stopped before the suspension', () => {
  test.each([
    ['by hand', false],
    ['by the clock', true],
  ])('stays stopped when it is paid %s', async (_, autoRenew) => {
    const { customer, id } = await subscribed(50_000, { autoRenew })
    await customer.post(`/subscriptions/${id}/stop`)
    const caller = await overdueBy(customer, 4)
    expect(await rowOf(id)).toMatchObject({ status: 'SUSPENDED', desiredState: 'STOPPED' })
    await put('to renew', 50_000, customer)
    if (autoRenew) await due()
    else expect((await renew(caller, id)).status).toBe(200)
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', desiredState: 'STOPPED' })
  })

  test('is still known as stopped the second time, and one that ran then is started again', async () => {
    const { customer, id } = await subscribed(50_000, { autoRenew: false })
    let caller = await overdueBy(customer, 4)
    await put('first', 50_000, customer)
    await renew(caller, id)
    expect((await rowOf(id)).desiredState).toBe('RUNNING')
    await shop.system.parts.db.write((tx) =>
      tx.update(instances).set({ status: 'RUNNING' }).where(eq(instances.subscriptionId, id)).run(),
    )
    await caller.post(`/subscriptions/${id}/stop`)
    for (const passed of [0, 4]) {
      clock.set(new Date(Date.parse('2026-03-31T03:00:00Z') + passed * day))
      await due()
    }
    caller = await signInAgain(shop, customer)
    await put('second', 50_000, customer)
    await renew(caller, id)
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', desiredState: 'STOPPED' })
  })
})
