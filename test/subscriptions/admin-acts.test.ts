import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { mails } from '../../src/features/mails/tables'
import {
  type LifecycleEvent,
  lifecycle,
  possibleFor,
  type State,
  stateOf,
} from '../../src/features/subscriptions/lifecycle'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { day, ManualClock } from '../../src/lib/clock'
import { openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller, TestPlan } from '../support/system'
import { until } from '../support/until'
import { allRows } from './all-rows'
import { see } from './observed'
import { type Bought, stagesOf } from './stages-shop'

const start = '2027-02-01T03:00:00.000Z'
const end = '2027-03-01T03:00:00.000Z'
const reason = 'asked for by telephone'
let clock: ManualClock
let shop: Shop
let admin: Caller
let small: TestPlan
let large: TestPlan
let stages: ReturnType<typeof stagesOf>

beforeEach(async () => {
  clock = new ManualClock(start)
  shop = await openShop({ clock })
  admin = await shop.system.admin()
  small = await shop.system.plan({ price: 50_000 })
  large = await shop.system.plan({ price: 90_000 })
  stages = stagesOf(shop, clock)
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
})

const act = (id: string, verb: string, body: object = {}, query = '', headers = {}) =>
  admin.post(`/admin/subscriptions/${id}/${verb}${query}`, { reason, ...body }, headers)

async function running(balance = 1_000_000, more: object = {}): Promise<Bought> {
  const bought = await stages.buy(small, balance, more)
  await see(shop, bought.id, {})
  return bought
}

const again = async () => {
  admin = await signInAgain(shop, shop.system.firstAdmin!)
}

/** To the end of the paid time and so many days on, every step on the way taken. */
async function overdueBy(days: number) {
  for (let passed = 0; passed <= days; passed++) await stages.at(Date.parse(end) + passed * day)
  await again()
}

const ways: Record<State, () => Promise<Bought>> = {
  PENDING: () => stages.buy(small, 200_000, { ready: false }),
  ACTIVE: () => running(),
  async GRACE() {
    const bought = await running(50_000)
    await overdueBy(0)
    return bought
  },
  async 'SUSPENDED/customer'() {
    const bought = await running()
    const { db } = shop.system.parts
    const paused = { status: 'SUSPENDED', suspendedBy: 'customer' } as const
    await db.write((tx) => tx.update(subscriptions).set(paused).where(eq(subscriptions.id, bought.id)).run())
    return bought
  },
  async 'SUSPENDED/admin'() {
    const bought = await running()
    await act(bought.id, 'suspend')
    return bought
  },
  async 'SUSPENDED/unpaid'() {
    const bought = await running(50_000)
    await overdueBy(3)
    return bought
  },
  async CANCELLED() {
    const bought = await running()
    await act(bought.id, 'cancel', { when: 'now' })
    return bought
  },
  async EXPIRED() {
    const bought = await running()
    await act(bought.id, 'expire')
    return bought
  },
  async REMOVED() {
    const bought = await running()
    await act(bought.id, 'cancel', { when: 'now' })
    clock.advance(8 * day)
    await stages.due()
    await again()
    return bought
  },
}

const verbs: { verb: string; event: LifecycleEvent; body?: () => object }[] = [
  { verb: 'upgrade', event: 'upgrade', body: () => ({ planId: large.id }) },
  { verb: 'upgrade', event: 'upgrade', body: () => ({ planId: large.id, bonus: true }) },
  { verb: 'extend', event: 'extend', body: () => ({ days: 10 }) },
  { verb: 'expire', event: 'expire' },
  { verb: 'cancel', event: 'cancel', body: () => ({ when: 'now', refund: 'prorated' }) },
  { verb: 'suspend', event: 'suspend' },
  { verb: 'resume', event: 'resume' },
  { verb: 'restore', event: 'restore' },
]

/** Once the mails of what was done before are sent. */
async function rows() {
  const { read } = shop.system.parts.db
  const open = sql`select count(*) from jobs where status <> 'DONE'`
  await until(
    'the end of the jobs',
    async () => Number((await read.values<[number]>(open))[0]![0]),
    (left) => left === 0,
  )
  return allRows(read)
}
const transactionsOf = async ({ customer }: Bought) =>
  (await (await signInAgain(shop, customer)).get('/wallet/transactions?limit=100')).body.data as {
    type: string
    amount: number
    description: string
  }[]

describe.each(Object.keys(ways) as State[])('one that is %s', (state) => {
  test.each(verbs)('%#: $verb does what the table says, its preview says the same and keeps nothing', async (each) => {
    const { verb, event, body = () => ({}) } = each
    const bought = await ways[state]()
    const target = lifecycle[state][event]
    const earlier = await transactionsOf(bought)
    const kept = await rows()
    const shown = await act(bought.id, verb, body(), '?preview=true')
    expect(await rows()).toEqual(kept)
    const done = await act(bought.id, verb, body())
    const row = await stages.rowOf(bought.id)
    if (target === undefined) {
      expect(done).toFail(409, 'INVALID_STATE')
      expect(done.body.error.details).toMatchObject({ possible: possibleFor('admin', row) })
      expect({ ...shown.body.error }).toEqual({ ...done.body.error })
      expect(await rows()).toEqual(kept)
      return
    }
    expect([done.status, done.body.error]).toEqual([200, undefined])
    expect([target].flat()).toContain(row.appRemovedAt && target !== 'REMOVED' ? (row.status as State) : stateOf(row))
    expect(shown.body.data.preview).toBe(true)
    expect(shown.body.data.subscription).toEqual(done.body.data)
    const booked = (await transactionsOf(bought)).slice(0, -earlier.length || undefined).toReversed()
    expect(shown.body.data.bookings).toEqual(
      booked.map(({ type, amount, description }) => ({ type, amount, description })),
    )
    expect(shown.body.data.balanceAfter).toBe(await stages.balanceOf(bought))
    const { body: log } = await admin.get(`/admin/audit?targetId=${bought.id}`)
    expect(log.data.some((entry: { reason: string }) => entry.reason === reason)).toBe(true)
  })
})

const told = async ({ customer }: Bought, template: string) => {
  const { db } = shop.system.parts
  const all = await db.read.select().from(mails).where(eq(mails.userId, customer.id)).all()
  return all.filter((mail) => mail.template === template).map(({ data }) => data)
}

describe('a gift', () => {
  const grant = (userId: string, more: object = {}, query = '', headers = {}) =>
    admin.post(`/admin/subscriptions${query}`, { userId, planId: small.id, renews: true, reason, ...more }, headers)

  test('costs nothing, takes a slot, is told of, and is renewed at the price of its plan', async () => {
    const customer = await shop.system.customer({ balance: 60_000 })
    const slots = (await small.availableQuota())!
    const kept = await rows()
    const shown = await grant(customer.id, {}, '?preview=true')
    expect([shown.status, shown.body.data.bookings, shown.body.data.balanceAfter]).toEqual([200, [], 60_000])
    expect(await rows()).toEqual(kept)
    const { status, body } = await grant(customer.id)
    expect([status, body.data]).toMatchObject([
      201,
      { isBonus: true, price: 0, status: 'PENDING', autoRenew: true, cancelAtPeriodEnd: false },
    ])
    expect(await small.availableQuota()).toBe(slots - 1)
    const bought = { customer, id: body.data.id as string }
    expect(await told(bought, 'subscription-granted')).toMatchObject([{ periodEnd: end }])
    await see(shop, bought.id, {})
    await stages.at(end)
    expect(await stages.rowOf(bought.id)).toMatchObject({ status: 'ACTIVE', price: 50_000n, isBonus: true })
    expect(await stages.balanceOf(bought)).toBe(10_000)
  })

  test('or ends with its period, and its owner may keep it', async () => {
    const customer = await shop.system.customer({ balance: 60_000 })
    const { body } = await grant(customer.id, { renews: false, billingCycle: 'QUARTERLY' })
    const bought = { customer, id: body.data.id as string }
    expect(body.data).toMatchObject({ cancelAtPeriodEnd: true, nextBilling: null, billingCycle: 'QUARTERLY' })
    await see(shop, bought.id, {})
    await stages.at(body.data.currentPeriodEnd)
    expect(await stages.rowOf(bought.id)).toMatchObject({ status: 'CANCELLED' })
    expect(await stages.balanceOf(bought)).toBe(60_000)
  })

  test('never gives money back: not when it is refunded, ended, given up, or upgraded as a gift', async () => {
    const customer = await shop.system.customer({ balance: 1_000 })
    const { body } = await grant(customer.id)
    const bought = { customer, id: body.data.id as string }
    expect(await act(bought.id, 'refund', { kind: 'full' })).toFail(409, 'INVALID_STATE')
    await see(shop, bought.id, {})
    expect((await act(bought.id, 'upgrade', { planId: large.id, bonus: true })).status).toBe(200)
    await see(shop, bought.id, {})
    expect(await act(bought.id, 'refund', { kind: 'prorated' })).toFail(409, 'INVALID_STATE')
    expect((await act(bought.id, 'cancel', { when: 'now', refund: 'full' })).status).toBe(200)
    expect(await stages.balanceOf(bought)).toBe(1_000)
    const other = await shop.system.customer({ balance: 1_000 })
    const never = (await grant(other.id)).body.data.id
    expect((await act(never, 'cancel', { when: 'now', refund: 'full' })).status).toBe(200)
    expect(await other.balance()).toBe(1_000)
  })

  test('is given once by a key, and not beside a live one, without a slot, or to nobody', async () => {
    const customer = await shop.system.customer()
    const key = { 'idempotency-key': 'gift-1' }
    const [first, second] = [await grant(customer.id, {}, '', key), await grant(customer.id, {}, '', key)]
    expect(second.body).toEqual(first.body)
    expect(await grant(customer.id)).toFail(409, 'DUPLICATE_SUBSCRIPTION')
    expect(await grant('usr_unknown')).toFail(404, 'NOT_FOUND')
    const full = await shop.system.plan({ price: 50_000, slots: 1 })
    const [one, two] = [await shop.system.customer(), await shop.system.customer()]
    expect((await grant(one.id, { planId: full.id })).status).toBe(201)
    expect(await grant(two.id, { planId: full.id })).toFail(409, 'QUOTA_EXCEEDED')
    expect(await grant(two.id, { reason: '' })).toFail(422, 'VALIDATION_ERROR')
    const mere = await shop.system.customer()
    expect(await mere.post('/admin/subscriptions', { userId: mere.id, planId: small.id, renews: true, reason })).toFail(
      403,
      'FORBIDDEN',
    )
  })
})

describe('an upgrade', () => {
  test('is paid from the customer’s wallet for the rest of what is paid, or is a gift', async () => {
    const [paid, given] = [await running(), await running()]
    clock.advance(14 * day)
    await again()
    expect((await act(paid.id, 'upgrade', { planId: large.id })).status).toBe(200)
    expect((await act(given.id, 'upgrade', { planId: large.id, bonus: true })).status).toBe(200)
    expect([await stages.balanceOf(paid), await stages.balanceOf(given)]).toEqual([930_000, 950_000])
    for (const { id } of [paid, given]) await see(shop, id, {})
    await stages.at(end)
    expect([await stages.balanceOf(paid), await stages.balanceOf(given)]).toEqual([840_000, 860_000])
  })

  test('that the app can’t stand gives back what was paid, and nothing for a gift', async () => {
    const [paid, given] = [await running(), await running()]
    await act(paid.id, 'upgrade', { planId: large.id })
    await act(given.id, 'upgrade', { planId: large.id, bonus: true })
    for (const { id } of [paid, given]) await see(shop, id, { status: 'ERROR', reasonCode: 'Unschedulable' })
    expect([await stages.balanceOf(paid), await stages.balanceOf(given)]).toEqual([950_000, 950_000])
    expect(await stages.rowOf(given.id)).toMatchObject({ planId: small.id, price: 50_000n })
  })

  test('is refused like the customer’s own: no money, no slot, a lower plan, a change that is booked', async () => {
    const poor = await running(50_000)
    expect(await act(poor.id, 'upgrade', { planId: large.id })).toFail(402, 'INSUFFICIENT_BALANCE')
    const rich = await running()
    const full = await shop.system.plan({ price: 120_000, slots: 0 })
    expect(await act(rich.id, 'upgrade', { planId: full.id, bonus: true })).toFail(409, 'QUOTA_EXCEEDED')
    expect(await act(rich.id, 'upgrade', { planId: small.id })).toFail(422, 'INVALID_PLAN')
    await rich.customer.post(`/subscriptions/${rich.id}/scheduled-change`, { billingCycle: 'YEARLY' })
    expect(await act(rich.id, 'upgrade', { planId: large.id })).toFail(409, 'INVALID_STATE')
    expect(await act('sub_unknown', 'upgrade', { planId: large.id })).toFail(404, 'NOT_FOUND')
  })
})

describe('an extension', () => {
  test('moves the end of what is paid, and the periods after it count from there', async () => {
    const bought = await running()
    const { body } = await act(bought.id, 'extend', { days: 10 })
    expect(body.data.currentPeriodEnd).toBe('2027-03-11T03:00:00.000Z')
    expect(await told(bought, 'subscription-extended')).toMatchObject([
      { reason, periodEnd: '2027-03-11T03:00:00.000Z' },
    ])
    await stages.at('2027-03-11T02:59:00Z')
    expect(await stages.balanceOf(bought)).toBe(950_000)
    await stages.at('2027-03-11T03:00:00Z')
    expect(await stages.balanceOf(bought)).toBe(900_000)
    expect((await stages.rowOf(bought.id)).currentPeriodEnd).toEqual(new Date('2027-04-11T03:00:00Z'))
  })

  test('brings back what is unpaid, and starts its app', async () => {
    const bought = await ways['SUSPENDED/unpaid']()
    expect((await stages.stateOf(bought.id))[1]).toBe('STOPPED')
    await act(bought.id, 'extend', { until: '2027-03-20T00:00:00Z' })
    expect(await stages.stateOf(bought.id)).toEqual(['ACTIVE', 'RUNNING'])
    expect((await stages.rowOf(bought.id)).currentPeriodEnd).toEqual(new Date('2027-03-20T00:00:00Z'))
    await stages.at('2027-03-20T00:00:00Z')
    expect((await stages.stateOf(bought.id))[0]).toBe('GRACE')
  })

  test('needs days or a time, later than what is paid and not more than a year', async () => {
    const { id } = await running()
    for (const body of [
      {},
      { days: 1, until: '2027-04-01T00:00:00Z' },
      { days: 0 },
      { days: 367 },
      { until: '2027-02-20T00:00:00Z' },
      { until: '2029-02-20T00:00:00Z' },
    ])
      expect(await act(id, 'extend', body)).toFail(422, 'VALIDATION_ERROR')
    for (const _ of [1, 2]) expect((await act(id, 'extend', { days: 366 })).status).toBe(200)
    // However often: three years from now at most.
    expect(await act(id, 'extend', { days: 366 })).toFail(422, 'VALIDATION_ERROR')
  })

  test('of what is paid ahead leaves the running period as it is', async () => {
    const bought = await running()
    await bought.customer.put(`/subscriptions/${bought.id}/renew`)
    const { body } = await act(bought.id, 'extend', { days: 5 })
    expect(body.data).toMatchObject({
      currentPeriodStart: start,
      currentPeriodEnd: '2027-04-06T03:00:00.000Z',
    })
    const refund = await act(bought.id, 'refund', { kind: 'full' }, '?preview=true')
    expect(refund.body.data.balanceAfter).toBe(1_000_000)
  })
})

test('a suspension by an administrator stands still: nothing is renewed, and what is paid is prolonged', async () => {
  const bought = await running()
  clock.advance(10 * day)
  await again()
  await act(bought.id, 'suspend')
  expect(await told(bought, 'subscription-suspended')).toMatchObject([{ by: 'admin', reason }])
  await stages.at('2027-04-15T03:00:00Z')
  await again()
  expect([await stages.stateOf(bought.id), await stages.balanceOf(bought)]).toEqual([
    ['SUSPENDED/admin', 'STOPPED'],
    950_000,
  ])
  const { body } = await act(bought.id, 'resume')
  expect(body.data.currentPeriodEnd).toBe('2027-05-03T03:00:00.000Z')
  expect(await stages.stateOf(bought.id)).toEqual(['ACTIVE', 'RUNNING'])
})

test('what a refund and a cancellation would come to is shown to the rupiah', async () => {
  const bought = await running()
  clock.advance(14 * day)
  await again()
  const refund = await act(bought.id, 'refund', { kind: 'prorated' }, '?preview=true')
  expect(refund.body.data).toMatchObject({
    bookings: [{ type: 'REFUND', amount: 25_000 }],
    balanceBefore: 950_000,
    balanceAfter: 975_000,
    subscription: { status: 'ACTIVE' },
  })
  const cancel = await act(bought.id, 'cancel', { when: 'now', refund: 'full' }, '?preview=true')
  expect(cancel.body.data).toMatchObject({ balanceAfter: 1_000_000, subscription: { status: 'CANCELLED' } })
  expect(await stages.balanceOf(bought)).toBe(950_000)
  expect(await act(bought.id, 'refund', { kind: 'amount', amount: 50_001 }, '?preview=true')).toFail(
    409,
    'INVALID_STATE',
  )
})

test('a key does a verb once, a preview under it does not use it up, and another verb under it is refused', async () => {
  const bought = await running()
  const key = { 'idempotency-key': 'extend-1' }
  await act(bought.id, 'extend', { days: 3 }, '?preview=true', key)
  const [first, second] = [
    await act(bought.id, 'extend', { days: 3 }, '', key),
    await act(bought.id, 'extend', { days: 3 }, '', key),
  ]
  expect(second.body).toEqual(first.body)
  expect(first.body.data.currentPeriodEnd).toBe('2027-03-04T03:00:00.000Z')
  expect(await act(bought.id, 'extend', { days: 4 }, '', key)).toFail(422, 'IDEMPOTENCY_CONFLICT')
})
