import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { sharedShop } from '../support/shop'
import { type Caller, startSystem, type TestSystem } from '../support/system'
import { bonus, credit, firstPeriod, makeVoucher, reasonOf, refusedFor, usesOf } from './codes'

const shared = sharedShop({ environment: { TAX_RATE: '10' } })
let system: TestSystem
let admin: Caller
beforeAll(async () => {
  system = (await shared()).system
  admin = await system.admin()
})

test('a code that is worth money by itself is credited once, however it is written and however often it is sent', async () => {
  const customer = await system.customer()
  const voucher = await makeVoucher(admin, credit({ code: 'Lebaran-2026' }))
  expect(voucher.code).toBe('LEBARAN2026')
  const key = { 'idempotency-key': 'redeem-once' }
  const first = await customer.post('/wallet/vouchers', { code: ' lebaran 2026 ' }, key)
  expect(first.status).toBe(201)
  expect(first.body.data).toMatchObject({ code: 'LEBARAN2026', amount: 25_000, balance: 25_000 })
  expect((await customer.post('/wallet/vouchers', { code: ' lebaran 2026 ' }, key)).body).toEqual(first.body)
  const again = await customer.post('/wallet/vouchers', { code: 'LEBARAN2026' })
  expect(reasonOf(again)).toEqual(refusedFor('used-by-you'))
  const shown = (await customer.get(`/wallet/transactions/${first.body.data.customId}`, { 'accept-language': 'id' }))
    .body
  expect(shown.data).toMatchObject({ type: 'BONUS', amount: 25_000, description: 'Voucher LEBARAN2026' })
  expect((await customer.get('/wallet/statistics')).body.data).toMatchObject({ creditBalance: 25_000, totalTopUp: 0 })
})

test('one that may be used three times by a customer is', async () => {
  const customer = await system.customer()
  const voucher = await makeVoucher(admin, credit({ perCustomer: 3, maxUses: 4 }))
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => customer.post('/wallet/vouchers', { code: voucher.code })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 422, 422, 422])
  expect((await customer.get('/wallet')).body.data.creditBalance).toBe(75_000)
  expect((await usesOf(admin, voucher)).used).toBe(3)
})

test('a code for something else says what it is for', async () => {
  const customer = await system.customer()
  for (const terms of [firstPeriod(), bonus()]) {
    const { code } = await makeVoucher(admin, terms)
    const answer = await customer.post('/wallet/vouchers', { code })
    expect(reasonOf(answer)).toEqual(refusedFor('other-purpose'))
    expect(answer.body.error.details.purpose).toBe(terms.purpose)
  }
})

test('a check says what a code comes to and uses nothing', async () => {
  const customer = await system.customer()
  const check = (body: object) => customer.post('/wallet/vouchers/check', body)
  const plan = await system.plan({ price: 50_000 })
  const off = await makeVoucher(admin, firstPeriod({ maximum: 7_000 }))
  const more = await makeVoucher(admin, bonus())
  const money = await makeVoucher(admin, credit())
  expect((await check({ code: off.code, planId: plan.id })).body.data).toMatchObject({
    purpose: 'first_period',
    worth: 7_000,
    firstPeriod: {
      price: 50_000,
      priceWithTax: 55_000,
      discountedPrice: 43_000,
      discountedPriceWithTax: 47_300,
    },
  })
  const quarterly = await check({ code: off.code, planId: plan.id, billingCycle: 'QUARTERLY' })
  expect(quarterly.body.data.firstPeriod.price).toBe(150_000)
  expect((await check({ code: more.code, topUpAmount: 150_000 })).body.data).toMatchObject({ worth: 15_000 })
  expect((await check({ code: money.code })).body.data).toMatchObject({ purpose: 'credit', worth: 25_000 })
  expect((await check({ code: more.code })).body.data).toMatchObject({ purpose: 'top_up', percent: 10, worth: null })
  expect(reasonOf(await check({ code: more.code, planId: plan.id }))).toEqual(refusedFor('other-purpose'))
  expect(await check({ code: off.code, planId: 'nowhere' })).toFail(404, 'NOT_FOUND')
  expect((await check({ code: off.code, planId: plan.id, topUpAmount: 5 })).status).toBe(422)
  for (const voucher of [off, more, money]) expect((await usesOf(admin, voucher)).used).toBe(0)
})

test('whoever tries out codes is slowed after ten, wherever codes are taken; a code that exists costs nothing', async () => {
  const strict = await startSystem({ environment: { RATE_LIMITS: '1' } })
  try {
    const boss = await strict.admin()
    const [guesser, other] = [await strict.customer({ balance: 100_000 }), await strict.customer()]
    const plan = await strict.plan({ price: 10_000 })
    const { code } = await makeVoucher(boss, credit({ perCustomer: 1 }))
    const answers = []
    for (let n = 0; n < 4; n++) {
      answers.push(await guesser.post('/wallet/vouchers', { code: `GUESS${n}` }))
      answers.push(await guesser.post('/wallet/vouchers/check', { code: `GUESS${n}` }))
      answers.push(await guesser.post('/subscriptions', { planId: plan.id, voucher: `GUESS${n}` }))
      // One that exists, and that may be used once.
      await other.post('/wallet/vouchers', { code })
      await other.post('/wallet/vouchers', { code })
      await other.post('/wallet/vouchers/check', { code })
    }
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(404), 429, 429])
    const { status, headers } = await guesser.post('/wallet/vouchers', { code })
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await other.post('/wallet/vouchers/check', { code })).status).toBe(422)
    // Without a code everything goes on.
    expect((await guesser.post('/subscriptions', { planId: plan.id })).status).toBe(201)
  } finally {
    await strict.close()
  }
})

test('after all of that the books agree', async () => {
  expect(await verifyBooks(system.parts.db)).toEqual([])
})
