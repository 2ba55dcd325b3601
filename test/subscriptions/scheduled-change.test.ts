import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { plans } from '../../src/features/catalog/tables'
import { instances } from '../../src/features/instances/tables'
import { mails } from '../../src/features/mails/tables'
import { announceTermsJob } from '../../src/features/subscriptions'
import { day, ManualClock } from '../../src/lib/clock'
import { openShop, type Shop } from '../support/shop'
import type { Caller, TestPlan } from '../support/system'
import { see } from './observed'
import { type Bought, stagesOf } from './stages-shop'

// A day that not every month has, counted in Jakarta.
const start = '2027-01-31T03:00:00.000Z'
const firstEnd = '2027-02-28T03:00:00.000Z'
let clock: ManualClock
let shop: Shop
let small: TestPlan
let large: TestPlan
let stages: ReturnType<typeof stagesOf>

beforeEach(async () => {
  clock = new ManualClock(start)
  shop = await openShop({ clock })
  small = await shop.system.plan({ price: 50_000 })
  large = await shop.system.plan({ price: 90_000 })
  stages = stagesOf(shop, clock)
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
})

async function running(balance = 1_000_000, more: object = {}): Promise<Bought> {
  const bought = await stages.buy(large, balance, more)
  await see(shop, bought.id, {})
  return bought
}

const path = (id: string) => `/subscriptions/${id}/scheduled-change`
const book = (caller: Caller, id: string, order: object = { planId: small.id }, headers = {}) =>
  caller.post(path(id), order, headers)
const shown = async (caller: Caller, id: string) => (await caller.get(`/subscriptions/${id}`)).body.data
const slots = async () => [await small.availableQuota(), await large.availableQuota()]
const planRow = async ({ id }: TestPlan) =>
  (await shop.system.parts.db.read.select().from(plans).where(eq(plans.id, id)).get())!
const changePlan = ({ id }: TestPlan, change: Partial<typeof plans.$inferInsert>) =>
  shop.system.parts.db.write((tx) => tx.update(plans).set(change).where(eq(plans.id, id)).run())
const sizeOf = async (id: string) => {
  const { db } = shop.system.parts
  const app = (await db.read.select().from(instances).where(eq(instances.subscriptionId, id)).get())!
  return [app.cpuMillicores, app.memoryMb, app.storageGb]
}
const left = (slotsBefore: (number | null)[], by: number[]) => slotsBefore.map((count, index) => count! + by[index]!)

describe('a lower plan', () => {
  test('is booked, seen and undone, and nothing is charged or held', async () => {
    const { customer, id } = await running()
    const [before, balance] = [await slots(), await customer.balance()]
    expect((await customer.get(path(id))).body.data).toBeNull()
    const { status, body } = await book(customer, id)
    const change = {
      planId: small.id,
      billingCycle: 'MONTHLY',
      price: 50_000,
      priceWithTax: 50_000,
      effectiveAt: firstEnd,
    }
    expect([status, body.data.scheduledChange]).toMatchObject([201, change])
    expect((await customer.get(path(id))).body.data).toMatchObject(change)
    expect((await shown(customer, id)).scheduledChange).toEqual((await customer.get(path(id))).body.data)
    expect([await slots(), await customer.balance()]).toEqual([before, balance])
    const undone = await customer.delete(path(id))
    expect([undone.status, undone.body.data.scheduledChange]).toEqual([200, null])
    expect(await customer.delete(path(id))).toFail(409, 'INVALID_STATE')
    const admin = await shop.system.admin()
    const { body: log } = await admin.get(`/admin/audit?targetId=${id}`)
    expect(log.data.map(({ action }: { action: string }) => action).slice(0, 2)).toEqual([
      'subscription.undo-scheduled-change',
      'subscription.schedule-change',
    ])
  })

  test('comes with the renewal: slot, price, charge and size, and its owner is told', async () => {
    await changePlan(small, { cpuMillicores: 250, memoryMb: 512, storageGb: 5 })
    const bought = await running()
    const { customer, id } = bought
    const [[cpu, memory, storage], before] = [await sizeOf(id), await slots()]
    expect(memory!).toBeGreaterThan(512)
    await book(customer, id)
    await stages.at('2027-02-28T02:59:59Z')
    expect(await sizeOf(id)).toEqual([cpu!, memory!, storage!])
    const balance = await stages.balanceOf(bought)
    await stages.at(firstEnd)
    expect(await stages.balanceOf(bought)).toBe(balance - 50_000)
    const caller = await stages.again(bought)
    expect(await shown(caller, id)).toMatchObject({
      plan: { id: small.id },
      price: 50_000,
      scheduledChange: null,
      currentPeriodStart: firstEnd,
      currentPeriodEnd: '2027-03-31T03:00:00.000Z',
    })
    expect(await slots()).toEqual(left(before, [-1, 1]))
    // The volumes stay as large as they are.
    expect(await sizeOf(id)).toEqual([250, 512, storage!])
    const { body } = await caller.get('/wallet/transactions?type=CHARGE')
    expect(body.data[0]).toMatchObject({ amount: -50_000 })
    expect(await stages.mailsTo(bought)).toContain('subscription-renewed')
    await stages.at('2027-03-31T03:00:00Z')
    expect(await stages.balanceOf(bought)).toBe(balance - 100_000)
  })

  test('waits where the next period was paid ahead', async () => {
    const bought = await running()
    const { customer, id } = bought
    await book(customer, id)
    clock.advance(day / 100)
    const { body } = await customer.put(`/subscriptions/${id}/renew`)
    expect(body.data).toMatchObject({
      price: 90_000,
      plan: { id: large.id },
      scheduledChange: { planId: small.id, effectiveAt: '2027-03-31T03:00:00.000Z' },
    })
    expect(await customer.balance()).toBe(1_000_000 - 180_000)
    await stages.at(firstEnd)
    expect(await stages.balanceOf(bought)).toBe(1_000_000 - 180_000)
    await stages.at('2027-03-31T03:00:00Z')
    expect(await stages.balanceOf(bought)).toBe(1_000_000 - 230_000)
    expect((await stages.rowOf(id)).planId).toBe(small.id)
  })

  test('is what an unpaid one can still afford', async () => {
    const bought = await running(90_000 + 60_000)
    await stages.at(firstEnd)
    expect((await stages.rowOf(bought.id)).status).toBe('GRACE')
    expect((await book(await stages.again(bought), bought.id)).status).toBe(201)
    await stages.due()
    expect(await stages.rowOf(bought.id)).toMatchObject({ status: 'ACTIVE', planId: small.id, price: 50_000n })
    expect(await stages.balanceOf(bought)).toBe(10_000)
  })
})

test('a price that was announced counts for it like for everybody, and its owner hears of it', async () => {
  const bought = await running()
  const { customer, id } = bought
  await book(customer, id)
  const change = { price: 70_000n, updatedAt: clock.now(), termsEffectiveAt: new Date('2027-03-15T00:00:00Z') }
  await changePlan(small, change)
  expect((await shown(customer, id)).scheduledChange).toMatchObject({ price: 50_000 })
  const { body } = await customer.get('/wallet/forecast?days=80')
  expect(body.data.renewals.map(({ amount }: { amount: number }) => amount)).toEqual([50_000, 70_000])
  await stages.at(firstEnd)
  expect(await stages.rowOf(id)).toMatchObject({ price: 50_000n, termsNumber: 1 })
  expect(await stages.mailsTo(bought)).toContain('plan-changed')
  await stages.at('2027-03-31T03:00:00Z')
  expect(await stages.rowOf(id)).toMatchObject({ price: 70_000n, termsNumber: 2 })
})

describe('another cycle', () => {
  test('counts on from the same day of the month', async () => {
    const bought = await running()
    const { customer, id } = bought
    const { body } = await book(customer, id, { billingCycle: 'QUARTERLY' })
    expect(body.data.scheduledChange).toMatchObject({ planId: large.id, billingCycle: 'QUARTERLY', price: 270_000 })
    await stages.at(firstEnd)
    expect(await stages.rowOf(id)).toMatchObject({
      billingCycle: 'QUARTERLY',
      price: 270_000n,
      currentPeriodStart: new Date(firstEnd),
      currentPeriodEnd: new Date('2027-05-31T03:00:00Z'),
      scheduledPlanId: null,
      scheduledCycle: null,
    })
    await stages.at('2027-05-31T03:00:00Z')
    expect((await stages.rowOf(id)).currentPeriodEnd).toEqual(new Date('2027-08-31T03:00:00Z'))
    expect((await book(await stages.again(bought), id, { billingCycle: 'MONTHLY', planId: small.id })).status).toBe(201)
    await stages.at('2027-08-31T03:00:00Z')
    expect(await stages.rowOf(id)).toMatchObject({
      billingCycle: 'MONTHLY',
      planId: small.id,
      currentPeriodEnd: new Date('2027-09-30T03:00:00Z'),
    })
    await stages.at('2027-09-30T03:00:00Z')
    expect((await stages.rowOf(id)).currentPeriodEnd).toEqual(new Date('2027-10-31T03:00:00Z'))
    expect(await stages.balanceOf(bought)).toBe(1_000_000 - 90_000 - 270_000 - 270_000 - 50_000 - 50_000)
  })

  test('leaves an upgrade from before as true as it was', async () => {
    const bought = await running()
    const { customer, id } = bought
    const larger = await shop.system.plan({ price: 150_000 })
    await customer.post(`/subscriptions/${id}/upgrade`, { planId: larger.id })
    await see(shop, id, {})
    expect((await book(customer, id, { billingCycle: 'YEARLY' })).status).toBe(201)
    await stages.at(firstEnd)
    expect(await stages.rowOf(id)).toMatchObject({ status: 'GRACE', scheduledCycle: 'YEARLY' })
    await stages.give(bought, 2_000_000n)
    await stages.due()
    expect(await stages.rowOf(id)).toMatchObject({ billingCycle: 'YEARLY', price: 1_800_000n, planId: larger.id })
  })

  test('is in the forecast, in the reminders, and in what a renewal is refused for', async () => {
    const bought = await running(90_000 + 100_000)
    const { customer, id } = bought
    await book(customer, id, { billingCycle: 'QUARTERLY', planId: small.id })
    const { body } = await customer.get('/wallet/forecast?days=366')
    expect(body.data.renewals.map(({ dueAt, amount }: { dueAt: string; amount: number }) => [dueAt, amount])).toEqual([
      [firstEnd, 150_000],
      ['2027-05-31T03:00:00.000Z', 150_000],
      ['2027-08-31T03:00:00.000Z', 150_000],
      ['2027-11-30T03:00:00.000Z', 150_000],
    ])
    expect(body.data.shortfall).toMatchObject({ at: firstEnd, missing: 50_000 })
    await stages.at(Date.parse(firstEnd) - 6 * day)
    const { db } = shop.system.parts
    const reminders = await db.read.select().from(mails).where(eq(mails.template, 'renewal-reminder')).all()
    const named = (await planRow(small)).name
    expect(reminders.map(({ data }) => [data.price, data.plan])).toEqual([[150_000, named]])
    await stages.at(firstEnd)
    // 100,000 would have paid the month of the plan that it has.
    expect(await stages.rowOf(id)).toMatchObject({ status: 'GRACE', planId: large.id, scheduledPlanId: small.id })
  })
})

describe('a change that can no longer be made', () => {
  test.each([
    ['sold-out', { totalQuota: 0 }],
    ['retired', { status: 'RETIRED' }],
    ['too-small', { cpuMillicores: 1, memoryMb: 1 }],
  ] as const)('because the plan is %s: it is renewed as it is, and its owner is told', async (reason, change) => {
    const bought = await running()
    await book(bought.customer, bought.id)
    await changePlan(small, { ...change, updatedAt: clock.now() })
    await stages.at(firstEnd)
    expect(await stages.rowOf(bought.id)).toMatchObject({ planId: large.id, price: 90_000n, scheduledPlanId: null })
    expect(await stages.balanceOf(bought)).toBe(1_000_000 - 180_000)
    const { db } = shop.system.parts
    const told = await db.read.select().from(mails).where(eq(mails.template, 'change-not-made')).all()
    expect(told.map(({ data }) => [data.reason, data.wantedPlan !== data.plan])).toEqual([[reason, true]])
    expect((await book(await stages.again(bought), bought.id, { billingCycle: 'YEARLY' })).status).toBe(201)
  })
})

describe('what is refused', () => {
  test('another change beside it, an upgrade beside it, and it beside an upgrade', async () => {
    const { customer, id } = await running()
    const [one, other] = await Promise.all([
      book(customer, id),
      book(customer, id, { planId: small.id, billingCycle: 'YEARLY' }),
    ])
    expect([one.status, other.status].toSorted()).toEqual([201, 409])
    const lost = one.status === 409 ? one : other
    expect(lost.body.error).toMatchObject({ code: 'INVALID_STATE', details: { scheduledChange: { planId: small.id } } })
    const larger = await shop.system.plan({ price: 150_000 })
    expect(await customer.post(`/subscriptions/${id}/upgrade`, { planId: larger.id })).toFail(409, 'INVALID_STATE')
    await customer.delete(path(id))
    expect((await customer.post(`/subscriptions/${id}/upgrade`, { planId: larger.id })).status).toBe(200)
    expect(await book(customer, id)).toFail(409, 'INVALID_STATE')
  })

  test('a higher plan, the present one, one of another service, one that is sold out, and nothing', async () => {
    const { customer, id } = await running()
    const larger = await shop.system.plan({ price: 150_000 })
    expect(await book(customer, id, { planId: larger.id })).toFail(422, 'INVALID_PLAN')
    expect(await book(customer, id, { planId: large.id })).toFail(422, 'INVALID_PLAN')
    expect(await book(customer, id, { billingCycle: 'MONTHLY' })).toFail(422, 'INVALID_PLAN')
    expect(await book(customer, id, {})).toFail(422, 'VALIDATION_ERROR')
    expect(await book(customer, id, { planId: 'pln_unknown' })).toFail(404, 'NOT_FOUND')
    await changePlan(small, { totalQuota: 0 })
    expect(await book(customer, id)).toFail(409, 'QUOTA_EXCEEDED')
    await changePlan(small, { status: 'RETIRED' })
    expect(await book(customer, id)).toFail(422, 'INVALID_PLAN')
    const stranger = await shop.system.customer()
    expect(await book(stranger, id)).toFail(403, 'FORBIDDEN')
  })

  test('before the app is ready, and once it will end or has ended', async () => {
    const pending = await stages.buy(large, 90_000, { ready: false })
    const refused = await book(pending.customer, pending.id)
    expect(refused).toFail(409, 'INVALID_STATE')
    expect(refused.body.error.details).toMatchObject({ status: 'PENDING', possible: ['auto-renew', 'cancel'] })
    const { customer, id } = await running()
    await book(customer, id)
    await customer.post(`/subscriptions/${id}/cancel`, { when: 'period_end' })
    expect((await shown(customer, id)).scheduledChange).toBeNull()
    expect(await book(customer, id)).toFail(409, 'INVALID_STATE')
    await customer.put(`/subscriptions/${id}/auto-renew`, { autoRenew: true })
    expect((await book(customer, id)).status).toBe(201)
    await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
    expect((await shown(customer, id)).scheduledChange).toBeNull()
    expect(await book(customer, id)).toFail(409, 'INVALID_STATE')
  })
})

test('a key books once, and the options say what can be booked', async () => {
  const { customer, id } = await running()
  const options = async () => (await customer.get(`/subscriptions/${id}/upgrade-options`)).body.data
  const of = async (plan: TestPlan) =>
    (await options()).find((option: { plan: { id: string } }) => option.plan.id === plan.id)
  const stays = (await sizeOf(id))[2]!
  expect(await of(small)).toMatchObject({
    direction: 'downgrade',
    possible: true,
    reason: null,
    price: 50_000,
    chargeNow: { total: 0 },
    nextRenewal: { at: firstEnd, price: 50_000 },
    appStorageGb: stays,
  })
  const key = { 'idempotency-key': 'book-1' }
  const [first, again] = [await book(customer, id, undefined, key), await book(customer, id, undefined, key)]
  expect([first.status, again.status]).toEqual([201, 201])
  expect(again.body).toEqual(first.body)
  expect(await of(small)).toMatchObject({ possible: false, reason: { code: 'INVALID_STATE' } })
  await customer.delete(path(id))
  await changePlan(small, { totalQuota: 0 })
  expect(await of(small)).toMatchObject({ possible: false, reason: { code: 'QUOTA_EXCEEDED' } })
})

test('who has booked a plan hears that it will cost them something else', async () => {
  const bought = await running()
  await book(bought.customer, bought.id)
  await changePlan(small, {
    price: 60_000n,
    updatedAt: clock.now(),
    termsEffectiveAt: new Date('2027-02-20T00:00:00Z'),
  })
  const job = announceTermsJob(shop.system.parts)
  const context = { signal: new AbortController().signal, attempt: 1, jobId: 'test', report: () => {} }
  for (const _ of [1, 2]) await job.run({ planId: small.id, number: 2 }, context as never)
  const { db } = shop.system.parts
  const told = await db.read.select().from(mails).where(eq(mails.template, 'plan-changed')).all()
  expect(told.map(({ data }) => data)).toMatchObject([
    { booked: true, price: 50_000, nextPrice: 60_000, from: firstEnd, billingCycle: 'MONTHLY' },
  ])
  await stages.at(firstEnd)
  expect(await stages.rowOf(bought.id)).toMatchObject({ price: 60_000n, termsNumber: 2 })
})
