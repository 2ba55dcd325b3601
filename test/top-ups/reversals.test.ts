import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { settleTopUp } from '../../src/features/top-ups/settle'
import { day, ManualClock, minute } from '../../src/lib/clock'
import { mailsTo, mailTo } from '../support/mailbox'
import { openShop, rowOfTopUp, type Shop, sharedShop, topUp } from '../support/shop'
import type { TestCustomer } from '../support/system'
import { movementsOf, paidTopUp, spend } from './till'

const shared = sharedShop()
let shop: Shop
beforeAll(async () => {
  shop = await shared()
  // What happens is asked for: a notification would only do the same at another moment.
  shop.gateway.notifications.failNext({ kind: 'drop' }, 5_000)
})

const ask = (orderId: string) => settleTopUp(shop.system.parts, orderId)
const walletOf = async (customer: TestCustomer) => (await customer.get('/wallet')).body.data

test.each(['deny', 'chargeback'] as const)(
  'a %s after the credit leaves the wallet and is told to the customer',
  async (event) => {
    const customer = await shop.system.customer()
    const { orderId, customId } = await paidTopUp(shop, customer)
    await shop.gateway.events[event](orderId)
    await Promise.all([ask(orderId), ask(orderId), ask(orderId)])
    expect(await walletOf(customer)).toMatchObject({ creditBalance: 0, totalTopUp: 0, owed: 0 })
    expect(await movementsOf(customer)).toMatchObject([
      { type: 'TOP_UP', amount: 50_000, balanceAfter: 50_000 },
      { type: 'ADJUSTMENT', amount: -50_000, balanceAfter: 0, description: `${customId} was taken back by the bank` },
    ])
    const { data } = await mailTo(shop.system, customer.email, 'top-up-reversed')
    expect(data).toMatchObject({ transaction: customId, amount: 50_000, balance: 0, owed: 0 })
  },
)

test('what was spent of it is owed, shown, and paid by the next top-up before anything else', async () => {
  const customer = await shop.system.customer()
  const { orderId } = await paidTopUp(shop, customer, 'bca_va', 50_000)
  await spend(shop, customer, 30_000)
  await shop.gateway.events.deny(orderId)
  await ask(orderId)
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 0, owed: 30_000, totalSpent: 30_000 })
  expect((await customer.get('/wallet/statistics')).body.data.owed).toBe(30_000)

  await paidTopUp(shop, customer, 'bca_va', 20_000)
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 0, owed: 10_000 })
  await paidTopUp(shop, customer, 'bca_va', 25_000)
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 15_000, owed: 0, totalTopUp: 45_000 })

  const movements = await movementsOf(customer)
  expect(movements.map(({ type, amount, balanceAfter }) => [type, amount, balanceAfter])).toEqual([
    ['TOP_UP', 50_000, 50_000],
    ['CHARGE', -30_000, 20_000],
    ['ADJUSTMENT', 30_000, 50_000],
    ['ADJUSTMENT', -50_000, 0],
    ['TOP_UP', 20_000, 20_000],
    ['ADJUSTMENT', -20_000, 0],
    ['TOP_UP', 25_000, 25_000],
    ['ADJUSTMENT', -10_000, 15_000],
  ])
  expect(movements.map(({ description }) => description)).toContain('Pays what was owed')
})

test('every movement’s balance follows from the one before, whatever was taken back and given again', async () => {
  const customer = await shop.system.customer()
  const { orderId } = await paidTopUp(shop, customer, 'qris', 40_000)
  await spend(shop, customer, 15_000)
  for (const event of ['deny', 'settle', 'chargeback', 'settle'] as const) {
    await shop.gateway.events[event](orderId)
    await ask(orderId)
  }
  expect(await walletOf(customer)).toMatchObject({
    creditBalance: 25_000,
    owed: 0,
    totalTopUp: 40_000,
    totalSpent: 15_000,
  })
  let balance = 0
  for (const movement of await movementsOf(customer)) {
    balance += movement.amount
    expect(movement.balanceAfter).toBe(balance)
  }
  // Once for each turn, and each time the whole sum.
  const mails = await mailsTo(shop.system, customer.email, 'top-up-reversed')
  expect(mails.map(({ data }) => (data as { amount: number }).amount)).toEqual([-40_000, 40_000, -40_000, 40_000])
})

test.each([
  ['in full', undefined, 0],
  ['in part', 21_000, 39_000],
])('a payment that was given back %s before we heard of it leaves what is left of it', async (_, amount, left) => {
  const customer = await shop.system.customer()
  const { id } = await topUp(customer, 'qris', 60_000)
  const { orderId } = await rowOfTopUp(shop, id)
  await shop.gateway.events.pay(orderId)
  await shop.gateway.events.refund(orderId, amount)
  await ask(orderId)
  expect((await customer.get(`/wallet/top-ups/${id}`)).body.data.status).toBe('SUCCESS')
  expect(await customer.balance()).toBe(left)
})

test('refunds from the provider’s dashboard are taken one after the other, each once', async () => {
  const customer = await shop.system.customer()
  const { id, orderId } = await paidTopUp(shop, customer, 'gopay', 60_000)
  for (const [amount, left] of [
    [10_000, 50_000],
    [20_000, 30_000],
    [30_000, 0],
  ] as const) {
    await shop.gateway.events.refund(orderId, amount)
    await Promise.all([ask(orderId), ask(orderId)])
    expect(await customer.balance()).toBe(left)
  }
  expect(await rowOfTopUp(shop, id)).toMatchObject({ reversed: 60_000n, corrections: 3 })
})

test('a reversal is in the audit log with what it changed', async () => {
  const customer = await shop.system.customer()
  const { id, orderId } = await paidTopUp(shop, customer)
  await shop.gateway.events.deny(orderId)
  await ask(orderId)
  const { body } = await (await shop.system.admin()).get(`/admin/audit?targetId=${id}`)
  expect(body.data).toMatchObject([
    { action: 'payment.reversal', reason: 'denied', before: { takenBack: 0 }, after: { takenBack: 50_000 } },
  ])
})

test('an end without money is no reversal: nothing moves', async () => {
  const customer = await shop.system.customer()
  const { id } = await topUp(customer, 'bca_va')
  const { orderId } = await rowOfTopUp(shop, id)
  await shop.gateway.events.deny(orderId)
  await ask(orderId)
  await ask(orderId)
  expect((await customer.get(`/wallet/top-ups/${id}`)).body.data.status).toBe('FAILED')
  expect(await movementsOf(customer)).toHaveLength(1)
})

test('a payment after a local expiry, or after a cancel, is credited once; so is its reversal', async () => {
  for (const end of ['expire', 'cancel'] as const) {
    const customer = await shop.system.customer()
    const { id } = await topUp(customer, 'bca_va')
    const { orderId } = await rowOfTopUp(shop, id)
    await shop.gateway.events[end](orderId)
    await ask(orderId)
    expect((await rowOfTopUp(shop, id)).status).toBe(end === 'expire' ? 'EXPIRED' : 'CANCELLED')
    await shop.gateway.events.settle(orderId)
    await Promise.all(Array.from({ length: 10 }, () => ask(orderId)))
    expect(await customer.balance()).toBe(50_000)
    expect(await movementsOf(customer)).toHaveLength(1)
    await shop.gateway.events.deny(orderId)
    await Promise.all(Array.from({ length: 10 }, () => ask(orderId)))
    expect(await customer.balance()).toBe(0)
    expect(await movementsOf(customer)).toHaveLength(2)
  }
})

test('a reversal that no notification tells of is found by the looks after the end', async () => {
  const clock = new ManualClock('2026-03-01T00:00:00Z')
  const quiet = await openShop({ clock })
  try {
    const customer = await quiet.system.customer()
    quiet.gateway.notifications.failNext({ kind: 'drop' }, 100)
    const { orderId, id } = await paidTopUp(quiet, customer)
    clock.advance(16 * minute)
    await pollPendingTopUps(quiet.system.parts)
    await quiet.gateway.events.chargeback(orderId)
    clock.advance(day)
    await pollPendingTopUps(quiet.system.parts)
    expect(await rowOfTopUp(quiet, id)).toMatchObject({ status: 'SUCCESS', reversed: 50_000n })
  } finally {
    await quiet.close()
  }
})

test('an answer that was overtaken by a newer one is not booked after it', async () => {
  const customer = await shop.system.customer()
  const { orderId } = await paidTopUp(shop, customer)
  const { parts } = shop.system
  const held = Promise.withResolvers<void>()
  const status: typeof parts.payments.status = async (...asked) => {
    const said = await parts.payments.status(...asked)
    await held.promise
    return said
  }
  const slow = settleTopUp({ ...parts, payments: { ...parts.payments, status } }, orderId)
  await Bun.sleep(50)
  await shop.gateway.events.deny(orderId)
  const quick = ask(orderId)
  await Bun.sleep(50)
  held.resolve()
  await Promise.all([slow, quick])
  expect(await customer.balance()).toBe(0)
  expect(await movementsOf(customer)).toHaveLength(2)
})

test('money of any sort pays what is owed: a credit by an administrator too', async () => {
  const customer = await shop.system.customer()
  const { orderId } = await paidTopUp(shop, customer)
  await spend(shop, customer, 50_000)
  await shop.gateway.events.deny(orderId)
  await ask(orderId)
  const admin = await shop.system.admin()
  await admin.post(`/admin/users/${customer.id}/credit-adjustment`, { amount: 60_000, reason: 'goodwill' })
  expect(await walletOf(customer)).toMatchObject({ creditBalance: 10_000, owed: 0 })
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
})
