import { expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { hour, ManualClock, minute } from '../../src/lib/clock'
import { actOnPage, ended, rowOfTopUp, sharedShop, signInAgain, topUp, worked } from '../support/shop'
import { type Caller, until } from '../support/system'

const clock = new ManualClock(new Date())
const shop = sharedShop({ clock })
const newCustomer = async () => (await shop()).system.customer()
const cancel = (customer: Caller, id: string) => customer.post(`/wallet/top-ups/${id}/cancel`)
const statusOf = async (customer: Caller, id: string) => (await customer.get(`/wallet/top-ups/${id}`)).body.data.status
const paid = (customer: Caller, id: string) =>
  until(
    'the payment',
    () => statusOf(customer, id),
    (status) => status === 'SUCCESS',
  )

test('an unpaid order is withdrawn at the provider too, and a second cancel is refused', async () => {
  const { gateway } = await shop()
  const customer = await newCustomer()
  const { id, redirectUrl, customId } = await topUp(customer)
  const { status, body } = await cancel(customer, id)
  expect([status, body.data.status]).toEqual([200, 'CANCELLED'])
  expect(gateway.orders((await rowOfTopUp(await shop(), id)).orderId).at(-1)?.status).toBe('cancel')
  expect((await actOnPage(redirectUrl, { action: 'pay' })).status).toBe(409)
  expect((await cancel(customer, id)).status).toBe(409)
  expect((await customer.get(`/wallet/transactions/${customId}`)).body.data.status).toBe('CANCELLED')
})

test('a paid order is not withdrawn but credited, also where its notification was lost', async () => {
  const { gateway } = await shop()
  const customer = await newCustomer()
  const { id } = await topUp(customer)
  await gateway.notifications.idle()
  gateway.notifications.failNext({ kind: 'drop' })
  await gateway.events.pay((await rowOfTopUp(await shop(), id)).orderId)
  const { status, body } = await cancel(customer, id)
  expect([status, body.error.code, body.error.details.status]).toEqual([409, 'INVALID_STATE', 'SUCCESS'])
  expect(await customer.balance()).toBe(50_000)
})

test('a payment page without a chosen method is closed on our side, and a payment that comes all the same is credited', async () => {
  const customer = await newCustomer()
  const { id, redirectUrl } = await topUp(customer, 'snap')
  const { status, body } = await cancel(customer, id)
  expect([status, body.data.status]).toEqual([200, 'CANCELLED'])
  const page = (await fetch(redirectUrl)).url
  await actOnPage(page, { method: 'bca_va' })
  await actOnPage(page, { action: 'pay' })
  await paid(customer, id)
  expect(await customer.balance()).toBe(50_000)
})

test('the poll finds that payment where no notification tells of it', async () => {
  const { gateway, system } = await shop()
  const customer = await newCustomer()
  const { id, redirectUrl } = await topUp(customer, 'snap')
  await cancel(customer, id)
  const page = (await fetch(redirectUrl)).url
  await gateway.notifications.idle()
  gateway.notifications.failNext({ kind: 'drop' }, 2)
  await actOnPage(page, { method: 'bca_va' })
  await actOnPage(page, { action: 'pay' })
  expect(await statusOf(customer, id)).toBe('CANCELLED')
  clock.advance(16 * minute)
  await pollPendingTopUps(system.parts)
  const again = await signInAgain(await shop(), customer)
  expect(await statusOf(again, id)).toBe('SUCCESS')
  expect((await again.get('/wallet')).body.data.creditBalance).toBe(50_000)
})

test('a page that was closed on our side is looked at a few times more, and then never again', async () => {
  const { system } = await shop()
  const customer = await newCustomer()
  const { id } = await topUp(customer, 'snap')
  await cancel(customer, id)
  const pauses: number[] = []
  for (;;) {
    const { nextPollAt } = await rowOfTopUp(await shop(), id)
    if (nextPollAt === null) break
    pauses.push((nextPollAt.getTime() - clock.now().getTime()) / hour)
    clock.set(nextPollAt)
    await pollPendingTopUps(system.parts)
  }
  expect(pauses).toEqual([0.25, 1, 6, 24, 72, 168, 720])
  expect(await statusOf(await signInAgain(await shop(), customer), id)).toBe('CANCELLED')
})

test('an order on which a method was chosen is withdrawn like any other', async () => {
  const { gateway } = await shop()
  const customer = await newCustomer()
  const { id, redirectUrl } = await topUp(customer, 'snap')
  await actOnPage((await fetch(redirectUrl)).url, { method: 'bca_va' })
  expect((await cancel(customer, id)).body.data.status).toBe('CANCELLED')
  expect(gateway.orders((await rowOfTopUp(await shop(), id)).orderId).at(-1)?.status).toBe('cancel')
})

test('a provider that is away withdraws nothing: 503, and the order stays open', async () => {
  const { gateway } = await shop()
  const customer = await newCustomer()
  const { id } = await topUp(customer)
  gateway.calls.failNext('cancel', { kind: 'html' }, 3)
  const { status, body } = await cancel(customer, id)
  expect({ status, body }).toFail(503, 'UNAVAILABLE')
  expect(await statusOf(customer, id)).toBe('PENDING')
  expect((await cancel(customer, id)).body.data.status).toBe('CANCELLED')
})

test('a cancel at the same moment as the payment ends in one of the two, and the books agree', async () => {
  const { gateway, system } = await shop()
  const customers = await Promise.all(Array.from({ length: 10 }, () => newCustomer()))
  await Promise.all(
    customers.map(async (customer) => {
      const { id, redirectUrl } = await topUp(customer)
      await Promise.all([cancel(customer, id), actOnPage(redirectUrl, { action: 'pay' })])
      const { status } = await ended(customer, id)
      expect(await customer.balance()).toBe(status === 'SUCCESS' ? 50_000 : 0)
      const order = gateway.orders((await rowOfTopUp(await shop(), id)).orderId).at(-1)
      expect(order?.status).toBe(status === 'SUCCESS' ? 'settlement' : 'cancel')
    }),
  )
  expect(await verifyBooks(system.parts.db)).toEqual([])
})

test('a settlement after the provider’s own cancel is credited', async () => {
  const { gateway } = await shop()
  const customer = await newCustomer()
  const { id } = await topUp(customer)
  await cancel(customer, id)
  const { orderId } = await rowOfTopUp(await shop(), id)
  await gateway.events.settle(orderId)
  await gateway.notifications.idle()
  await worked(await shop(), orderId)
  await paid(customer, id)
  expect(await (await signInAgain(await shop(), customer)).get('/wallet')).toMatchObject({
    body: { data: { creditBalance: 50_000 } },
  })
})
