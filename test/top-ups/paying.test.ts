import { describe, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { actOnPage, ended, newCardToken, rowOfTopUp, sharedShop, topUp, worked } from '../support/shop'
import { type Caller, until } from '../support/system'

const shop = sharedShop()

const transactionOf = async (customer: Caller, customId: string) =>
  (await customer.get(`/wallet/transactions/${customId}`)).body.data
const newCustomer = async () => (await shop()).system.customer()

describe('a top-up that is paid on the gateway’s page is credited once', () => {
  const methods = ['bca_va', 'bni_va', 'bri_va', 'permata_va', 'mandiri_bill', 'gopay', 'shopeepay', 'qris'] as const
  for (const method of methods) {
    test(method, async () => {
      const customer = await newCustomer()
      const opened = await topUp(customer, method, 75_000)
      expect(opened).toMatchObject({
        status: 'PENDING',
        method,
        amount: 75_000,
      })
      expect(opened.customId).toMatch(/^TXMP-\d+$/)
      expect(opened.instructions.kind).toBe(method.endsWith('_va') ? 'virtual_account' : kindOf[method]!)
      expect(await customer.balance()).toBe(0)
      expect((await actOnPage(opened.redirectUrl, { action: 'pay' })).status).toBe(303)
      expect((await ended(customer, opened.id)).status).toBe('SUCCESS')
      expect(await customer.balance()).toBe(75_000)
      expect(await transactionOf(customer, opened.customId)).toMatchObject({
        type: 'TOP_UP',
        status: 'SUCCESS',
        amount: 75_000,
        balanceAfter: 75_000,
      })
    })
  }

  test('snap, where the customer chooses the method there', async () => {
    const customer = await newCustomer()
    const opened = await topUp(customer, 'snap')
    const page = (await fetch(opened.redirectUrl)).url
    await actOnPage(page, { method: 'bca_va' })
    expect(await customer.balance()).toBe(0)
    await actOnPage(page, { action: 'pay' })
    expect((await ended(customer, opened.id)).status).toBe('SUCCESS')
    expect(await customer.balance()).toBe(50_000)
  })

  test('credit_card, through its 3-D Secure page', async () => {
    const customer = await newCustomer()
    const order = { amount: 50_000, method: 'credit_card', cardToken: await newCardToken(await shop()) }
    const { status, body } = await customer.post('/wallet/top-ups', order)
    expect(status).toBe(201)
    await actOnPage(body.data.redirectUrl, { action: 'pay' })
    expect((await ended(customer, body.data.id)).status).toBe('SUCCESS')
    expect(await customer.balance()).toBe(50_000)
  })
})

const kindOf: Record<string, string> = { mandiri_bill: 'bill', gopay: 'deeplink', shopeepay: 'deeplink', qris: 'qr' }

test.each([
  ['deny', 'FAILED'],
  ['expire', 'EXPIRED'],
])('an order that comes to %s on the page is %s and credits nothing', async (action, status) => {
  const customer = await newCustomer()
  const opened = await topUp(customer, 'gopay')
  await actOnPage(opened.redirectUrl, { action })
  expect((await ended(customer, opened.id)).status).toBe(status)
  expect(await transactionOf(customer, opened.customId)).toMatchObject({ status, balanceAfter: null })
  expect(await customer.balance()).toBe(0)
})

test('a payment that comes after the order had expired is credited all the same', async () => {
  const { gateway } = await shop()
  const customer = await newCustomer()
  const opened = await topUp(customer)
  await actOnPage(opened.redirectUrl, { action: 'expire' })
  expect((await ended(customer, opened.id)).status).toBe('EXPIRED')
  const { orderId } = await rowOfTopUp(await shop(), opened.id)
  await gateway.events.settle(orderId)
  await gateway.notifications.idle()
  const { status } = await untilPaid(customer, opened.id)
  expect(status).toBe('SUCCESS')
  expect(await customer.balance()).toBe(50_000)
})

async function untilPaid(customer: Caller, id: string) {
  return until(
    'the payment',
    async () => (await customer.get(`/wallet/top-ups/${id}`)).body.data,
    ({ status }) => status === 'SUCCESS',
  )
}

test('a reversal that a notification tells of leaves the wallet, as a movement of its own', async () => {
  const { gateway } = await shop()
  const customer = await newCustomer()
  const opened = await topUp(customer)
  const { orderId } = await rowOfTopUp(await shop(), opened.id)
  await gateway.events.pay(orderId)
  await ended(customer, opened.id)
  await gateway.events.deny(orderId)
  await gateway.notifications.idle()
  await worked(await shop(), orderId)
  expect((await customer.get(`/wallet/top-ups/${opened.id}`)).body.data.status).toBe('SUCCESS')
  expect(await customer.balance()).toBe(0)
  expect((await customer.get('/wallet/transactions')).body.data).toMatchObject([
    { type: 'ADJUSTMENT', status: 'SUCCESS', amount: -50_000, balanceAfter: 0 },
    { type: 'TOP_UP', status: 'SUCCESS', amount: 50_000, balanceAfter: 50_000 },
  ])
})

test('totals and statistics tell what was paid in', async () => {
  const customer = await newCustomer()
  const first = await topUp(customer, 'bca_va', 20_000)
  await topUp(customer, 'qris', 30_000)
  await actOnPage(first.redirectUrl, { action: 'pay' })
  await ended(customer, first.id)
  expect((await customer.get('/wallet')).body.data).toEqual({
    creditBalance: 20_000,
    totalTopUp: 20_000,
    totalSpent: 0,
    owed: 0,
    currency: 'IDR',
  })
  expect((await customer.get('/wallet/statistics')).body.data).toMatchObject({
    transactions: 1,
    pendingTopUps: 1,
    byType: [{ type: 'TOP_UP', count: 1, amount: 20_000 }],
  })
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks((await shop()).system.parts.db)).toEqual([])
})
