import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import type { Wording } from '../../src/embedded/gateway/order'
import { verifyBooks } from '../../src/features/books'
import { settleTopUp } from '../../src/features/top-ups/settle'
import { ManualClock, minute } from '../../src/lib/clock'
import { mailsTo } from '../support/mailbox'
import { openShop, rowOfTopUp, type Shop, signInAgain, topUp } from '../support/shop'
import { type TestCustomer, until } from '../support/system'
import { balancesOf, paidTopUp } from './till'

const clock = new ManualClock('2026-03-01T00:00:00Z')
let shop: Shop
let customer: TestCustomer
let before: Awaited<ReturnType<typeof balancesOf>>

beforeAll(async () => {
  shop = await openShop({ clock })
  shop.gateway.notifications.failNext({ kind: 'drop' }, 1_000)
})
afterAll(async () => {
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
  await shop.close()
})
beforeEach(async () => {
  customer = await shop.system.customer()
  before = await balancesOf(shop, customer)
})

const ask = (orderId: string) => settleTopUp(shop.system.parts, orderId)
const adminAgain = () => signInAgain(shop, shop.system.firstAdmin!)
const casesOf = async (id: string) => (await (await adminAgain()).get(`/admin/payment-cases?topUpId=${id}`)).body.data
const findingsOf = async (orderId: string) =>
  (await mailsTo(shop.system, shop.system.firstAdmin!.email, 'payment-alert'))
    .map(({ data }) => data as { orderId: string; finding: string })
    .filter((data) => data.orderId === orderId)
    .map(({ finding }) => finding)

/** What has moved since the test began. */
async function moved() {
  const after = await balancesOf(shop, customer)
  return { wallet: after.wallet, fees: after.fees - before.fees, clearing: after.clearing - before.clearing }
}

async function refundedInParts(answers: Wording['answers']) {
  const paid = await paidTopUp(shop, customer, 'gopay', 60_000)
  await shop.gateway.events.refund(paid.orderId, 10_000)
  await shop.gateway.events.refund(paid.orderId, 15_000)
  await shop.gateway.events.reword(paid.orderId, { answers })
  return paid
}

test.each([
  ['only in its list', { refund_amount: null }],
  ['only as a sum', { refunds: null }],
  ['as a sum, its list without sums', { refunds: [{ refund_key: 'dashboard-1' }, { refund_key: 'dashboard-2' }] }],
  ['as a sum smaller than the list', { refund_amount: '10000.00' }],
])('a partial refund that is said %s is taken in full', async (_, answers) => {
  const { orderId } = await refundedInParts(answers)
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 35_000, fees: 0, clearing: -35_000 })
})

test('a partial refund of which a part is said to have no sum can’t be used, and takes nothing', async () => {
  const refunds = [{ refund_key: 'dashboard-1' }, { refund_key: 'dashboard-2', refund_amount: '15000.00' }]
  const { orderId } = await refundedInParts({ refund_amount: null, refunds })
  await expect(ask(orderId)).rejects.toMatchObject({ kind: 'unusable' })
  expect(await moved()).toEqual({ wallet: 60_000, fees: 0, clearing: -60_000 })
})

test('a partial refund without any sum can’t be used, and takes nothing', async () => {
  const { orderId, id } = await refundedInParts({ refund_amount: null, refunds: null })
  await expect(ask(orderId)).rejects.toMatchObject({ kind: 'unusable' })
  expect((await rowOfTopUp(shop, id)).unusableSince).not.toBeNull()
  expect(await moved()).toEqual({ wallet: 60_000, fees: 0, clearing: -60_000 })
})

test('a partial chargeback takes its own sum and no more, and is given again when the dispute is won', async () => {
  const { orderId } = await paidTopUp(shop, customer, 'gopay', 120_000)
  await shop.gateway.events.chargeback(orderId, 20_000)
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 100_000, fees: 0, clearing: -100_000 })
  await shop.gateway.events.chargeback(orderId, 30_000)
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 70_000, fees: 0, clearing: -70_000 })
  await shop.gateway.events.settle(orderId)
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 120_000, fees: 0, clearing: -120_000 })
})

test('a partial chargeback without a sum takes nothing, and is a case', async () => {
  const { id, orderId } = await paidTopUp(shop, customer, 'gopay', 120_000)
  await shop.gateway.events.chargeback(orderId, 20_000)
  await shop.gateway.events.reword(orderId, { answers: { refund_chargeback_amount: null } })
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 120_000, fees: 0, clearing: -120_000 })
  expect(await casesOf(id)).toMatchObject([{ kind: 'chargeback', status: 'OPEN' }])
  expect(await findingsOf(orderId)).toEqual(['partly charged back, and not said how much'])
})

test('with a fee that the customer bears the original is credited, and the fee is booked', async () => {
  const { id } = await topUp(customer, 'qris', 50_000)
  const { orderId } = await rowOfTopUp(shop, id)
  await shop.gateway.events.payWithFee(orderId, 1_500)
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 50_000, fees: 1_500, clearing: -51_500 })
  const again = await signInAgain(shop, customer)
  expect((await again.get(`/wallet/top-ups/${id}`)).body.data).toMatchObject({ total: 50_000, surcharge: 1_500 })
  await shop.gateway.events.refund(orderId, 20_000)
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 30_000, fees: 1_500, clearing: -31_500 })
  await shop.gateway.events.refund(orderId)
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 0, fees: 0, clearing: 0 })
})

test.each([
  ['without a word of the original', { metadata: null }],
  ['with another original', { metadata: { extra_info: { gross_amount_info: { original_amount: '40000.00' } } } }],
])('more than was ordered, %s, is a case', async (_, answers) => {
  const { id } = await topUp(customer, 'qris', 50_000)
  const { orderId } = await rowOfTopUp(shop, id)
  await shop.gateway.events.payWithFee(orderId, 1_500)
  await shop.gateway.events.reword(orderId, { answers })
  await ask(orderId)
  expect(await moved()).toEqual({ wallet: 0, fees: 0, clearing: 0 })
  expect(await casesOf(id)).toMatchObject([{ kind: 'amount', amount: 51_500 }])
})

test.each(['expire', 'pending'] as const)(
  '%s for a credited payment moves nothing, and is an alert',
  async (status) => {
    const { id, orderId } = await paidTopUp(shop, customer)
    await shop.gateway.events.mislabel(orderId, status)
    await ask(orderId)
    await ask(orderId)
    expect(await moved()).toEqual({ wallet: 50_000, fees: 0, clearing: -50_000 })
    expect((await rowOfTopUp(shop, id)).status).toBe('SUCCESS')
    const said = status === 'expire' ? 'expired' : 'pending'
    expect(await findingsOf(orderId)).toEqual([
      `a credited payment is said to be ${said}: see what the provider has of it`,
    ])
  },
)

test('a refund that was sent and that the provider lists no more moves nothing, and is an alert after 15 minutes', async () => {
  const { id, orderId } = await paidTopUp(shop, customer, 'gopay', 50_000)
  const admin = await adminAgain()
  const order = { amount: 20_000, reason: 'asked for it' }
  const refundId = (await admin.post(`/admin/top-ups/${id}/refunds`, order)).body.data.id
  await until(
    'the refund',
    async () => (await admin.get(`/admin/refunds?topUpId=${id}`)).body.data[0],
    ({ status }) => status === 'POSTED',
  )
  await shop.gateway.events.forgetRefund(orderId, refundId)
  await ask(orderId)
  expect(await findingsOf(orderId)).toEqual([])
  clock.advance(16 * minute)
  await ask(orderId)
  await ask(orderId)
  expect(await findingsOf(orderId)).toEqual([
    `refund ${refundId} of Rp 20.000 was sent, and the provider does not list it any more`,
  ])
  expect(await moved()).toEqual({ wallet: 30_000, fees: 0, clearing: -30_000 })
})
