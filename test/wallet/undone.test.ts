import { expect, test } from 'bun:test'
import { settleTopUp } from '../../src/features/wallet/settle'
import { actOnPage, ended, rowOfTopUp, sharedShop, topUp } from '../support/shop'

const shop = sharedShop()

const quarantines = async (id: string) => {
  const { system } = await shop()
  const { body } = await (await system.admin()).get(`/admin/audit?action=payment.quarantine&targetId=${id}`)
  return (body.data as { reason: string }[]).map(({ reason }) => reason)
}

test('a payment that is undone after it was credited is set aside for a person, and books nothing by itself', async () => {
  const { system, gateway } = await shop()
  const customer = await system.customer()
  const { id, redirectUrl } = await topUp(customer, 'bca_va', 50_000)
  await actOnPage(redirectUrl, { action: 'pay' })
  await ended(customer, id)
  const { orderId } = await rowOfTopUp(await shop(), id)
  await gateway.events.deny(orderId)
  await settleTopUp(system.parts, orderId)
  expect(await quarantines(id)).toContain('reversed: denied')
  expect(await customer.balance()).toBe(50_000)
})

test.each([
  ['in full', undefined],
  ['in part', 1_000],
])('a payment that was given back %s before we heard of it is closed, told and not credited', async (_, amount) => {
  const { system, gateway } = await shop()
  const customer = await system.customer()
  const { id } = await topUp(customer, 'qris', 60_000)
  const { orderId } = await rowOfTopUp(await shop(), id)
  gateway.notifications.failNext({ kind: 'drop' }, 10)
  await gateway.events.pay(orderId)
  await gateway.events.refund(orderId, amount)
  await settleTopUp(system.parts, orderId)
  expect((await customer.get(`/wallet/top-ups/${id}`)).body.data.status).toBe('FAILED')
  expect(await quarantines(id)).toContain(amount === undefined ? 'reversed: refunded' : 'reversed: partially_refunded')
  expect(await customer.balance()).toBe(0)
})
