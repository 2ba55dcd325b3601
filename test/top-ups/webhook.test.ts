import { describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { auditEntries } from '../../src/features/audit/tables'
import { verifyBooks } from '../../src/features/books'
import { topUps } from '../../src/features/top-ups/tables'
import {
  chargeAtGateway,
  ended,
  notificationsOf,
  rowOfTopUp,
  sharedShop,
  signedNotification,
  topUp,
  worked,
} from '../support/shop'

const shop = sharedShop()
const tell = async (body: unknown) => (await shop()).system.anybody.post('/webhooks/midtrans', body)

async function openOrder(method = 'bca_va') {
  const { system, gateway } = await shop()
  const customer = await system.customer()
  // The provider tells of the open order too; here only what a test sends shall arrive.
  gateway.notifications.failNext({ kind: 'drop' })
  const { id } = await topUp(customer, method)
  const { orderId } = await rowOfTopUp(await shop(), id)
  return { customer, id, orderId }
}

test('the same notification a hundred times at once credits once, and is kept once', async () => {
  const { gateway } = await shop()
  const { customer, id, orderId } = await openOrder()
  gateway.notifications.failNext({ kind: 'duplicate', copies: 100 })
  await gateway.events.pay(orderId)
  await gateway.notifications.idle()
  expect((await ended(customer, id)).status).toBe('SUCCESS')
  const kept = await worked(await shop(), orderId)
  expect(kept).toHaveLength(1)
  expect(kept[0]).toMatchObject({ received: 100, outcome: 'SUCCESS' })
  expect(await customer.balance()).toBe(50_000)
})

test('a hundred different notifications of one payment credit once', async () => {
  const { gateway } = await shop()
  const { customer, orderId } = await openOrder()
  gateway.notifications.failNext({ kind: 'drop' })
  await gateway.events.pay(orderId)
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => tell(signedNotification(orderId, { transaction_time: `${index}` }))),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const kept = await worked(await shop(), orderId)
  expect(kept).toHaveLength(100)
  expect(await customer.balance()).toBe(50_000)
  expect((await customer.get('/wallet/transactions')).body.meta.total).toBe(1)
})

test('a genuine notification that was relabelled as paid credits nothing: the provider is asked', async () => {
  const { customer, id, orderId } = await openOrder()
  // The signature covers order, code and amount, and not the status.
  const { status } = await tell(
    signedNotification(orderId, { transaction_status: 'settlement', fraud_status: 'accept' }),
  )
  expect(status).toBe(200)
  expect((await worked(await shop(), orderId)).map(({ outcome }) => outcome)).toEqual(['PENDING'])
  expect((await customer.get(`/wallet/top-ups/${id}`)).body.data.status).toBe('PENDING')
  expect(await customer.balance()).toBe(0)
})

test('what the provider says of a paid order counts, also where the notification says it failed', async () => {
  const { gateway } = await shop()
  const { customer, id, orderId } = await openOrder()
  gateway.notifications.failNext({ kind: 'drop' })
  await gateway.events.pay(orderId)
  await tell(signedNotification(orderId, { transaction_status: 'deny' }))
  expect((await ended(customer, id)).status).toBe('SUCCESS')
})

describe('a wrong signature is refused, and nothing is kept of it', () => {
  const wrong: [string, Record<string, unknown>][] = [
    ['another key', { signature_key: 'f'.repeat(128) }],
    ['none', { signature_key: undefined }],
    ['one of another type', { signature_key: 5 }],
    ['an empty one', { signature_key: '' }],
    ['another amount under the same signature', { gross_amount: '50000.01' }],
    ['another code under the same signature', { status_code: '201' }],
  ]
  for (const [name, change] of wrong) {
    test(name, async () => {
      const { customer, orderId } = await openOrder()
      const { status, body } = await tell({ ...signedNotification(orderId), ...change })
      expect({ status, body }).toFail(403, 'FORBIDDEN')
      expect(await notificationsOf(await shop(), orderId)).toEqual([])
      expect(await customer.balance()).toBe(0)
    })
  }
})

test('a genuine notification of an unknown order is 404, and kept for a person to find', async () => {
  const { status, body } = await tell(signedNotification('TXMP-1-unknown'))
  expect({ status, body }).toFail(404, 'NOT_FOUND')
  expect(await notificationsOf(await shop(), 'TXMP-1-unknown')).toMatchObject([
    { outcome: 'unknown order', received: 1 },
  ])
})

test.each([
  ['no JSON', '{"order_id": ', 400],
  ['an empty body', '', 422],
  ['a list', [], 422],
  ['a word', '"paid"', 422],
  ['null', 'null', 422],
  ['no order', {}, 422],
  ['a number for an order', { order_id: 7 }, 422],
  ['an empty order', { order_id: '' }, 422],
  ['an endless order', { order_id: 'x'.repeat(65) }, 422],
  ['far too much', { order_id: 'x', padding: 'x'.repeat(40_000) }, 413],
])('a malformed notification (%s) is refused', async (_, body, expected) => {
  const { status } = await tell(body)
  expect(status).toBe(expected)
})

test('a payment of another amount is not credited but put in quarantine, whatever the notification says', async () => {
  const current = await shop()
  const { gateway, system } = current
  const customer = await system.customer()
  // Our charge never arrives; somebody opens an order of the same name over one rupiah.
  gateway.calls.failNext('charge', { kind: 'status', httpStatus: 503 })
  const refused = await customer.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
  expect(refused.status).toBe(503)
  const { id, orderId } = await rowOfTopUp(current, refused.body.error.details.topUpId)
  await chargeAtGateway(current, orderId, 10_000)
  await gateway.events.pay(orderId)
  await tell(signedNotification(orderId))
  await worked(current, orderId)
  expect(await customer.balance()).toBe(0)
  expect((await rowOfTopUp(current, id)).status).not.toBe('SUCCESS')
  const acts = await system.parts.db.read.select().from(auditEntries).where(eq(auditEntries.targetId, id)).all()
  expect(acts.map(({ action, reason }) => [action, reason])).toContainEqual([
    'payment.quarantine',
    'paid Rp 10.000, not Rp 50.000',
  ])
})

test('a provider that can’t be asked right now is asked again until it answers', async () => {
  const { gateway } = await shop()
  const { customer, id, orderId } = await openOrder()
  gateway.calls.failNext('status', { kind: 'html' }, 3)
  await gateway.events.pay(orderId)
  expect((await ended(customer, id)).status).toBe('SUCCESS')
  expect(await customer.balance()).toBe(50_000)
})

test('notifications that come in the wrong order end in what the provider says last', async () => {
  const { gateway } = await shop()
  const { customer, id, orderId } = await openOrder()
  gateway.notifications.hold()
  await gateway.events.notifyAgain(orderId)
  await gateway.events.pay(orderId)
  await gateway.notifications.release((held) => held.toReversed())
  expect((await ended(customer, id)).status).toBe('SUCCESS')
  await worked(await shop(), orderId)
  expect((await customer.get(`/wallet/top-ups/${id}`)).body.data.status).toBe('SUCCESS')
})

test('all of it leaves the books in order', async () => {
  const { parts } = (await shop()).system
  expect(await verifyBooks(parts.db)).toEqual([])
  expect((await parts.db.read.select().from(topUps).all()).length).toBeGreaterThan(10)
})
