import { describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { plans, services } from '../../src/features/catalog/tables'
import { ManualClock } from '../../src/lib/clock'
import { makeReady, sharedShop } from '../support/shop'
import type { Caller, TestPlan } from '../support/system'

const clock = new ManualClock('2026-01-31T03:00:00Z')
const shop = sharedShop({ clock })

const buy = (buyer: Caller, plan: { id: string }, more: object = {}) =>
  buyer.post('/subscriptions', { planId: plan.id, ...more })
const changePlan = async (plan: TestPlan, change: Partial<typeof plans.$inferInsert>) =>
  (await shop()).system.parts.db.write((tx) => tx.update(plans).set(change).where(eq(plans.id, plan.id)).run())
const movements = async (buyer: Caller) => (await buyer.get('/wallet/transactions')).body.meta.total as number

describe('a second live subscription to a service', () => {
  test('of the same or a lower plan is 409 with the one there is and what it could be upgraded to', async () => {
    const { customer, plan } = (await shop()).system
    const [small, middle, large] = [await plan(), await plan(), await plan({ price: 70_000 })]
    const buyer = await customer({ balance: 500_000 })
    const first = (await buy(buyer, middle)).body.data
    for (const asked of [middle, small]) {
      const { status, body } = await buy(buyer, asked)
      expect({ status, body }).toFail(409, 'DUPLICATE_SUBSCRIPTION')
      expect(body.error.details.subscriptionId).toBe(first.id)
      expect(body.error.details.planId).toBe(middle.id)
      expect(body.error.details.upgradePlans.map(({ id }: { id: string }) => id)).toContain(large.id)
      expect(body.error.details.upgradePlans.map(({ id }: { id: string }) => id)).not.toContain(small.id)
    }
    expect(await buyer.balance()).toBe(450_000)
    expect(await movements(buyer)).toBe(2)
  })

  test('of a higher plan is told to be an upgrade', async () => {
    const { customer, plan } = (await shop()).system
    const [small, large] = [await plan(), await plan()]
    const buyer = await customer({ balance: 500_000 })
    const first = (await buy(buyer, small)).body.data
    const { status, body } = await buy(buyer, large)
    expect([status, body.error.code, body.error.details.subscriptionId]).toEqual([409, 'UPGRADE_REQUIRED', first.id])
    expect(await large.availableQuota()).toBe(10)
  })

  test('is refused however many are asked for at once', async () => {
    const { customer, plan } = (await shop()).system
    const [one, other] = [await plan(), await plan()]
    const buyer = await customer({ balance: 5_000_000 })
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => buy(buyer, index % 2 ? one : other)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(await buyer.balance()).toBe(4_950_000)
    expect((await one.availableQuota()) + (await other.availableQuota())).toBe(19)
  })

  test('may come once the first has ended, and another service at any time', async () => {
    const { customer, plan } = (await shop()).system
    const [sold, elsewhere] = [await plan(), await plan({ service: 'ghost' })]
    const buyer = await customer({ balance: 500_000 })
    const first = (await buy(buyer, sold)).body.data
    expect((await buy(buyer, elsewhere)).status).toBe(201)
    await buyer.post(`/subscriptions/${first.id}/cancel`, { when: 'now' })
    const second = await buy(buyer, sold)
    expect(second.status).toBe(201)
    expect(second.body.data.id).not.toBe(first.id)
    expect(await sold.availableQuota()).toBe(9)
  })
})

describe('a plan that can’t be sold costs nothing', () => {
  const refused = async (plan: { id: string }, status: number, code: string, more: object = {}) => {
    const buyer = await (await shop()).system.customer({ balance: 500_000 })
    const answer = await buy(buyer, plan, more)
    expect(answer).toFail(status, code)
    expect(await buyer.balance()).toBe(500_000)
    expect((await buyer.get('/subscriptions')).body.meta.total).toBe(0)
    expect((await buyer.get('/instances')).body.data).toEqual([])
    return answer.body.error
  }

  test('an unknown one is 404', () => refused({ id: 'pln_unknown' }, 404, 'NOT_FOUND'))

  test('a retired one is 422', async () => {
    const plan = await (await shop()).system.plan()
    await changePlan(plan, { status: 'RETIRED' })
    await refused(plan, 422, 'INVALID_PLAN')
  })

  test('one of a retired service is 422, of a draft 404', async () => {
    const { system } = await shop()
    const plan = await system.plan({ service: 'wordpress' })
    const become = (status: 'RETIRED' | 'DRAFT' | 'ACTIVE') =>
      system.parts.db.write((tx) => tx.update(services).set({ status }).where(eq(services.id, plan.serviceId)).run())
    await become('RETIRED')
    await refused(plan, 422, 'INVALID_PLAN')
    await become('DRAFT')
    await refused(plan, 404, 'NOT_FOUND')
    await become('ACTIVE')
  })

  test('one that is too small for its app is 409, and says what is missing', async () => {
    const plan = await (await shop()).system.plan()
    await changePlan(plan, { memoryMb: 8, cpuMillicores: 1 })
    const error = await refused(plan, 409, 'INSUFFICIENT_RESOURCES')
    expect(error.details.missing.length).toBeGreaterThan(0)
    expect(await plan.availableQuota()).toBe(10)
  })

  test('a sold-out one is 409 with its slots', async () => {
    const { plan, customer } = (await shop()).system
    const sold = await plan({ slots: 1 })
    await buy(await customer({ balance: 50_000 }), sold)
    const error = await refused(sold, 409, 'QUOTA_EXCEEDED')
    expect(error.details).toMatchObject({ availableQuota: 0, totalQuota: 1 })
  })

  test.each([
    ['an unknown input', { config: { unheardOf: 'x' } }],
    ['a list for a configuration', { config: ['x'] }],
    ['a word for a configuration', { config: 'x' }],
    ['an unknown cycle', { billingCycle: 'DAILY' }],
    ['a word for auto-renew', { autoRenew: 'false' }],
    ['a number for auto-renew', { autoRenew: 1 }],
  ])('%s is 422', async (_, more) => {
    const plan = await (await shop()).system.plan()
    await refused(plan, 422, 'VALIDATION_ERROR', more)
    expect(await plan.availableQuota()).toBe(10)
  })

  test.each([[undefined], [null], [7], [''], ['x'.repeat(65)], [['pln_1']]])('%p for a plan is 422', async (planId) => {
    await refused({ id: planId as string }, 422, 'VALIDATION_ERROR')
  })
})

describe('what a cycle costs and how long it lasts', () => {
  test.each([
    ['MONTHLY', 99_999, '2026-02-28T03:00:00.000Z'],
    // 3 · 99,999 less 5 %: 284,997.15; 12 · 99,999 less 15 %: 1,019,989.8.
    ['QUARTERLY', 284_997, '2026-04-30T03:00:00.000Z'],
    ['YEARLY', 1_019_990, '2027-01-31T03:00:00.000Z'],
  ])('%s', async (billingCycle, price, end) => {
    const { customer, plan, anybody } = (await shop()).system
    const sold = await plan({ price: 99_999 })
    await changePlan(sold, { quarterlyDiscountPercent: 5, yearlyDiscountPercent: 15 })
    const shown = (await anybody.get('/catalog/services/n8n')).body.data.plans.find(
      ({ id }: { id: string }) => id === sold.id,
    )
    expect(shown.cycles).toContainEqual({ billingCycle, price, priceWithTax: price })
    const buyer = await customer({ balance: price })
    const { status, body } = await buy(buyer, sold, { billingCycle })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({ price, billingCycle, currentPeriodEnd: end, nextBilling: end, status: 'PENDING' })
    expect(await buyer.balance()).toBe(0)
  })

  test('a free plan moves no money and holds its slot', async () => {
    const { customer, plan } = (await shop()).system
    const free = await plan({ price: 0 })
    const buyer = await customer()
    const { status, body } = await buy(buyer, free)
    expect([status, body.data.price]).toEqual([201, 0])
    expect(await movements(buyer)).toBe(0)
    expect(await free.availableQuota()).toBe(9)
    const ended = await buyer.post(`/subscriptions/${body.data.id}/cancel`, {})
    expect(ended.body.data.status).toBe('CANCELLED')
    expect(await movements(buyer)).toBe(0)
  })

  test('without auto-renew nothing will be billed', async () => {
    const { customer, plan } = (await shop()).system
    const buyer = await customer({ balance: 50_000 })
    const { body } = await buy(buyer, await plan(), { autoRenew: false })
    expect(body.data).toMatchObject({ autoRenew: false, nextBilling: null })
  })
})

test('a subscription is active once its app was ready, and stays so', async () => {
  const { customer, plan } = (await shop()).system
  const buyer = await customer({ balance: 50_000 })
  const { id } = (await buy(buyer, await plan())).body.data
  await makeReady(await shop(), id)
  await makeReady(await shop(), id)
  expect((await buyer.get(`/subscriptions/${id}`)).body.data.status).toBe('ACTIVE')
})

test('somebody else’s subscription is 403, an unknown one 404', async () => {
  const { customer, plan } = (await shop()).system
  const owner = await customer({ balance: 50_000 })
  const { id } = (await buy(owner, await plan())).body.data
  const stranger = await customer()
  for (const [name, status] of [
    [id, 403],
    ['sub_unknown', 404],
  ]) {
    expect((await stranger.get(`/subscriptions/${name}`)).status).toBe(status)
    expect((await stranger.get(`/subscriptions/${name}/metrics`)).status).toBe(status)
    expect((await stranger.delete(`/subscriptions/${name}`)).status).toBe(status)
    for (const verb of ['cancel', 'stop', 'start', 'restart', 'retry-provisioning']) {
      expect((await stranger.post(`/subscriptions/${name}/${verb}`, {})).status).toBe(status)
    }
  }
  expect((await stranger.get('/subscriptions')).body.data).toEqual([])
  expect((await owner.get(`/subscriptions/${id}`)).body.data.status).toBe('PENDING')
})

test('the list is filtered, sorted and paged, and a bad value is refused', async () => {
  const { customer, plan } = (await shop()).system
  const buyer = await customer({ balance: 500_000 })
  const first = (await buy(buyer, await plan())).body.data
  const second = (await buy(buyer, await plan({ service: 'ghost' }))).body.data
  await makeReady(await shop(), second.id)
  const idsOf = async (query: string) =>
    (await buyer.get(`/subscriptions?${query}`)).body.data.map(({ id }: { id: string }) => id)
  expect(await idsOf('')).toEqual([second.id, first.id])
  expect(await idsOf('sort=oldest')).toEqual([first.id, second.id])
  expect(await idsOf('status=ACTIVE')).toEqual([second.id])
  expect(await idsOf('limit=1&page=2')).toEqual([first.id])
  for (const query of ['status=LIVE', 'sort=price', 'page=0', 'limit=101', 'plan=x']) {
    expect((await buyer.get(`/subscriptions?${query}`)).status).toBe(422)
  }
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks((await shop()).system.parts.db)).toEqual([])
})
