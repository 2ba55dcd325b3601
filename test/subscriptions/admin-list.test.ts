import { beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { day, ManualClock } from '../../src/lib/clock'
import { makeReady, sharedShop, signInAgain } from '../support/shop'
import type { Caller, TestCustomer, TestPlan } from '../support/system'

const start = new Date('2027-02-01T03:00:00.000Z')
const clock = new ManualClock(start)
const shop = sharedShop({ clock })

interface Sold {
  customer: TestCustomer
  id: string
  plan: TestPlan
  number: string
}
let admin: Caller
let first: Sold
let yearly: Sold
let gift: Sold
let ended: Sold

beforeAll(async () => {
  const { system } = await shop()
  first = await sell()
  yearly = await sell({ billingCycle: 'YEARLY' })
  clock.advance(10 * day)
  gift = await sell()
  ended = await sell()
  await makeReady(await shop(), gift.id)
  await change(gift.id, { isBonus: true, price: 0n, status: 'SUSPENDED', suspendedBy: 'admin' })
  const caller = await signInAgain(await shop(), ended.customer)
  await caller.post(`/subscriptions/${ended.id}/cancel`, { when: 'now' })
  await system.admin()
  admin = await signInAgain(await shop(), system.firstAdmin!)
})

async function sell(order: object = {}): Promise<Sold> {
  const { system } = await shop()
  const customer = await system.customer({ balance: 1_000_000 })
  const plan = await system.plan({ price: 30_000 })
  const { body } = await customer.post('/subscriptions', { planId: plan.id, ...order })
  return { customer, plan, id: body.data.id, number: body.data.billingId }
}

async function change(id: string, to: Partial<typeof subscriptions.$inferInsert>) {
  const { db } = (await shop()).system.parts
  await db.write((tx) => tx.update(subscriptions).set(to).where(eq(subscriptions.id, id)).run())
}

const list = async (query: Record<string, string>) => {
  const { status, body } = await admin.get(`/admin/subscriptions?${new URLSearchParams(query)}`)
  expect([status, body.error]).toEqual([200, undefined])
  return body
}
/** By their numbers, which tell more in a failure. */
const found = async (query: Record<string, string>): Promise<string[]> =>
  (await list(query)).data.map(({ billingId }: { billingId: string }) => billingId)
const numbers = (...sold: Sold[]) => sold.map(({ number }) => number)

test('newest first, with customer, service, plan and app; and in pages', async () => {
  const { data, meta } = await list({ limit: '3' })
  expect(data.map(({ id }: Sold) => id)).toEqual([ended.id, gift.id, yearly.id])
  expect(meta).toEqual({ page: 1, limit: 3, total: 4, totalPages: 2 })
  expect(data[2]).toMatchObject({
    billingId: yearly.number,
    customer: { id: yearly.customer.id, email: yearly.customer.email },
    plan: { id: yearly.plan.id },
    status: 'PENDING',
    billingCycle: 'YEARLY',
    price: 360_000,
    isBonus: false,
    hasScheduledChange: false,
    endedAt: null,
  })
  expect(await found({ sort: 'oldest', limit: '1' })).toEqual(numbers(first))
  expect((await list({ limit: '3', page: '2' })).data).toHaveLength(1)
})

test('each filter finds its own, and two of them what both find', async () => {
  expect(await found({ status: 'PENDING' })).toEqual(numbers(yearly, first))
  expect(await found({ suspendedBy: 'admin' })).toEqual(numbers(gift))
  expect(await found({ suspendedBy: 'unpaid' })).toEqual([])
  expect(await found({ planId: yearly.plan.id })).toEqual(numbers(yearly))
  expect(await found({ userId: first.customer.id })).toEqual(numbers(first))
  expect(await found({ billingCycle: 'YEARLY' })).toEqual(numbers(yearly))
  expect(await found({ isBonus: 'true' })).toEqual(numbers(gift))
  expect(await found({ isBonus: 'false' })).toEqual(numbers(ended, yearly, first))
  expect(await found({ isBonus: 'false', status: 'CANCELLED' })).toEqual(numbers(ended))
  expect(await found({ billingCycle: 'MONTHLY', status: 'PENDING' })).toEqual(numbers(first))
  expect(await found({ serviceId: first.plan.serviceId, planId: gift.plan.id })).toEqual(numbers(gift))
  expect(await found({ serviceId: 'svc_unknown' })).toEqual([])
})

test('by when they began, and by when they are due', async () => {
  const middle = new Date(start.getTime() + day).toISOString()
  expect(await found({ createdFrom: middle })).toEqual(numbers(ended, gift))
  expect(await found({ createdTo: middle })).toEqual(numbers(yearly, first))
  expect(await found({ createdFrom: middle, status: 'PENDING' })).toEqual([])
  expect(await found({ sort: 'due' })).toEqual(numbers(first, gift, yearly))
  expect(await found({ dueTo: '2027-03-05T00:00:00Z' })).toEqual(numbers(first))
  expect(await found({ dueFrom: '2027-03-05T00:00:00Z' })).toEqual(numbers(gift, yearly))
  expect(await found({ dueFrom: '2027-03-05T00:00:00Z', status: 'PENDING' })).toEqual(numbers(yearly))
  expect(await found({ dueTo: '2028-01-01T00:00:00Z', isBonus: 'true' })).toEqual(numbers(gift))
})

test('a billing number, an address and a name are found; `%` means nothing', async () => {
  expect(await found({ search: gift.number })).toEqual(numbers(gift))
  expect(await found({ search: gift.number.toLowerCase() })).toEqual(numbers(gift))
  expect(await found({ search: gift.number.slice(5), status: 'PENDING' })).toEqual([])
  expect(await found({ search: yearly.customer.email.toUpperCase() })).toEqual(numbers(yearly))
  expect(await found({ search: yearly.customer.email, status: 'ACTIVE' })).toEqual([])
  expect(await found({ search: '@', sort: 'oldest' })).toEqual(numbers(first, yearly, gift, ended))
  expect(await found({ search: '@', sort: 'due', billingCycle: 'MONTHLY', status: 'PENDING' })).toEqual(numbers(first))
  expect(await found({ search: '%%%' })).toEqual([])
  expect(await found({ search: 'BILL-999999' })).toEqual([])
})

test('a filter that is none is refused', async () => {
  for (const query of ['status=GONE', 'isBonus=maybe', 'dueFrom=soon', 'sort=price', 'search='])
    expect(await admin.get(`/admin/subscriptions?${query}`)).toFail(422, 'VALIDATION_ERROR')
})
