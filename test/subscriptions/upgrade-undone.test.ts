import { beforeEach, describe, expect, test } from 'bun:test'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import type { TestCustomer } from '../support/system'
import { instanceRowOf, see, sourceOf } from './observed'
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
  rowsOf,
  mailsOf,
} = upgradeShop()
beforeEach(begin)

describe('an upgrade that can’t be carried out is taken back whole', () => {
  async function isBack(customer: TestCustomer, id: string, reason: string) {
    expect(await customer.balance()).toBe(150_000)
    expect(await shown(customer, id)).toMatchObject({ plan: { id: small().id }, price: 50_000, pendingUpgrade: null })
    expect(await slots()).toEqual([9, 10])
    expect(await instanceRowOf(await shop(), id)).toMatchObject({ cpuMillicores: 500, memoryMb: 1024, storageGb: 5 })
    expect(await rowsOf(id)).toMatchObject([{ status: 'ROLLED_BACK', reason }])
    expect((await mailsOf(customer)).filter((template) => template === 'upgrade-undone')).toHaveLength(1)
    expect(await mailsOf(customer)).not.toContain('app-failed')
    expect(await verify()).toEqual([])
  }

  async function upgraded() {
    const bought = await subscribed()
    await changePlan(large(), { cpuMillicores: 900, memoryMb: 4096 })
    const { status } = await upgrade(bought.customer, bought.id)
    expect([status, await bought.customer.balance()]).toEqual([200, 110_000])
    return bought
  }

  test('where no node has room', async () => {
    const { customer, id } = await upgraded()
    await see(await shop(), id, { ...unschedulable, status: 'RESTARTING' })
    expect(await rowsOf(id)).toMatchObject([{ status: 'PENDING' }])
    await see(await shop(), id, unschedulable)
    await isBack(customer, id, 'Unschedulable')
    expect((await instanceRowOf(await shop(), id)).status).toBe('RESTARTING')
    await see(await shop(), id, unschedulable)
    expect(await mailsOf(customer)).toContain('app-failed')
    expect(await customer.balance()).toBe(150_000)
  })

  test('to a plan whose every slot was sold meanwhile: its own is kept for it', async () => {
    const { customer, id } = await upgraded()
    await changePlan(small(), { totalQuota: 1 })
    const late = await (await shop()).system.customer({ balance: 50_000 })
    expect(await late.post('/subscriptions', { planId: small().id })).toFail(409, 'QUOTA_EXCEEDED')
    await see(await shop(), id, unschedulable)
    await changePlan(small(), { totalQuota: 10 })
    await isBack(customer, id, 'Unschedulable')
  })

  test('where it crashes at its new size and did not before', async () => {
    const { customer, id } = await upgraded()
    await see(await shop(), id, { status: 'ERROR', reasonCode: 'CrashLoopBackOff', statusReason: 'It crashes.' })
    await isBack(customer, id, 'CrashLoopBackOff')
  })

  test('where its owner stops the app before it has run', async () => {
    const { customer, id } = await upgraded()
    await customer.post(`/subscriptions/${id}/stop`)
    await see(await shop(), id, { status: 'STOPPED' })
    await isBack(customer, id, 'stopped')
    expect(await instanceRowOf(await shop(), id)).toMatchObject({ desiredState: 'STOPPED', status: 'STOPPED' })
  })

  test('where the app is removed before it has run', async () => {
    const { customer, id } = await upgraded()
    const { id: instanceId, name } = await instanceRowOf(await shop(), id)
    await customer.delete(`/instances/${instanceId}`, { confirm: name })
    await see(await shop(), id, { status: 'TERMINATED' })
    await isBack(customer, id, 'removed')
  })

  test('where the subscription is cancelled before, with no more than that given back', async () => {
    const { customer, id } = await upgraded()
    expect((await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })).status).toBe(200)
    expect(await customer.balance()).toBe(150_000)
    expect(await rowsOf(id)).toMatchObject([{ status: 'ROLLED_BACK', reason: 'ended' }])
    expect(await slots()).toEqual([10, 10])
    expect(await verify()).toEqual([])
  })

  test('where the period ends before, and renews at the price of the plan before', async () => {
    const { customer, id } = await upgraded()
    clock.set((await shown(customer, id)).currentPeriodEnd)
    await advanceSubscriptions((await shop()).system.parts)
    const again = await signIn(customer)
    expect((await again.get('/wallet')).body.data.creditBalance).toBe(100_000)
    expect(await shown(again, id)).toMatchObject({ plan: { id: small().id }, price: 50_000, status: 'ACTIVE' })
    expect(await rowsOf(id)).toMatchObject([{ status: 'ROLLED_BACK', reason: 'period over' }])
    expect(await verify()).toEqual([])
  })

  test('and gives back no more than an administrator has left of it', async () => {
    const { customer, id } = await upgraded()
    const admin = await (await shop()).system.admin()
    const order = { kind: 'amount', amount: 15_000, reason: 'for the wait' }
    expect((await admin.post(`/admin/subscriptions/${id}/refund`, order)).status).toBe(201)
    await see(await shop(), id, unschedulable)
    await isBack(customer, id, 'Unschedulable')
  })

  test('and may be tried again, each time charged and given back for itself', async () => {
    const { customer, id } = await upgraded()
    await see(await shop(), id, unschedulable)
    await see(await shop(), id, {})
    await upgrade(customer, id)
    expect(await customer.balance()).toBe(110_000)
    await see(await shop(), id, unschedulable)
    expect(await customer.balance()).toBe(150_000)
    await see(await shop(), id, {})
    await upgrade(customer, id)
    await see(await shop(), id, {})
    expect((await rowsOf(id)).map(({ status }) => status)).toEqual(['ROLLED_BACK', 'ROLLED_BACK', 'DONE'])
    expect(await customer.balance()).toBe(110_000)
  })
})

test('an app that had its own trouble before keeps the plan it paid for, unless the size is refused', async () => {
  const [cured, refused] = [await subscribed(), await subscribed()]
  for (const { customer, id } of [cured, refused]) {
    await see(await shop(), id, { status: 'ERROR', reasonCode: 'OOMKilled', statusReason: 'Too little memory.' })
    expect((await upgrade(customer, id)).status).toBe(200)
  }
  await see(await shop(), cured.id, { status: 'ERROR', reasonCode: 'CrashLoopBackOff', statusReason: 'It crashes.' })
  await see(await shop(), refused.id, unschedulable)
  expect(await rowsOf(cured.id)).toMatchObject([{ status: 'DONE' }])
  expect(await rowsOf(refused.id)).toMatchObject([{ status: 'ROLLED_BACK' }])
})

test('what was seen before the upgrade settles nothing', async () => {
  const { customer, id } = await subscribed()
  const { id: instanceId, generation } = await instanceRowOf(await shop(), id)
  await upgrade(customer, id)
  const old = { restarts: 0, troubleSince: null, podName: null, observedGeneration: generation, cleanedDeployment: 1 }
  await sourceOf((await shop()).system).save(instanceId, generation, { ...old, ...unschedulable })
  expect(await rowsOf(id)).toMatchObject([{ status: 'PENDING' }])
})

test('all of it leaves the books in order', async () => expect(await verify()).toEqual([]))
