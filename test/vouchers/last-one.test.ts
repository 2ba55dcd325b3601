import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { sharedShop } from '../support/shop'
import type { Caller, TestCustomer, TestSystem } from '../support/system'
import { bonus, credit, firstPeriod, makeVoucher, tally, usesOf } from './codes'

const shared = sharedShop()
let system: TestSystem
let admin: Caller
let people: TestCustomer[]
beforeAll(async () => {
  system = (await shared()).system
  admin = await system.admin()
  people = await Promise.all(Array.from({ length: 100 }, () => system.customer({ balance: 100_000 })))
})

const lost = '422 VOUCHER_INVALID used-up'

test('of a hundred who redeem the last use of a code at once one gets it', async () => {
  const voucher = await makeVoucher(admin, credit({ maxUses: 1 }))
  const answers = await Promise.all(people.map((each) => each.post('/wallet/vouchers', { code: voucher.code })))
  expect(tally(answers)).toEqual({ 201: 1, [lost]: 99 })
  expect(await usesOf(admin, voucher)).toMatchObject({ used: 1, uses: [{ status: 'USED' }] })
})

test('of a hundred who buy with it at once one pays less, and nobody else buys', async () => {
  const plan = await system.plan({ price: 50_000, slots: 200 })
  const voucher = await makeVoucher(admin, firstPeriod({ maxUses: 1 }))
  const order = { planId: plan.id, voucher: voucher.code }
  const answers = await Promise.all(people.map((each) => each.post('/subscriptions', order)))
  expect(tally(answers)).toEqual({ 201: 1, [lost]: 99 })
  expect(await plan.availableQuota()).toBe(199)
  expect((await usesOf(admin, voucher)).used).toBe(1)
})

test('of a hundred who order a top-up with it at once one is promised the bonus', async () => {
  const voucher = await makeVoucher(admin, bonus({ maxUses: 1 }))
  const order = { amount: 50_000, method: 'qris', voucher: voucher.code }
  const answers = await Promise.all(people.map((each) => each.post('/wallet/top-ups', order)))
  expect(tally(answers)).toEqual({ 201: 1, [lost]: 99 })
  expect((await usesOf(admin, voucher)).used).toBe(1)
})

test('of a hundred calls of one customer one is credited', async () => {
  const [customer] = people as [TestCustomer]
  const voucher = await makeVoucher(admin, credit({ maxUses: 100 }))
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => customer.post('/wallet/vouchers', { code: voucher.code })),
  )
  expect(tally(answers)).toEqual({ 201: 1, '422 VOUCHER_INVALID used-by-you': 99 })
  expect((await usesOf(admin, voucher)).used).toBe(1)
})

test('after all of that the books agree', async () => {
  expect(await verifyBooks(system.parts.db)).toEqual([])
})
