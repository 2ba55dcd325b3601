import { expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { makeReady, sharedShop } from '../support/shop'

const shop = sharedShop()

async function subscribed() {
  const { system } = await shop()
  const customer = await system.customer({ balance: 100_000 })
  const plan = await system.plan({ price: 50_000 })
  const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
  await makeReady(await shop(), id)
  return { customer, id: id as string }
}

test('auto-renew is switched off and on, and says what will be billed', async () => {
  const { customer, id } = await subscribed()
  const off = await customer.put(`/subscriptions/${id}/auto-renew`, { autoRenew: false })
  expect([off.status, off.body.data.autoRenew, off.body.data.nextBilling]).toEqual([200, false, null])
  const on = await customer.put(`/subscriptions/${id}/auto-renew`, { autoRenew: true })
  expect(on.body.data).toMatchObject({ autoRenew: true, nextBilling: on.body.data.currentPeriodEnd })
  expect((await customer.get(`/subscriptions/${id}`)).body.data.autoRenew).toBe(true)
  // A repeat changes nothing, and is not written down.
  await customer.put(`/subscriptions/${id}/auto-renew`, { autoRenew: true })
  const admin = await (await shop()).system.admin()
  const { data } = (await admin.get(`/admin/audit?action=subscription.auto-renew&targetId=${id}`)).body
  expect(data).toHaveLength(2)
  expect(await customer.balance()).toBe(50_000)
})

test('turning it on takes a cancellation for the period’s end back; turning it off does not', async () => {
  const { customer, id } = await subscribed()
  await customer.delete(`/subscriptions/${id}`)
  const off = await customer.put(`/subscriptions/${id}/auto-renew`, { autoRenew: false })
  expect(off.body.data).toMatchObject({ autoRenew: false, cancelAtPeriodEnd: true })
  const on = await customer.put(`/subscriptions/${id}/auto-renew`, { autoRenew: true })
  expect(on.body.data).toMatchObject({ autoRenew: true, cancelAtPeriodEnd: false })
})

test('it is refused for what has ended, for strangers, and for anything but yes or no', async () => {
  const { customer, id } = await subscribed()
  for (const body of [{}, { autoRenew: 'false' }, { autoRenew: 0 }, { autoRenew: null }]) {
    expect((await customer.put(`/subscriptions/${id}/auto-renew`, body)).status).toBe(422)
  }
  const stranger = await (await shop()).system.customer()
  expect((await stranger.put(`/subscriptions/${id}/auto-renew`, { autoRenew: false })).status).toBe(403)
  expect((await stranger.put('/subscriptions/sub_none/auto-renew', { autoRenew: false })).status).toBe(404)
  await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
  const ended = await customer.put(`/subscriptions/${id}/auto-renew`, { autoRenew: true })
  expect(ended).toFail(409, 'INVALID_STATE')
  expect(await verifyBooks((await shop()).system.parts.db)).toEqual([])
})
