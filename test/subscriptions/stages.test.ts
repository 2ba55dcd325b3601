import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { resumeByAdmin, suspendByAdmin } from '../../src/features/subscriptions/admin-suspension'
import { findSubscription } from '../../src/features/subscriptions/read'
import { day, hour, ManualClock, minute } from '../../src/lib/clock'
import { makeReady, openShop, type Shop, topUp } from '../support/shop'
import type { TestPlan } from '../support/system'
import { stagesOf } from './stages-shop'

const start = '2026-01-31T03:00:00.000Z'
let clock: ManualClock
let shop: Shop
let plan: TestPlan
let stages: ReturnType<typeof stagesOf>

beforeEach(async () => {
  clock = new ManualClock(start)
  shop = await openShop({ clock })
  plan = await shop.system.plan({ price: 50_000 })
  stages = stagesOf(shop, clock)
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
})

const after = (time: Date, ms: number) => new Date(time.getTime() + ms)

describe('an owner is told', () => {
  test('of the renewal 7, 3 and 1 days before, of each once, and of what was charged', async () => {
    const bought = await stages.buy(plan, 100_000)
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    for (const days of [8, 7, 6, 3, 2, 1, 0.5]) {
      await stages.at(after(end, -days * day))
      await stages.due()
    }
    expect(await stages.mailsTo(bought)).toEqual(['subscription-created', ...Array(3).fill('renewal-reminder')])
    await stages.at(end)
    expect((await stages.mailsTo(bought)).slice(4)).toEqual(['subscription-renewed'])
    expect((await stages.rowOf(bought.id)).noticeAt).toEqual(
      after((await stages.rowOf(bought.id)).currentPeriodEnd, -7 * day),
    )
  })

  test('of each step from a wallet that is short to the data that is gone', async () => {
    const bought = await stages.buy(plan, 50_000)
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    for (let hours = -8 * 24; hours <= 18 * 24; hours += 6) await stages.at(after(end, hours * hour))
    expect(await stages.mailsTo(bought)).toEqual([
      'subscription-created',
      ...Array(3).fill('renewal-reminder'),
      'renewal-failed',
      'subscription-suspended',
      'subscription-expired',
      'data-removal-soon',
      'data-removed',
    ])
    expect(await stages.stateOf(bought.id)).toEqual(['EXPIRED', 'DELETED'])
    expect(await stages.rowOf(bought.id)).toMatchObject({ nextStepAt: null })
  })
})

describe('a payment that is under way', () => {
  test('holds back the end of a stage, and of no longer than a day', async () => {
    const bought = await stages.buy(plan, 50_000)
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    await stages.at(end)
    clock.set(after(end, 3 * day - minute))
    await topUp(await stages.again(bought))
    await stages.at(after(end, 3 * day))
    expect(await stages.stateOf(bought.id)).toEqual(['GRACE', 'RUNNING'])
    await stages.at(after(end, 4 * day - minute))
    expect(await stages.stateOf(bought.id)).toEqual(['GRACE', 'RUNNING'])
    await stages.at(after(end, 4 * day))
    expect(await stages.stateOf(bought.id)).toEqual(['SUSPENDED/unpaid', 'STOPPED'])
  })
})

describe('money that comes in', () => {
  test('pays what is overdue, the oldest first, whatever way it came', async () => {
    const other = await shop.system.plan({ service: 'ghost', price: 30_000 })
    const first = await stages.buy(plan, 80_000)
    clock.advance(hour)
    const { body } = await (await stages.again(first)).post('/subscriptions', { planId: other.id })
    const second = body.data.id as string
    await makeReady(shop, second)
    const { currentPeriodEnd: end } = await stages.rowOf(second)
    await stages.at(end)
    await stages.at(after(end, 3 * day + hour))
    expect(await stages.stateOf(second)).toEqual(['SUSPENDED/unpaid', 'STOPPED'])
    await stages.give(first, 60_000n)
    await stages.due()
    expect(await stages.stateOf(first.id)).toEqual(['ACTIVE', 'RUNNING'])
    expect(await stages.stateOf(second)).toEqual(['SUSPENDED/unpaid', 'STOPPED'])
    await stages.give(first, 20_000n)
    await stages.due()
    expect(await stages.stateOf(second)).toEqual(['ACTIVE', 'RUNNING'])
    expect(await stages.balanceOf(first)).toBe(0)
  })

  test('is not taken for one that shall not renew by itself, until its owner turns that on', async () => {
    const bought = await stages.buy(plan, 200_000, { autoRenew: false })
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    await stages.at(end)
    await stages.give(bought, 10_000n)
    await stages.due()
    expect(await stages.stateOf(bought.id)).toEqual(['GRACE', 'RUNNING'])
    const again = await stages.again(bought)
    await again.put(`/subscriptions/${bought.id}/auto-renew`, { autoRenew: true })
    await stages.due()
    expect(await stages.stateOf(bought.id)).toEqual(['ACTIVE', 'RUNNING'])
  })
})

describe('a cancel for the end of the period', () => {
  test.each([
    ['in grace', 0],
    ['while it is suspended for being unpaid', 3],
  ])('%s ends it now: that period is over', async (_, days) => {
    const bought = await stages.buy(plan, 50_000)
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    await stages.at(end)
    await stages.at(after(end, days * day))
    const again = await stages.again(bought)
    const { body } = await again.post(`/subscriptions/${bought.id}/cancel`, { when: 'period_end' })
    expect(body.data).toMatchObject({ status: 'CANCELLED', possible: ['restore'], stageEndsAt: null })
    expect(body.data.dataKeptUntil).toBe(after(clock.now(), 7 * day).toISOString())
    expect(await plan.availableQuota()).toBe(10)
  })
})

describe('an app that is not ready in time', () => {
  test('is refunded in full, its slot is free, its app gone, its owner and the administrators told', async () => {
    const bought = await stages.buy(plan, 50_000, { ready: false })
    await stages.at(after(new Date(start), 60 * minute))
    expect(await stages.stateOf(bought.id)).toEqual(['PENDING', 'RUNNING'])
    await stages.at(after(new Date(start), 61 * minute))
    await stages.due()
    expect(await stages.stateOf(bought.id)).toEqual(['CANCELLED', 'DELETED'])
    expect(await stages.balanceOf(bought)).toBe(50_000)
    expect(await plan.availableQuota()).toBe(10)
    expect(await stages.mailsTo(bought)).toEqual(['subscription-created', 'provisioning-refunded'])
    const { body } = await (await shop.system.admin()).get('/admin/mails?template=provisioning-alert')
    expect(body.data.length).toBeGreaterThan(0)
  })

  test('is kept if it becomes ready at the last moment', async () => {
    const bought = await stages.buy(plan, 50_000, { ready: false })
    await stages.at(after(new Date(start), 60 * minute))
    await makeReady(shop, bought.id)
    await stages.at(after(new Date(start), 61 * minute))
    expect(await stages.stateOf(bought.id)).toEqual(['ACTIVE', 'RUNNING'])
    expect(await stages.balanceOf(bought)).toBe(0)
  })

  test('has the time anew once its owner tries again, and never both retry and refund', async () => {
    const bought = await stages.buy(plan, 50_000, { ready: false })
    const { parts } = shop.system
    const { instanceId } = await stages.rowOf(bought.id)
    const fail = () =>
      parts.db.write((tx) => tx.run(`UPDATE instances SET status = 'ERROR' WHERE id = '${instanceId}'`))
    await fail()
    clock.set(after(new Date(start), 50 * minute))
    let again = await stages.again(bought)
    expect((await again.post(`/subscriptions/${bought.id}/retry-provisioning`)).status).toBe(200)
    await stages.at(after(new Date(start), 100 * minute))
    expect(await stages.stateOf(bought.id)).toEqual(['PENDING', 'RUNNING'])
    await fail()
    clock.set(after(new Date(start), 112 * minute))
    again = await stages.again(bought)
    const [retried] = await Promise.all([again.post(`/subscriptions/${bought.id}/retry-provisioning`), stages.due()])
    const won = retried.status === 200
    expect(await stages.stateOf(bought.id)).toEqual(won ? ['PENDING', 'RUNNING'] : ['CANCELLED', 'DELETED'])
    expect(await stages.balanceOf(bought)).toBe(won ? 0 : 50_000)
    if (!won) expect(retried).toFail(409, 'INVALID_STATE')
  })
})

describe('two clicks that renew what is overdue', () => {
  test('pay one period', async () => {
    const bought = await stages.buy(plan, 50_000)
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    await stages.at(end)
    await stages.give(bought, 200_000n)
    const again = await stages.again(bought)
    const renew = () => again.put(`/subscriptions/${bought.id}/renew`)
    const answers = await Promise.all(Array.from({ length: 8 }, renew))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of answers) if (answer.status !== 200) expect(answer).toFail(409, 'CONFLICT')
    expect(await stages.balanceOf(bought)).toBe(150_000)
    const { body } = await again.get(`/subscriptions/${bought.id}`)
    const named = await again.put(`/subscriptions/${bought.id}/renew?periodEnd=${body.data.currentPeriodEnd}`)
    expect(named.status).toBe(200)
  })
})

test('what an administrator has ended for the end of its period its owner does not take back', async () => {
  const bought = await stages.buy(plan, 200_000)
  const admin = await shop.system.admin()
  const order = { when: 'period_end', reason: 'Terms of service' }
  const { body } = await admin.post(`/admin/subscriptions/${bought.id}/cancel`, order)
  expect(body.data.cancelAtPeriodEnd).toBe(true)
  expect((await bought.customer.get(`/subscriptions/${bought.id}`)).body.data.possible).toEqual([
    'auto-renew',
    'cancel',
  ])
  const undone = await bought.customer.put(`/subscriptions/${bought.id}/auto-renew`, { autoRenew: true })
  expect(undone).toFail(409, 'INVALID_STATE')
  await stages.at((await stages.rowOf(bought.id)).currentPeriodEnd)
  expect(await stages.stateOf(bought.id)).toEqual(['CANCELLED', 'STOPPED'])
})

test('who pays while a payment under way holds back the end of grace pays for the days on which the app ran', async () => {
  const bought = await stages.buy(plan, 50_000)
  const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
  await stages.at(end)
  clock.set(after(end, 3 * day - minute))
  await topUp(await stages.again(bought))
  await stages.at(after(end, 3 * day + hour))
  await stages.give(bought, 50_000n)
  await stages.due()
  expect(await stages.rowOf(bought.id)).toMatchObject({ periodIndex: 1, currentPeriodStart: end })
})

describe('what has ended', () => {
  const ended = async (balance: number) => {
    const bought = await stages.buy(plan, balance)
    await bought.customer.post(`/subscriptions/${bought.id}/cancel`, { when: 'now' })
    return bought
  }

  test('comes back within the window, with a slot, a new period from now, and its app', async () => {
    const bought = await ended(120_000)
    clock.advance(6 * day)
    const again = await stages.again(bought)
    const shown = (await again.get(`/subscriptions/${bought.id}`)).body.data
    expect(shown).toMatchObject({
      status: 'CANCELLED',
      possible: ['restore'],
      dataKeptUntil: '2026-02-07T03:00:00.000Z',
    })
    const { status, body } = await again.post(`/subscriptions/${bought.id}/restore`)
    expect([status, body.data.status, body.data.endedAt]).toEqual([200, 'ACTIVE', null])
    expect(body.data.currentPeriodStart).toBe(clock.now().toISOString())
    expect(await stages.stateOf(bought.id)).toEqual(['ACTIVE', 'RUNNING'])
    expect(await stages.balanceOf(bought)).toBe(20_000)
    expect(await plan.availableQuota()).toBe(9)
    expect(await stages.mailsTo(bought)).toContain('subscription-restored')
    // And it can end, and come back, again.
    await again.post(`/subscriptions/${bought.id}/cancel`, { when: 'now' })
    expect((await stages.mailsTo(bought)).filter((name) => name === 'subscription-cancelled')).toHaveLength(2)
    expect(await again.post(`/subscriptions/${bought.id}/restore`)).toFail(402, 'INSUFFICIENT_BALANCE')
    expect(await stages.stateOf(bought.id)).toEqual(['CANCELLED', 'STOPPED'])
  })

  test('comes back once, however many ask at once', async () => {
    const bought = await ended(200_000)
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => bought.customer.post(`/subscriptions/${bought.id}/restore`)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of answers) if (answer.status !== 200) expect(answer).toFail(409, 'INVALID_STATE')
    expect(await stages.balanceOf(bought)).toBe(100_000)
  })

  test('does not come back without a slot, beside another of the service, or once its data is gone', async () => {
    const last = await shop.system.plan({ price: 50_000, slots: 1 })
    const bought = await stages.buy(last, 300_000)
    await bought.customer.post(`/subscriptions/${bought.id}/cancel`, { when: 'now' })
    const next = await stages.buy(last, 50_000)
    expect(await bought.customer.post(`/subscriptions/${bought.id}/restore`)).toFail(409, 'QUOTA_EXCEEDED')
    await next.customer.post(`/subscriptions/${next.id}/cancel`, { when: 'now' })
    const { body } = await bought.customer.post('/subscriptions', { planId: last.id })
    expect(await bought.customer.post(`/subscriptions/${bought.id}/restore`)).toFail(409, 'DUPLICATE_SUBSCRIPTION')
    await bought.customer.post(`/subscriptions/${body.data.id}/cancel`, { when: 'now' })
    await stages.at(after(new Date(start), 7 * day))
    const again = await stages.again(bought)
    const refused = await again.post(`/subscriptions/${bought.id}/restore`)
    expect(refused).toFail(409, 'INVALID_STATE')
    expect(refused.body.error.details).toMatchObject({ status: 'CANCELLED', possible: [] })
  })
})

describe('an administrator’s suspension', () => {
  const find = async (id: string) => (await findSubscription(shop.system.parts.db.read, id))!
  const act = async (id: string, verb: typeof suspendByAdmin) => {
    const admin = { userId: 'usr_admin', role: 'ADMINISTRATOR' } as never
    const found = await find(id)
    await shop.system.parts.db.write((tx) => verb(shop.system.parts, tx, admin, found, 'Abuse report'))
  }

  test('stops the app and the time that is paid: nothing is renewed, and the rest is there afterwards', async () => {
    const bought = await stages.buy(plan, 200_000)
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    await stages.at(after(end, -10 * day))
    await act(bought.id, suspendByAdmin)
    expect(await stages.stateOf(bought.id)).toEqual(['SUSPENDED/admin', 'STOPPED'])
    await stages.at(after(end, 90 * day))
    expect(await stages.stateOf(bought.id)).toEqual(['SUSPENDED/admin', 'STOPPED'])
    await act(bought.id, resumeByAdmin)
    expect(await stages.stateOf(bought.id)).toEqual(['ACTIVE', 'RUNNING'])
    expect((await stages.rowOf(bought.id)).currentPeriodEnd).toEqual(after(end, 100 * day))
    await stages.at(after(end, 100 * day))
    expect(await stages.rowOf(bought.id)).toMatchObject({ periodIndex: 1, currentPeriodStart: after(end, 100 * day) })
    expect(await stages.mailsTo(bought)).toContain('subscription-suspended')
    expect(await stages.mailsTo(bought)).toContain('subscription-resumed')
  })

  test('leaves a prorated refund the time that was not used: while it stands still, and afterwards', async () => {
    const bought = await stages.buy(plan, 50_000)
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    await stages.at(after(end, -14 * day))
    await act(bought.id, suspendByAdmin)
    const refundable = async () => {
      const admin = await shop.system.admin()
      const order = { kind: 'prorated', reason: 'For the test' }
      return (await admin.post(`/admin/subscriptions/${bought.id}/refund?preview=true`, order)).body.data
    }
    // 14 of the 28 days of that period.
    await stages.at(after(end, 30 * day))
    const still = JSON.stringify(await refundable())
    expect(still).toContain('25000')
    await act(bought.id, resumeByAdmin)
    const resumed = JSON.stringify(await refundable())
    expect(resumed).toContain('25000')
    await stages.at(after(end, 37 * day))
    expect(JSON.stringify(await refundable())).toContain('12500')
    await act(bought.id, suspendByAdmin)
  })

  test('of what was overdue leaves it as overdue as it was, and charges no day of it', async () => {
    const bought = await stages.buy(plan, 50_000)
    const { currentPeriodEnd: end } = await stages.rowOf(bought.id)
    await stages.at(end)
    clock.set(after(end, day))
    await act(bought.id, suspendByAdmin)
    clock.set(after(end, 21 * day))
    await stages.give(bought, 50_000n)
    await act(bought.id, resumeByAdmin)
    await stages.due()
    expect(await stages.rowOf(bought.id)).toMatchObject({ periodIndex: 1, currentPeriodStart: after(end, 20 * day) })
    expect((await stages.mailsTo(bought)).filter((name) => name === 'subscription-resumed')).toEqual([])
  })
})
