import { afterEach, beforeEach, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { hour, ManualClock } from '../../src/lib/clock'
import { mailsTo } from '../support/mailbox'
import {
  actOnPage,
  notificationsOf,
  openShop,
  rowOfTopUp,
  type Shop,
  signedNotification,
  signInAgain,
  topUp,
  worked,
} from '../support/shop'
import type { TestCustomer } from '../support/system'

let clock: ManualClock
let shop: Shop
let customer: TestCustomer

beforeEach(async () => {
  clock = new ManualClock('2026-03-01T00:00:00Z')
  shop = await openShop({ clock })
  customer = await shop.system.customer()
})
afterEach(async () => {
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
  await shop.close()
})

const row = (id: string) => rowOfTopUp(shop, id)
const latest = (orderId: string) => shop.gateway.orders(orderId).at(-1)!
const adminAgain = () => signInAgain(shop, shop.system.firstAdmin!)
const casesOf = async (id: string) => (await (await adminAgain()).get(`/admin/payment-cases?topUpId=${id}`)).body.data
const balance = async () => (await (await signInAgain(shop, customer)).get('/wallet')).body.data.creditBalance

/** A hosted page on which a method is chosen whose answers name the transaction in the order's place, as DANA's do. */
async function nameless({ told }: { told: boolean }) {
  if (!told) shop.gateway.notifications.failNext({ kind: 'drop' }, 100)
  const { id, redirectUrl } = await topUp(customer, 'snap')
  const { orderId } = await row(id)
  const page = (await fetch(redirectUrl, { redirect: 'manual' })).headers.get('location')!
  await actOnPage(page, { method: 'gopay' })
  const { transactionId } = latest(orderId)
  await shop.gateway.events.reword(orderId, { answers: { order_id: transactionId } })
  return { id: id as string, orderId, transactionId }
}

/** Polls whenever it is due, for so long or until something is there. */
async function pollFor(ms: number, id: string, isThere = async () => false): Promise<void> {
  const end = clock.now().getTime() + ms
  for (;;) {
    const { nextPollAt } = await row(id)
    if (!nextPollAt || nextPollAt.getTime() > end || (await isThere())) return
    clock.set(new Date(Math.max(nextPollAt.getTime(), clock.now().getTime())))
    await pollPendingTopUps(shop.system.parts)
  }
}
const isSetAside = (id: string) => async () => (await casesOf(id)).length > 0

test('an answer that names the transaction is taken where a signed notice named that transaction with the order', async () => {
  const { id, orderId } = await nameless({ told: true })
  await shop.gateway.events.pay(orderId)
  await shop.gateway.notifications.idle()
  await worked(shop, orderId)
  expect(await row(id)).toMatchObject({ status: 'SUCCESS', providerTransactionId: latest(orderId).transactionId })
  expect(await customer.balance()).toBe(50_000)
})

test('a notice that names the transaction is worked on where another has named that transaction with the order', async () => {
  const { id, orderId, transactionId } = await nameless({ told: true })
  const named = { order_id: transactionId }
  await shop.gateway.events.reword(orderId, { answers: named, notices: named })
  await shop.gateway.events.pay(orderId)
  await shop.gateway.notifications.idle()
  expect(shop.gateway.notifications.deliveries.at(-1)).toMatchObject({
    body: { order_id: transactionId, transaction_status: 'settlement' },
    httpStatus: 200,
  })
  await worked(shop, orderId)
  expect((await row(id)).status).toBe('SUCCESS')
  expect(await customer.balance()).toBe(50_000)
})

test('before that it is refused with 404, so that it comes again, and is taken then', async () => {
  const { id, orderId, transactionId } = await nameless({ told: false })
  await shop.gateway.events.pay(orderId)
  const notice = signedNotification(transactionId, { transaction_id: transactionId })
  const send = (body: object) => shop.system.anybody.post('/webhooks/midtrans', body)
  expect(await send(notice)).toFail(404, 'NOT_FOUND')
  // The name of an order that is not ours ties nothing.
  expect(await send(signedNotification('TXMP-1-other', { transaction_id: transactionId }))).toFail(404, 'NOT_FOUND')
  expect((await row(id)).status).toBe('PENDING')
  // One from before the payment, long on its way; nothing is worked on, so that it is not the one that leads to the credit.
  await shop.system.parts.queue.stop(0)
  const tie = signedNotification(orderId, { transaction_id: transactionId, transaction_status: 'pending' })
  expect((await send(tie)).status).toBe(200)
  expect((await send(notice)).status).toBe(200)
  expect((await notificationsOf(shop, orderId)).map(({ received }) => received).toSorted()).toEqual([1, 2])
})

test('of the wrong sum it is not taken all the same', async () => {
  const { id, orderId } = await nameless({ told: true })
  const { transactionId } = latest(orderId)
  await shop.gateway.events.reword(orderId, { answers: { order_id: transactionId, gross_amount: '40000.00' } })
  await shop.gateway.events.pay(orderId)
  await shop.gateway.notifications.idle()
  await worked(shop, orderId)
  expect(await casesOf(id)).toMatchObject([{ kind: 'amount', amount: 40_000 }])
  expect(await customer.balance()).toBe(0)
})

test('where nobody tied it to the order it is a case within hours, which a person can credit', async () => {
  const { id, orderId, transactionId } = await nameless({ told: false })
  await shop.gateway.events.pay(orderId)
  const begun = clock.now().getTime()
  await pollFor(6 * hour, id, isSetAside(id))
  expect(clock.now().getTime() - begun).toBeLessThanOrEqual(4 * hour)
  expect((await row(id)).status).toBe('PENDING')
  const [found, ...others] = await casesOf(id)
  expect(found).toMatchObject({ kind: 'unusable', amount: 50_000, providerTransactionId: transactionId })
  expect(found.finding).toContain('names another order')
  expect(others).toEqual([])
  const { email } = shop.system.firstAdmin!
  expect(await mailsTo(shop.system, email, 'payment-alert')).toHaveLength(1)
  const decision = { action: 'credit', reason: 'seen in the dashboard' }
  expect((await (await adminAgain()).post(`/admin/payment-cases/${found.id}/resolve`, decision)).status).toBe(200)
  expect(await balance()).toBe(50_000)
  await pollFor(12 * hour, id)
  expect(await balance()).toBe(50_000)
})

test('a transaction that notices named with two orders is nobody’s', async () => {
  const { id, orderId, transactionId } = await nameless({ told: true })
  await shop.gateway.notifications.idle()
  const other = await topUp(await shop.system.customer())
  const claim = signedNotification((await row(other.id)).orderId, { transaction_id: transactionId })
  expect((await shop.system.anybody.post('/webhooks/midtrans', claim)).status).toBe(200)
  await shop.gateway.events.pay(orderId)
  await shop.gateway.notifications.idle()
  const notice = signedNotification(transactionId, { transaction_id: transactionId })
  expect(await shop.system.anybody.post('/webhooks/midtrans', notice)).toFail(404, 'NOT_FOUND')
  await pollFor(6 * hour, id, isSetAside(id))
  expect(await casesOf(id)).toMatchObject([{ kind: 'unusable', providerTransactionId: transactionId }])
  expect([(await row(id)).status, (await row(other.id)).status]).toEqual(['PENDING', 'PENDING'])
})

test.each([
  ['a sum with a fraction', { gross_amount: '50000.50' }, null],
  ['a status without a meaning', { transaction_status: 'authorize' }, 50_000],
  ['the name of another order', { order_id: 'TXMP-1-other' }, 50_000],
])('%s for two hours is a case, with what could be read of it; no sooner', async (_, answers, amount) => {
  shop.gateway.notifications.failNext({ kind: 'drop' }, 100)
  const { id } = await topUp(customer, 'qris')
  const { orderId } = await row(id)
  await shop.gateway.events.pay(orderId)
  await shop.gateway.events.reword(orderId, { answers })
  await pollFor(2 * hour, id)
  expect(await casesOf(id)).toEqual([])
  expect((await row(id)).unusableSince).not.toBeNull()
  await pollFor(2 * hour, id, isSetAside(id))
  const { transactionId } = latest(orderId)
  expect(await casesOf(id)).toMatchObject([{ kind: 'unusable', amount, providerTransactionId: transactionId }])
  // The provider corrects itself: credited as what it was, and nobody has to decide any more.
  await shop.gateway.events.reword(orderId, {})
  await pollFor(2 * hour, id)
  expect([(await row(id)).status, await balance()]).toEqual(['SUCCESS', 50_000])
  expect(await casesOf(id)).toMatchObject([{ status: 'DISMISSED' }])
})

test('a usable answer in between begins the two hours anew', async () => {
  shop.gateway.notifications.failNext({ kind: 'drop' }, 100)
  const { id } = await topUp(customer, 'qris')
  const { orderId } = await row(id)
  for (let round = 0; round < 3; round++) {
    await shop.gateway.events.reword(orderId, { answers: { transaction_status: 'authorize' } })
    await pollFor(1.5 * hour, id)
    await shop.gateway.events.reword(orderId, {})
    await pollFor(1.5 * hour, id)
  }
  expect(await casesOf(id)).toEqual([])
  expect((await row(id)).unusableSince).toBeNull()
})

test('one payment that can’t be used hides no other of the same order, and the latest does not hide the first', async () => {
  shop.gateway.notifications.failNext({ kind: 'drop' }, 100)
  const { id } = await topUp(customer, 'qris')
  const { orderId } = await row(id)
  const first = latest(orderId).transactionId
  clock.advance(1000)
  const second = (await shop.gateway.events.payAgain(orderId)).transactionId
  await shop.gateway.events.reword(second, { answers: { transaction_status: 'authorize' } })
  await shop.gateway.events.pay(first)
  await pollFor(hour / 2, id)
  expect(await row(id)).toMatchObject({ status: 'SUCCESS', providerTransactionId: first })
  expect(await balance()).toBe(50_000)
})
