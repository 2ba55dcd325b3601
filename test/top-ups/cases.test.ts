import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { settleTopUp } from '../../src/features/top-ups/settle'
import { mailsTo } from '../support/mailbox'
import { chargeAtGateway, rowOfTopUp, type Shop, sharedShop, topUp, worked } from '../support/shop'
import type { Caller } from '../support/system'
import { paidTopUp } from './till'

const shared = sharedShop()
let shop: Shop
let admin: Caller
let adminEmail: string

beforeAll(async () => {
  shop = await shared()
  admin = await shop.system.admin()
  adminEmail = (await admin.get('/auth/me')).body.data.email
})

const ask = (orderId: string, transactionId?: string) => settleTopUp(shop.system.parts, orderId, { transactionId })
const casesOf = async (topUpId: string) => (await admin.get(`/admin/payment-cases?topUpId=${topUpId}`)).body.data
const resolve = (id: string, action: 'credit' | 'dismiss', headers = {}) =>
  admin.post(`/admin/payment-cases/${id}/resolve`, { action, reason: 'looked into it' }, headers)
const alertsTo = async (email: string, orderId: string) =>
  (await mailsTo(shop.system, email, 'payment-alert')).filter(
    ({ data }) => (data as { orderId: string }).orderId === orderId,
  )

/** A top-up that is credited, and a second payment under its order. */
async function paidTwice() {
  const customer = await shop.system.customer()
  const { id, orderId } = await paidTopUp(shop, customer)
  const second = await shop.gateway.events.payAgain(orderId)
  await ask(orderId)
  const [found] = await casesOf(id)
  return { customer, id, orderId, second, found }
}

/** A top-up over 50,000 whose order was paid with another amount. */
async function paidWrongly(amount = 10_000) {
  const customer = await shop.system.customer()
  shop.gateway.calls.failNext('charge', { kind: 'html' })
  const { body } = await customer.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
  const id: string = body.error.details.topUpId
  const { orderId } = await rowOfTopUp(shop, id)
  await chargeAtGateway(shop, orderId, amount)
  await shop.gateway.events.pay(orderId)
  await ask(orderId)
  const [found] = await casesOf(id)
  return { customer, id, orderId, found }
}

test('a second payment for one order is set aside once, and every active administrator hears of it once', async () => {
  const other = await shop.system.customer()
  await admin.put(`/admin/users/${other.id}/role`, { role: 'ADMINISTRATOR', reason: 'helps out' })
  const { customer, id, orderId, second, found } = await paidTwice()
  await Promise.all(Array.from({ length: 10 }, () => ask(orderId)))
  expect(await casesOf(id)).toEqual([found])
  expect(found).toMatchObject({
    kind: 'second_payment',
    providerTransactionId: second.transactionId,
    amount: 50_000,
    status: 'OPEN',
    resolvedBy: null,
  })
  expect(await customer.balance()).toBe(50_000)
  expect(await alertsTo(adminEmail, orderId)).toHaveLength(1)
  expect(await alertsTo(other.email, orderId)).toHaveLength(1)
  expect(await alertsTo(customer.email, orderId)).toHaveLength(0)
  await admin.put(`/admin/users/${other.id}/role`, { role: 'USER', reason: 'helped' })
})

test('of twenty administrators who decide at once one does, and the money comes once', async () => {
  const { customer, found } = await paidTwice()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => resolve(found.id, index % 2 === 0 ? 'credit' : 'dismiss')),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(19).fill(409)])
  const status = answers.find((answer) => answer.status === 200)!.body.data.status
  expect(await customer.balance()).toBe(status === 'CREDITED' ? 100_000 : 50_000)
})

test('a credit under one Idempotency-Key is answered twice and booked once', async () => {
  const { customer, found } = await paidTwice()
  const key = { 'idempotency-key': `case-${found.id}` }
  const answers = [await resolve(found.id, 'credit', key), await resolve(found.id, 'credit', key)]
  expect(answers.map(({ status, body }) => [status, body.data.status])).toEqual([
    [200, 'CREDITED'],
    [200, 'CREDITED'],
  ])
  expect(await customer.balance()).toBe(100_000)
})

test('a dismissed payment moves nothing, and stays dismissed however often it is told again', async () => {
  const { customer, id, orderId, found } = await paidTwice()
  expect((await resolve(found.id, 'dismiss')).body.data).toMatchObject({
    status: 'DISMISSED',
    reason: 'looked into it',
  })
  await ask(orderId)
  expect((await casesOf(id)).map(({ status }: { status: string }) => status)).toEqual(['DISMISSED'])
  expect(await customer.balance()).toBe(50_000)
})

test('a payment of another amount credits nothing; crediting it by hand fails the order that waited', async () => {
  const { customer, id, found } = await paidWrongly()
  expect(found).toMatchObject({ kind: 'amount', amount: 10_000, finding: 'paid Rp 10.000, not Rp 50.000' })
  expect(await rowOfTopUp(shop, id)).toMatchObject({ status: 'PENDING', nextPollAt: expect.any(Date) })
  expect((await resolve(found.id, 'credit')).status).toBe(200)
  expect((await rowOfTopUp(shop, id)).status).toBe('FAILED')
  expect((await customer.get('/wallet/transactions')).body.data).toMatchObject([
    { type: 'ADJUSTMENT', amount: 10_000, balanceAfter: 10_000, status: 'SUCCESS' },
    { type: 'TOP_UP', status: 'FAILED', amount: 50_000 },
  ])
})

test('the credited payment is still followed where another one came after it', async () => {
  const { customer, id, orderId, found } = await paidTwice()
  const [first] = shop.gateway.orders(orderId)
  // Under its own id: under the order's the provider speaks of the latest.
  await shop.gateway.events.deny(first!.transactionId)
  await shop.gateway.notifications.idle()
  await worked(shop, orderId)
  await ask(orderId)
  expect(await customer.balance()).toBe(0)
  expect((await rowOfTopUp(shop, id)).reversed).toBe(50_000n)
  expect((await casesOf(id)).map(({ status }: { status: string }) => status)).toEqual([found.status])
})

test('a payment that came before the latest is found because it was named with the order, without a word of it', async () => {
  const customer = await shop.system.customer()
  const { id } = await topUp(customer, 'gopay')
  const { orderId } = await rowOfTopUp(shop, id)
  await shop.gateway.notifications.idle()
  await worked(shop, orderId)
  shop.gateway.notifications.hold()
  const first = await shop.gateway.events.pay(orderId)
  const second = await shop.gateway.events.payAgain(orderId)
  await ask(orderId)
  expect((await rowOfTopUp(shop, id)).providerTransactionId).toBe(second.transactionId)
  expect(await casesOf(id)).toMatchObject([{ kind: 'second_payment', providerTransactionId: first.transactionId }])
  await shop.gateway.notifications.release()
  await worked(shop, orderId)
  expect(await casesOf(id)).toHaveLength(1)
  expect(await customer.balance()).toBe(50_000)
})

test('a payment of somebody else’s order, named in a genuine notification, changes nothing', async () => {
  const [customer, other] = [await shop.system.customer(), await shop.system.customer()]
  const { id } = await topUp(customer)
  const { orderId } = await rowOfTopUp(shop, id)
  const paid = await paidTopUp(shop, other)
  const [foreign] = shop.gateway.orders(paid.orderId)
  await ask(orderId, foreign!.transactionId)
  expect((await rowOfTopUp(shop, id)).status).toBe('PENDING')
  expect(await casesOf(id)).toEqual([])
})

test('a case says when its money has gone back before anybody decided', async () => {
  const { id, orderId } = await paidTwice()
  await shop.gateway.events.chargeback(orderId)
  await ask(orderId)
  await ask(orderId)
  expect((await casesOf(id))[0].finding).toBe('a second payment of Rp 50.000 for one order; now charged_back')
})

test('a payment that was credited by hand and then reversed is told to the administrators once', async () => {
  const { customer, id, orderId, found } = await paidTwice()
  await resolve(found.id, 'credit')
  await shop.gateway.events.deny(orderId)
  await ask(orderId)
  await ask(orderId)
  expect(await customer.balance()).toBe(100_000)
  const { body } = await admin.get(`/admin/audit?action=payment.alert&targetId=${id}`)
  expect(body.data).toMatchObject([{ reason: 'a payment that was credited by hand is denied: take it back by hand' }])
  expect(await alertsTo(adminEmail, orderId)).toHaveLength(2)
})

test('what was paid to another merchant can only be dismissed', async () => {
  const customer = await shop.system.customer()
  await shop.gateway.notifications.idle()
  shop.gateway.notifications.failNext({ kind: 'drop' }, 2)
  const { id } = await topUp(customer, 'gopay')
  const { orderId } = await rowOfTopUp(shop, id)
  await shop.gateway.events.pay(orderId)
  const { parts } = shop.system
  const status = async (order: string) => ({ ...(await parts.payments.status(order)), merchantId: 'G999' })
  await settleTopUp({ ...parts, payments: { ...parts.payments, status } }, orderId)
  const [found] = await casesOf(id)
  expect(found).toMatchObject({ kind: 'merchant', finding: 'paid to another merchant' })
  expect(await resolve(found.id, 'credit')).toFail(409, 'INVALID_STATE')
  expect((await resolve(found.id, 'dismiss')).status).toBe(200)
  expect(await customer.balance()).toBe(0)
})

test('cases are listed by status, in pages, for administrators alone', async () => {
  const open = (await admin.get('/admin/payment-cases?status=OPEN&limit=1')).body
  expect(open.data).toHaveLength(1)
  expect(open.meta.total).toBeGreaterThan(1)
  expect((await admin.get('/admin/payment-cases?status=ODD')).status).toBe(422)
  expect((await (await shop.system.customer()).get('/admin/payment-cases')).status).toBe(403)
  expect((await resolve('case_none', 'dismiss')).status).toBe(404)
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
})

/** What the provider says of the order from now on, whatever it said before. */
const askCorrected = (orderId: string, amount: bigint) => {
  const { parts } = shop.system
  const status: typeof parts.payments.status = async (...asked) => ({
    ...(await parts.payments.status(...asked)),
    amount,
  })
  return settleTopUp({ ...parts, payments: { ...parts.payments, status } }, orderId)
}

test('a payment whose amount the provider corrects is credited as the top-up, and its open case is closed', async () => {
  const { customer, id, orderId, found } = await paidWrongly()
  expect(await askCorrected(orderId, 50_000n)).toBe('SUCCESS')
  expect(await customer.balance()).toBe(50_000)
  expect(await casesOf(id)).toMatchObject([{ id: found.id, status: 'DISMISSED', resolvedBy: null }])
  expect((await resolve(found.id, 'credit')).status).toBe(409)
  expect(await customer.balance()).toBe(50_000)
})

test('a payment that was credited by hand is not credited once more when the provider corrects it, and people hear of it', async () => {
  const { customer, id, orderId, found } = await paidWrongly()
  expect((await resolve(found.id, 'credit')).status).toBe(200)
  expect(await customer.balance()).toBe(10_000)
  for (let times = 0; times < 2; times++) expect(await askCorrected(orderId, 50_000n)).toBe('FAILED')
  expect(await customer.balance()).toBe(10_000)
  expect(await casesOf(id)).toMatchObject([{ id: found.id, status: 'CREDITED' }])
  expect(await alertsTo(adminEmail, orderId)).toHaveLength(2)
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
})
