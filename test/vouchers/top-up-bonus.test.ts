import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { settleTopUp } from '../../src/features/top-ups/settle'
import { day, ManualClock } from '../../src/lib/clock'
import { mailTo } from '../support/mailbox'
import { openShop, rowOfTopUp, type Shop, sharedShop, signInAgain } from '../support/shop'
import type { Caller, TestCustomer } from '../support/system'
import { movementsOf, spend } from '../top-ups/till'
import { bonus, makeVoucher, reasonOf, refusedFor, type TestVoucher, usesOf } from './codes'

const shared = sharedShop()
let shop: Shop
let admin: Caller
beforeAll(async () => {
  shop = await shared()
  admin = await shop.system.admin()
  // What happens is asked for: a notification would only do the same at another moment.
  shop.gateway.notifications.failNext({ kind: 'drop' }, 5_000)
})

const ask = (orderId: string) => settleTopUp(shop.system.parts, orderId)
const walletOf = async (customer: Caller) => (await customer.get('/wallet')).body.data

async function order(customer: Caller, { code }: TestVoucher, amount = 100_000) {
  const { status, body } = await customer.post('/wallet/top-ups', { amount, method: 'qris', voucher: code })
  if (status !== 201) throw new Error(JSON.stringify(body))
  const { orderId } = await rowOfTopUp(shop, body.data.id)
  return { ...body.data, orderId }
}

async function paid(terms: object = {}, amount = 100_000) {
  const customer = await shop.system.customer()
  const voucher = await makeVoucher(admin, bonus(terms))
  const ordered = await order(customer, voucher, amount)
  await shop.gateway.events.pay(ordered.orderId)
  await Promise.all([ask(ordered.orderId), ask(ordered.orderId), ask(ordered.orderId)])
  return { ...ordered, customer, voucher } as {
    customer: TestCustomer
    voucher: TestVoucher
    id: string
    orderId: string
  }
}

test('a bonus is promised with the order, credited once when it is paid, and is no top-up', async () => {
  const customer = await shop.system.customer()
  const voucher = await makeVoucher(admin, bonus({ maximum: 8_000 }))
  const ordered = await order(customer, voucher)
  expect(ordered).toMatchObject({ bonus: 8_000, voucher: voucher.code, total: 100_000 })
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 0 })
  expect(await usesOf(admin, voucher)).toMatchObject({ used: 1, uses: [{ status: 'RESERVED', amount: 8_000 }] })
  await shop.gateway.events.pay(ordered.orderId)
  await Promise.all([ask(ordered.orderId), ask(ordered.orderId)])
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 108_000, totalTopUp: 100_000, owed: 0 })
  expect(await movementsOf(customer)).toMatchObject([
    { type: 'TOP_UP', amount: 100_000 },
    { type: 'BONUS', amount: 8_000, balanceAfter: 108_000, description: `Voucher bonus for ${ordered.customId}` },
  ])
  expect(await usesOf(admin, voucher)).toMatchObject({ used: 1, uses: [{ status: 'USED' }] })
  const { data } = await mailTo(shop.system, customer.email, 'top-up-received')
  expect(data).toMatchObject({ amount: 100_000, bonus: 8_000, balance: 108_000 })
})

test('an order that ends without money lets its use go', async () => {
  const customer = await shop.system.customer()
  const voucher = await makeVoucher(admin, bonus({ maxUses: 1 }))
  const { id } = await order(customer, voucher)
  const second = await customer.post('/wallet/top-ups', { amount: 50_000, method: 'qris', voucher: voucher.code })
  expect(reasonOf(second)).toEqual(refusedFor('used-up'))
  expect((await customer.post(`/wallet/top-ups/${id}/cancel`)).status).toBe(200)
  expect(await usesOf(admin, voucher)).toMatchObject({ used: 0, uses: [{ status: 'RELEASED' }] })
  expect((await order(customer, voucher)).bonus).toBe(10_000)
})

test('what the bank takes back takes its part of the bonus along, what was spent of it is owed, and all may come again', async () => {
  const { customer, orderId } = await paid()
  await spend(shop, customer, 105_000)
  await shop.gateway.events.deny(orderId)
  await Promise.all([ask(orderId), ask(orderId)])
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 0, owed: 105_000, totalTopUp: 0 })
  expect((await movementsOf(customer)).map(({ amount }) => amount)).toEqual([
    100_000, 10_000, -105_000, 95_000, -100_000, 10_000, -10_000,
  ])
  await shop.gateway.events.settle(orderId)
  await ask(orderId)
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 5_000, owed: 0, totalTopUp: 100_000 })
})

test('a refund to the method takes its part of the bonus along, and is no larger than leaves room for that', async () => {
  const { customer, id } = await paid()
  await spend(shop, customer, 10_000)
  const refund = (amount?: number) =>
    admin.post(`/admin/top-ups/${id}/refunds`, { way: 'manual', reason: 'asked for', ...(amount && { amount }) })
  // 90,910 and 9,091 of the bonus would be more than the 100,000 that are left.
  expect(await refund(90_910)).toFail(409, 'INVALID_STATE')
  const { status, body } = await refund()
  expect([status, body.data.amount]).toEqual([201, 90_909])
  expect((await walletOf(customer)).creditBalance).toBe(0)
  const withdrawn = await admin.post(`/admin/refunds/${body.data.id}/withdraw`, { reason: 'not wanted after all' })
  expect(withdrawn.status).toBe(200)
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 100_000, owed: 0 })
  expect((await refund(50_000)).status).toBe(201)
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 45_000, owed: 0 })
})

test('a customer’s limit counts what is promised, and one that is for new customers asks for the first top-up', async () => {
  const { customer, voucher } = await paid()
  const again = await customer.post('/wallet/top-ups', { amount: 50_000, method: 'qris', voucher: voucher.code })
  expect(reasonOf(again)).toEqual(refusedFor('used-by-you'))
  const fresh = await makeVoucher(admin, bonus({ newCustomersOnly: true }))
  const old = await customer.post('/wallet/top-ups', { amount: 50_000, method: 'qris', voucher: fresh.code })
  expect(reasonOf(old)).toEqual(refusedFor('new-customers'))
  expect((await order(await shop.system.customer(), fresh)).bonus).toBe(10_000)
  const small = await makeVoucher(admin, bonus({ minimumAmount: 100_001 }))
  const little = await customer.post('/wallet/top-ups', { amount: 100_000, method: 'qris', voucher: small.code })
  expect(reasonOf(little)).toEqual(refusedFor('below-minimum'))
})

test('what was promised is kept though the voucher was ended meanwhile', async () => {
  const customer = await shop.system.customer()
  const voucher = await makeVoucher(admin, bonus())
  const { orderId } = await order(customer, voucher)
  const end = { validUntil: shop.system.parts.clock.now().toISOString() }
  expect((await admin.patch(`/admin/vouchers/${voucher.id}`, end, { 'if-match': '*' })).status).toBe(200)
  await shop.gateway.events.pay(orderId)
  await ask(orderId)
  expect((await walletOf(customer)).creditBalance).toBe(110_000)
})

test.each([
  ['has a use left, gets it', undefined, 110_000, 1],
  ['was used by somebody else, gets none', 'used', 100_000, 1],
  ['is over, gets none', 'ended', 100_000, 0],
])('who pays after the end of the order, where the voucher %s', async (_, meanwhile, balance, used) => {
  const clock = new ManualClock(new Date('2026-04-01T03:00:00.000Z'))
  const late = await openShop({ clock })
  try {
    late.gateway.notifications.failNext({ kind: 'drop' }, 5_000)
    const boss = await late.system.admin()
    const customer = await late.system.customer()
    const voucher = await makeVoucher(boss, bonus({ maxUses: 1 }))
    const body = { amount: 100_000, method: 'bca_va', voucher: voucher.code }
    const { id } = (await customer.post('/wallet/top-ups', body)).body.data
    const { orderId } = await rowOfTopUp(late, id)
    clock.advance(3 * day)
    await pollPendingTopUps(late.system.parts, new AbortController().signal)
    expect((await rowOfTopUp(late, id)).status).toBe('EXPIRED')
    const [again, other] = [await signInAgain(late, customer), await late.system.customer()]
    const bossAgain = await signInAgain(late, late.system.firstAdmin!)
    if (meanwhile === 'used') expect((await other.post('/wallet/top-ups', body)).status).toBe(201)
    if (meanwhile === 'ended') {
      const ended = { validUntil: clock.now().toISOString() }
      await bossAgain.patch(`/admin/vouchers/${voucher.id}`, ended, { 'if-match': '*' })
    }
    await late.gateway.events.settle(orderId)
    await settleTopUp(late.system.parts, orderId)
    expect((await again.get('/wallet')).body.data.creditBalance).toBe(balance)
    expect((await usesOf(bossAgain, voucher)).used).toBe(used)
    expect((await again.get(`/wallet/top-ups/${id}`)).body.data.bonus).toBe(balance - 100_000)
    expect(await verifyBooks(late.system.parts.db)).toEqual([])
  } finally {
    await late.close()
  }
})

test('closing the account lets go of what was promised to it', async () => {
  const customer = await shop.system.customer()
  const voucher = await makeVoucher(admin, bonus())
  await order(customer, voucher)
  expect((await customer.delete('/auth/me', { password: customer.password })).status).toBe(200)
  for (let tries = 0; (await usesOf(admin, voucher)).used > 0 && tries < 500; tries++) await Bun.sleep(20)
  expect(await usesOf(admin, voucher)).toMatchObject({ used: 0, uses: [{ status: 'RELEASED' }] })
})

test('after all of that the books agree', async () => {
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
})
