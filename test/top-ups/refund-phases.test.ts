import { afterEach, beforeEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { beginRefund } from '../../src/features/top-ups/refunds'
import { refunds } from '../../src/features/top-ups/tables'
import type { Actor } from '../../src/http/access'
import { hour, ManualClock, minute } from '../../src/lib/clock'
import type { RefundRequest } from '../../src/payments'
import { jobs, retryJob } from '../../src/queue'
import { mailsTo } from '../support/mailbox'
import { openShop, type Shop } from '../support/shop'
import { type TestCustomer, until } from '../support/system'
import { balancesOf, paidTopUp, quickPayments } from './till'

let clock: ManualClock
let shop: Shop
let customer: TestCustomer
let paid: Awaited<ReturnType<typeof paidTopUp>>
/** What the sender was asked for, and where it is cut off. */
let asked: RefundRequest[]
let cutOff: 'before' | 'after' | undefined

beforeEach(async () => {
  clock = new ManualClock('2026-03-01T00:00:00Z')
  shop = await openShop({ clock })
  shop.gateway.notifications.failNext({ kind: 'drop' }, 1_000)
  asked = []
  cutOff = undefined
  const payments = quickPayments(shop, 1_000)
  shop.system.parts.payments = {
    ...shop.system.parts.payments,
    refund: async (orderId, request) => {
      asked.push(request)
      if (cutOff === 'before') throw new Error('cut off before it was sent')
      const result = await payments.refund(orderId, request)
      if (cutOff === 'after') throw new Error('cut off after it was sent')
      return result
    },
  }
  customer = await shop.system.customer()
  paid = await paidTopUp(shop, customer, 'gopay', 50_000)
})
afterEach(() => shop.close())

const begin = (amount: number) => {
  const { parts } = shop.system
  return parts.db.write((tx) =>
    beginRefund(parts, tx, { userId: customer.id } as Actor, paid.id, { amount, reason: 'asked for it' }),
  )
}
const jobOf = async () =>
  (await shop.system.parts.db.read.select().from(jobs).where(eq(jobs.kind, 'refund.send')).get())!
const tried = (times: number) =>
  until('the next try', jobOf, ({ attempts, status }) => attempts >= times && status !== 'RUNNING')
const statusOf = async (id: string) =>
  (await shop.system.parts.db.read.select().from(refunds).where(eq(refunds.id, id)).get())!.status
const sentAmounts = () =>
  shop.gateway
    .orders(paid.orderId)
    .at(-1)!
    .refunds.map(({ amount }) => amount)

async function tryAgain(times: number) {
  clock.advance(hour)
  shop.system.parts.queue.wake('refund.send')
  return tried(times)
}

test.each(['before', 'after'] as const)('cut off %s it is sent, it is sent once and posted once', async (where) => {
  cutOff = where
  const { id } = await begin(20_000)
  await tried(1)
  expect(await statusOf(id)).toBe('RESERVED')
  expect(sentAmounts()).toEqual(where === 'before' ? [] : [20_000])
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 30_000, payable: 20_000 })
  cutOff = undefined
  await tryAgain(2)
  expect(await statusOf(id)).toBe('POSTED')
  expect(sentAmounts()).toEqual([20_000])
  expect(asked.map(({ key }) => key)).toEqual([id, id])
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 30_000, payable: 0, clearing: -30_000 })
  expect(await mailsTo(shop.system, customer.email, 'refund-sent')).toHaveLength(1)
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
})

test('a provider that did it and never answered is believed when it is asked: posted once, also without the job', async () => {
  shop.gateway.calls.failNext('refund', { kind: 'lost' }, 2)
  const { id } = await begin(20_000)
  await tried(1)
  expect(await statusOf(id)).toBe('RESERVED')
  expect(sentAmounts()).toEqual([20_000])
  clock.advance(16 * minute)
  await pollPendingTopUps(shop.system.parts)
  expect(await statusOf(id)).toBe('POSTED')
  await tryAgain(2)
  expect(sentAmounts()).toEqual([20_000])
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 30_000, payable: 0, clearing: -30_000 })
})

test('one that the provider has sent can’t be withdrawn', async () => {
  cutOff = 'after'
  const { id } = await begin(20_000)
  await tried(1)
  const admin = await shop.system.admin()
  const { status, body } = await admin.post(`/admin/refunds/${id}/withdraw`, { reason: 'not after all' })
  expect([status, body.error.code, body.error.details.status]).toEqual([409, 'INVALID_STATE', 'POSTED'])
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 30_000, payable: 0 })
})

test('one that was not sent can be withdrawn, and is then never sent', async () => {
  cutOff = 'before'
  const { id } = await begin(20_000)
  await tried(1)
  const admin = await shop.system.admin()
  const key = { 'idempotency-key': 'withdraw' }
  const withdraw = () => admin.post(`/admin/refunds/${id}/withdraw`, { reason: 'not after all' }, key)
  const [first, again] = [await withdraw(), await withdraw()]
  expect([first.status, first.body.data.status]).toEqual([200, 'VOIDED'])
  expect(again.body).toEqual(first.body)
  cutOff = undefined
  await tryAgain(2)
  expect(sentAmounts()).toEqual([])
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 50_000, payable: 0 })
})

test('what was withdrawn and is sent by the provider all the same leaves the wallet again', async () => {
  cutOff = 'before'
  const { id, amount } = await begin(20_000)
  await tried(1)
  const admin = await shop.system.admin()
  await admin.post(`/admin/refunds/${id}/withdraw`, { reason: 'not after all' })
  // A request that was long on its way.
  await quickPayments(shop).refund(paid.orderId, { key: id, amount, reason: 'late' })
  clock.advance(16 * minute)
  await pollPendingTopUps(shop.system.parts)
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 30_000, owed: 0, payable: 0, clearing: -30_000 })
})

test('a chargeback is made up for as soon as a promised refund is taken back', async () => {
  cutOff = 'before'
  const { id } = await begin(20_000)
  await tried(1)
  await shop.gateway.events.chargeback(paid.orderId)
  const admin = await shop.system.admin()
  await admin.post(`/admin/refunds/${id}/withdraw`, { reason: 'not after all' })
  clock.advance(minute)
  await pollPendingTopUps(shop.system.parts)
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 0, owed: 0, payable: 0, clearing: 0 })
})

test('a refund that can’t be sent for hours is told to the administrators, keeps the money, and can be tried again', async () => {
  cutOff = 'before'
  const { id } = await begin(20_000)
  for (let times = 1; times <= 15; times++) await (times === 1 ? tried(1) : tryAgain(times))
  const { id: jobId, status } = await jobOf()
  expect(status).toBe('DEAD')
  expect(await statusOf(id)).toBe('RESERVED')
  const { email } = shop.system.firstAdmin!
  expect((await mailsTo(shop.system, email, 'payment-alert')).map(({ data }) => data)).toMatchObject([
    { finding: `refund ${id} of Rp 20.000 could not be sent: retry its job, or withdraw it` },
  ])
  cutOff = undefined
  const { parts } = shop.system
  await parts.db.write((tx) => retryJob(parts, tx, jobId))
  await until(
    'the refund',
    () => statusOf(id),
    (now) => now === 'POSTED',
  )
  expect(sentAmounts()).toEqual([20_000])
})
