import { beforeEach, describe, expect, test } from 'bun:test'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { day, minute } from '../../src/lib/clock'
import type { Caller, TestCustomer } from '../support/system'
import { instanceRowOf, see } from './observed'
import { unschedulable, upgradeShop } from './upgrade-shop'

const {
  clock,
  shop,
  small,
  large,
  begin,
  subscribed,
  upgrade,
  shown,
  slots,
  verify,
  signIn,
  changePlan,
  changeSubscription,
  rowsOf,
  mailsOf,
} = upgradeShop()
beforeEach(begin)

async function optionsOf(caller: Caller, id: string) {
  const { status, body } = await caller.get(`/subscriptions/${id}/upgrade-options`)
  expect(status).toBe(200)
  return body.data as { plan: { id: string }; [key: string]: unknown }[]
}

/** A free plan of the same service: what was bought on it was charged for nothing. */
const gift = async () => (await shop()).system.plan({ price: 0 })

describe('an upgrade', () => {
  test('charges the difference for the rest of the period, and counts once the app runs at its new size', async () => {
    const { customer, id } = await subscribed()
    await changePlan(large(), { cpuMillicores: 750, memoryMb: 2048 })
    clock.advance(7 * day)
    const again = await signIn(customer)
    const { status, body } = await upgrade(again, id)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      plan: { id: large().id },
      price: 90_000,
      pendingUpgrade: { fromPlanId: small().id, startedAt: '2027-02-08T03:00:00.000Z' },
      instance: { cpu: { limitMillicores: 750 }, memory: { limitMb: 2048 }, status: 'RESTARTING' },
    })
    // (90,000 − 50,000) · 21/28.
    expect((await again.get('/wallet')).body.data.creditBalance).toBe(200_000 - 50_000 - 30_000)
    expect(await slots()).toEqual([9, 9])
    expect(await verify()).toEqual([])

    await see(await shop(), id, {})
    expect(await shown(again, id)).toMatchObject({ plan: { id: large().id }, pendingUpgrade: null, status: 'ACTIVE' })
    expect(await slots()).toEqual([10, 9])
    const charges = (await again.get(`/wallet/transactions?type=CHARGE&subscriptionId=${id}`)).body.data
    expect(charges.map(({ amount }: { amount: number }) => amount)).toEqual([-30_000, -50_000])
    const receipt = (await again.get(`/wallet/transactions/${charges[0].id}/receipt`)).body.data
    expect(receipt.lines[0]).toMatchObject({ kind: 'upgrade', periodStart: '2027-02-08T03:00:00.000Z', amount: 30_000 })
    expect(await mailsOf(customer)).toContain('subscription-upgraded')
  })

  test('renews at the price of the new plan', async () => {
    const { customer, id } = await subscribed(50_000 + 40_000 + 90_000)
    await upgrade(customer, id)
    await see(await shop(), id, {})
    clock.set((await shown(customer, id)).currentPeriodEnd)
    await advanceSubscriptions((await shop()).system.parts)
    expect((await (await signIn(customer)).get('/wallet')).body.data.creditBalance).toBe(0)
  })

  test('is done once however often its key is repeated', async () => {
    const { customer, id } = await subscribed()
    const key = { 'idempotency-key': crypto.randomUUID() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => upgrade(customer, id, large(), key)))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await customer.balance()).toBe(200_000 - 50_000 - 40_000)
  })

  test('sells the last slot once to fifty who ask at the same time, and the others pay nothing', async () => {
    await changePlan(small(), { totalQuota: 50 })
    await changePlan(large(), { totalQuota: 1 })
    const buyers = await Promise.all(Array.from({ length: 50 }, () => subscribed(90_000)))
    const answers = await Promise.all(buyers.map(({ customer, id }) => upgrade(customer, id)))
    const sold = answers.filter(({ status }) => status === 200)
    const refused = answers.filter(({ status }) => status !== 200)
    expect(sold).toHaveLength(1)
    expect(new Set(refused.map(({ body }) => body.error.code))).toEqual(new Set(['QUOTA_EXCEEDED']))
    expect(refused[0]!.body.error.details).toMatchObject({ availableQuota: 0, totalQuota: 1 })
    const balances = await Promise.all(buyers.map(({ customer }) => customer.balance()))
    expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(50 * 40_000 - 40_000)
    expect(await slots()).toEqual([0, 0])
    expect(await verify()).toEqual([])
  })

  test('one rupiah short changes nothing', async () => {
    const { customer, id } = await subscribed(89_999)
    const { status, body } = await upgrade(customer, id)
    expect({ status, body }).toFail(402, 'INSUFFICIENT_BALANCE')
    expect(await shown(customer, id)).toMatchObject({ plan: { id: small().id }, price: 50_000, pendingUpgrade: null })
    expect(await slots()).toEqual([9, 10])
    expect(await instanceRowOf(await shop(), id)).toMatchObject({ generation: 1, status: 'RUNNING' })
    expect(await rowsOf(id)).toEqual([])
  })

  test('pays for what is paid ahead too', async () => {
    const { customer, id } = await subscribed(300_000)
    await customer.put(`/subscriptions/${id}/renew`)
    await upgrade(customer, id)
    expect(await customer.balance()).toBe(300_000 - 2 * 50_000 - 2 * 40_000)
  })

  test('does not take a gift back: only the difference of the plans is paid', async () => {
    const { customer, id } = await subscribed(40_000, await gift())
    await changeSubscription(id, { isBonus: true, planId: small().id })
    expect((await upgrade(customer, id)).status).toBe(200)
    expect(await customer.balance()).toBe(0)
    await see(await shop(), id, unschedulable)
    expect(await shown(customer, id)).toMatchObject({ price: 0, isBonus: true, plan: { id: small().id } })
    expect(await customer.balance()).toBe(40_000)
  })

  test('to a plan that costs less by now is free, and renews at its price', async () => {
    const { customer, id } = await subscribed(50_000)
    await changePlan(large(), { price: 45_000n })
    expect((await upgrade(customer, id)).status).toBe(200)
    await see(await shop(), id, {})
    expect(await shown(customer, id)).toMatchObject({ price: 45_000, plan: { id: large().id } })
    expect(await customer.balance()).toBe(0)
  })
})

describe('an upgrade is refused, and costs nothing,', () => {
  async function refused(
    id: string,
    customer: TestCustomer,
    code: string,
    status: number,
    plan: { id: string } = large(),
  ) {
    const before = await customer.balance()
    const option = (await optionsOf(customer, id)).find((each) => each.plan.id === plan.id)
    // A lower plan may be possible, but not at once.
    if (option?.direction === 'upgrade') expect(option).toMatchObject({ possible: false, reason: { code } })
    const answer = await upgrade(customer, id, plan)
    expect(answer).toFail(status, code)
    expect(await customer.balance()).toBe(before)
    return answer.body.error
  }

  test('while another is under way', async () => {
    const { customer, id } = await subscribed()
    const largest = await (await shop()).system.plan({ price: 100_000 })
    await upgrade(customer, id)
    await refused(id, customer, 'INVALID_STATE', 409, largest)
    expect(await customer.put(`/subscriptions/${id}/renew`)).toFail(409, 'INVALID_STATE')
  })

  test('before the app was ready, after the end, and where it will end', async () => {
    const { customer, plan } = (await shop()).system
    const buyer = await customer({ balance: 200_000 })
    const { id } = (await buyer.post('/subscriptions', { planId: (await plan({ service: 'ghost' })).id })).body.data
    const higher = await plan({ service: 'ghost' })
    await refused(id, buyer, 'INVALID_STATE', 409, higher)
    await see(await shop(), id, {})
    await buyer.delete(`/subscriptions/${id}`)
    await refused(id, buyer, 'INVALID_STATE', 409, higher)
    await buyer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
    await refused(id, buyer, 'INVALID_STATE', 409, higher)
  })

  test('where it is suspended, in grace, over or stopped', async () => {
    const { customer, id } = await subscribed()
    const { body } = await customer.get(`/subscriptions/${id}`)
    const paid = {
      currentPeriodStart: new Date(body.data.currentPeriodStart),
      currentPeriodEnd: new Date(body.data.currentPeriodEnd),
    }
    await changeSubscription(id, { status: 'SUSPENDED', suspendedBy: 'admin' })
    await refused(id, customer, 'INVALID_STATE', 409)
    await changeSubscription(id, { status: 'ACTIVE', suspendedBy: null })
    await changeSubscription(id, { status: 'GRACE', suspendedBy: null })
    await refused(id, customer, 'INVALID_STATE', 409)
    await changeSubscription(id, { status: 'ACTIVE', currentPeriodStart: new Date(1), currentPeriodEnd: clock.now() })
    await refused(id, customer, 'INVALID_STATE', 409)
    await changeSubscription(id, {
      currentPeriodStart: clock.now(),
      currentPeriodEnd: new Date(clock.now().getTime() + minute),
    })
    await customer.post(`/subscriptions/${id}/stop`)
    await refused(id, customer, 'INVALID_STATE', 409)
    await changeSubscription(id, paid)
  })

  test('to a plan that is unknown, retired, of another service, the same or lower', async () => {
    const { customer, id } = await subscribed(300_000, large())
    const { plan } = (await shop()).system
    const [foreign, retired] = [await plan({ service: 'ghost' }), await plan()]
    await changePlan(retired, { status: 'RETIRED' })
    await refused(id, customer, 'NOT_FOUND', 404, { id: 'pln_unknown' })
    for (const wrong of [foreign, retired, large(), small()]) await refused(id, customer, 'INVALID_PLAN', 422, wrong)
  })

  test('to one that is too small for its app, or needs storage that nobody can be asked about', async () => {
    const { customer, id } = await subscribed()
    await changePlan(large(), { memoryMb: 8 })
    await refused(id, customer, 'INSUFFICIENT_RESOURCES', 409)
    await changePlan(large(), { memoryMb: 2048, storageGb: 6 })
    await refused(id, customer, 'CLUSTER_UNAVAILABLE', 503)
  })

  test('to somebody else, and for nothing that is there', async () => {
    const { id } = await subscribed()
    const stranger = await (await shop()).system.customer({ balance: 200_000 })
    for (const [name, status] of [
      [id, 403],
      ['sub_unknown', 404],
    ] as const) {
      expect((await upgrade(stranger, name)).status).toBe(status)
      expect((await stranger.get(`/subscriptions/${name}/upgrade-options`)).status).toBe(status)
    }
  })

  test.each([[undefined], [null], [7], [''], ['x'.repeat(65)], [['pln_1']]])('for the plan %p', async (planId) => {
    const { customer, id } = await subscribed()
    const { status, body } = await customer.post(`/subscriptions/${id}/upgrade`, { planId })
    expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
  })
})

describe('the options', () => {
  test('name price, slots and what it costs now for each other plan that is for sale', async () => {
    const { customer, id } = await subscribed(89_999)
    const options = await optionsOf(customer, id)
    const up = options.find(({ plan }) => plan.id === large().id)
    expect(up).toMatchObject({
      direction: 'upgrade',
      plan: { availableQuota: 10, totalQuota: 10 },
      billingCycle: 'MONTHLY',
      price: 90_000,
      chargeNow: { net: 40_000, tax: 0, total: 40_000 },
      nextRenewal: { at: '2027-03-01T03:00:00.000Z', price: 90_000 },
      affordable: false,
      possible: true,
      reason: null,
    })
    expect(options.some(({ plan }) => plan.id === small().id)).toBe(false)
    clock.advance(minute)
    const after = (await optionsOf(customer, id)).find(({ plan }) => plan.id === large().id)
    expect(after).toMatchObject({ affordable: true, chargeNow: { total: 39_999 } })
  })

  test('show lower plans as well, which can be booked for the next period', async () => {
    const { customer, id } = await subscribed(100_000, large())
    const down = (await optionsOf(customer, id)).find(({ plan }) => plan.id === small().id)
    expect(down).toMatchObject({
      direction: 'downgrade',
      price: 50_000,
      chargeNow: { total: 0 },
      possible: true,
      reason: null,
    })
  })

  test('are in the customer’s own cycle', async () => {
    const { customer, id } = await subscribed(600_000, small(), { billingCycle: 'YEARLY' })
    const up = (await optionsOf(customer, id)).find(({ plan }) => plan.id === large().id)
    expect(up).toMatchObject({ billingCycle: 'YEARLY', price: 12 * 90_000, chargeNow: { total: 12 * 40_000 } })
  })
})

test('all of it leaves the books in order', async () => expect(await verify()).toEqual([]))
