import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { ledgerAccounts } from '../../src/features/ledger/tables'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { day, hour, ManualClock } from '../../src/lib/clock'
import { mailTo } from '../support/mailbox'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller, TestCustomer, TestPlan } from '../support/system'
import { firstPeriod, makeVoucher, reasonOf, refusedFor, usesOf } from './codes'

const start = new Date('2026-04-01T03:00:00.000Z')
const reason = 'the app was slow'
let clock: ManualClock
let shop: Shop
let admin: Caller
let plan: TestPlan

async function open(environment: Record<string, string>) {
  clock = new ManualClock(start)
  shop = await openShop({ clock, environment })
  admin = await shop.system.admin()
  plan = await shop.system.plan({ price: 50_000 })
}

const close = async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
}

const balanceOf = async (id: string) =>
  Number(
    (await shop.system.parts.db.read.select().from(ledgerAccounts).where(eq(ledgerAccounts.id, id)).get())!.balance,
  )
const booked = async (customer: TestCustomer) => ({
  wallet: await balanceOf(`wallet:${customer.id}`),
  revenue: await balanceOf('revenue'),
  tax: await balanceOf('tax'),
  // Less what the customer was given to begin with.
  promo: (await balanceOf('promo')) + 200_000,
})
const buy = (customer: Caller, voucher: string, more: object = {}) =>
  customer.post('/subscriptions', { planId: plan.id, voucher, ...more })

async function bought(terms: object) {
  const customer = await shop.system.customer({ balance: 200_000 })
  const voucher = await makeVoucher(admin, terms)
  const { status, body } = await buy(customer, voucher.code)
  expect(status).toBe(201)
  return { customer, voucher, id: body.data.id as string }
}

const receiptOf = async (customer: Caller, id: string) => {
  const [charge] = (await customer.get(`/wallet/transactions?type=CHARGE&subscriptionId=${id}`)).body.data
  return { charge, receipt: (await customer.get(`/wallet/transactions/${charge.id}/receipt`)).body.data }
}

describe('with a tax of 10 % on top', () => {
  beforeEach(() => open({ TAX_RATE: '10' }))
  afterEach(close)

  test('a part of the first price is left out, the tax is of what is paid, and the house bears the rest', async () => {
    const { customer, id } = await bought(firstPeriod())
    expect(await booked(customer)).toEqual({ wallet: 156_000, revenue: 50_000, tax: 4_000, promo: -10_000 })
    const { charge, receipt } = await receiptOf(customer, id)
    expect(charge.description).toMatch(/, with voucher \w+$/)
    expect(receipt).toMatchObject({ net: 40_000, tax: { amount: 4_000 }, total: 44_000 })
    expect(receipt.lines).toMatchObject([
      { kind: 'period', amount: 50_000 },
      { kind: 'discount', amount: -10_000, billingCycle: null },
    ])
    const page = (await customer.get(`/wallet/transactions/${charge.id}/receipt/page`)).body
    expect(page).toContain('Potongan voucher')
    expect((await customer.get('/wallet')).body.data).toMatchObject({ totalSpent: 44_000, totalTopUp: 0 })
    const { data } = await mailTo(shop.system, customer.email, 'subscription-created')
    expect(data).toMatchObject({ price: 44_000, voucher: { saved: 11_000, nextPrice: 55_000 } })
    const [shown] = (await admin.get(`/admin/subscriptions/${id}`)).body.data.charges
    expect(shown).toMatchObject({ total: 44_000, discount: 10_000, voucher: receipt.lines[1].description })
  })

  test('is for the first period only: the price stays what it was, and the next period costs it', async () => {
    const { customer, id } = await bought(firstPeriod())
    await makeReady(shop, id)
    const shown = (await customer.get(`/subscriptions/${id}`)).body.data
    expect(shown).toMatchObject({ price: 50_000, priceWithTax: 55_000 })
    expect((await customer.put(`/subscriptions/${id}/renew`)).status).toBe(200)
    expect((await booked(customer)).wallet).toBe(101_000)
  })

  test('no refund gives back more than was paid, and its part of the discount goes back to who bore it', async () => {
    const { customer, id } = await bought(firstPeriod())
    await makeReady(shop, id)
    clock.set(new Date(start.getTime() + 15 * day))
    admin = await signInAgain(shop, shop.system.firstAdmin!)
    const prorated = await admin.post(`/admin/subscriptions/${id}/refund`, { kind: 'prorated', reason })
    expect(prorated.body.data).toMatchObject({ amount: 22_000, refundable: 22_000 })
    expect(await booked(customer)).toEqual({ wallet: 178_000, revenue: 25_000, tax: 2_000, promo: -5_000 })
    const rest = await admin.post(`/admin/subscriptions/${id}/refund`, { kind: 'full', reason })
    expect(rest.body.data).toMatchObject({ amount: 22_000, refundable: 0 })
    expect(await booked(customer)).toEqual({ wallet: 200_000, revenue: 0, tax: 0, promo: 0 })
  })

  test('an upgrade counts from what the plan costs: what the voucher saved is not asked for later', async () => {
    const { customer, id } = await bought(firstPeriod({ percent: 100 }))
    expect(await booked(customer)).toEqual({ wallet: 200_000, revenue: 50_000, tax: 0, promo: -50_000 })
    await makeReady(shop, id)
    const higher = await shop.system.plan({ price: 60_000 })
    const options = (await customer.get(`/subscriptions/${id}/upgrade-options`)).body.data
    const option = options.find((each: { plan: { id: string } }) => each.plan.id === higher.id)
    expect(option.chargeNow).toEqual({ net: 10_000, tax: 1_000, total: 11_000 })
  })

  test('a first month for nothing leaves nothing to refund, and ends like any other', async () => {
    const { customer, id, voucher } = await bought(firstPeriod({ percent: 100 }))
    const refunded = await admin.post(`/admin/subscriptions/${id}/refund`, { kind: 'full', reason })
    expect(refunded).toFail(409, 'INVALID_STATE')
    await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
    expect(await booked(customer)).toEqual({ wallet: 200_000, revenue: 0, tax: 0, promo: 0 })
    expect(await usesOf(admin, voucher)).toMatchObject({ used: 0, granted: 0, uses: [{ status: 'RELEASED' }] })
    expect((await buy(customer, voucher.code)).status).toBe(201)
  })

  test('a use on an app that never ran can be used again, once refunded; on one that ran it can not', async () => {
    const { customer, id, voucher } = await bought(firstPeriod({ maxUses: 1 }))
    const other = await shop.system.customer({ balance: 200_000 })
    expect(reasonOf(await buy(other, voucher.code))).toEqual(refusedFor('used-up'))
    await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
    expect((await booked(customer)).wallet).toBe(200_000)
    expect(await usesOf(admin, voucher)).toMatchObject({ used: 0, uses: [{ status: 'RELEASED', amount: 10_000 }] })
    const again = await buy(other, voucher.code)
    expect(again.status).toBe(201)
    await makeReady(shop, again.body.data.id)
    await other.post(`/subscriptions/${again.body.data.id}/cancel`, { when: 'now' })
    expect(reasonOf(await buy(customer, voucher.code))).toEqual(refusedFor('used-up'))
  })

  test('an app that is not ready in time is refunded by the house, its use let go, once, and that is written down', async () => {
    const { customer, id, voucher } = await bought(firstPeriod({ maxUses: 1 }))
    clock.advance(2 * hour)
    await advanceSubscriptions(shop.system.parts)
    await advanceSubscriptions(shop.system.parts)
    admin = await signInAgain(shop, shop.system.firstAdmin!)
    expect((await booked(customer)).wallet).toBe(200_000)
    expect(await usesOf(admin, voucher)).toMatchObject({ used: 0, granted: 0, uses: [{ status: 'RELEASED' }] })
    const { body } = await admin.get(`/admin/audit?action=voucher.release&targetId=${id}`)
    expect(body.data).toMatchObject([{ before: { voucherId: voucher.id, amount: 10_000 } }])
  })

  test('the next renewal, and what is foreseen of it, is by the full price', async () => {
    const { customer, id } = await bought(firstPeriod({ percent: 100 }))
    await makeReady(shop, id)
    const [renewal] = (await customer.get('/wallet/forecast?days=60')).body.data.renewals
    expect(renewal).toMatchObject({ subscriptionId: id, amount: 55_000 })
    clock.advance(31 * day)
    await advanceSubscriptions(shop.system.parts)
    expect((await booked(customer)).wallet).toBe(145_000)
  })

  test('a sum comes off once, whatever the key is sent with again, and a sale that fails uses nothing', async () => {
    const poor = await shop.system.customer({ balance: 10_000 })
    const voucher = await makeVoucher(admin, firstPeriod({ percent: undefined, amount: 15_000, maxUses: 1 }))
    expect(await buy(poor, voucher.code)).toFail(402, 'INSUFFICIENT_BALANCE')
    expect((await usesOf(admin, voucher)).used).toBe(0)
    const customer = await shop.system.customer({ balance: 200_000 })
    const key = { 'idempotency-key': 'buy-once' }
    const order = { planId: plan.id, voucher: voucher.code }
    const [first, again] = [
      await customer.post('/subscriptions', order, key),
      await customer.post('/subscriptions', order, key),
    ]
    expect([first.status, again.body]).toEqual([201, first.body])
    expect(await usesOf(admin, voucher)).toMatchObject({
      used: 1,
      granted: 15_000,
      uses: [{ status: 'USED', amount: 15_000 }],
    })
    expect(await balanceOf(`wallet:${customer.id}`)).toBe(161_500)
  })

  test('is refused with its reason, and before anything is sold', async () => {
    const customer = await shop.system.customer({ balance: 200_000 })
    const dear = await shop.system.plan({ price: 90_000 })
    const of = async (terms: object) => (await makeVoucher(admin, firstPeriod(terms))).code
    const before = new Date(start.getTime() - day).toISOString()
    const later = new Date(start.getTime() + day).toISOString()
    const refusals: [string, string][] = [
      [await of({ planIds: [dear.id] }), 'other-plan'],
      [await of({ minimumAmount: 50_001 }), 'below-minimum'],
      [await of({ validFrom: later }), 'not-yet'],
      [await of({ validFrom: before, validUntil: start.toISOString() }), 'expired'],
      [(await makeVoucher(admin, { purpose: 'top_up', percent: 5 })).code, 'other-purpose'],
    ]
    for (const [code, why] of refusals) expect(reasonOf(await buy(customer, code))).toEqual(refusedFor(why))
    expect(await buy(customer, 'NOSUCHCODE')).toFail(404, 'VOUCHER_UNKNOWN')
    expect((await customer.get('/subscriptions')).body.data).toEqual([])
    expect(await balanceOf(`wallet:${customer.id}`)).toBe(200_000)
    expect((await buy(customer, await of({ serviceIds: [plan.serviceId], minimumAmount: 50_000 }))).status).toBe(201)
  })

  test('for new customers is for who never had an app; one that never ran counts for nothing', async () => {
    const customer = await shop.system.customer({ balance: 200_000 })
    const { code } = await makeVoucher(admin, firstPeriod({ newCustomersOnly: true, perCustomer: 5 }))
    const ghost = await shop.system.plan({ service: 'ghost', price: 50_000 })
    const first = (await buy(customer, code)).body.data.id
    expect(reasonOf(await buy(customer, code, { planId: ghost.id }))).toEqual(refusedFor('new-customers'))
    await customer.post(`/subscriptions/${first}/cancel`, { when: 'now' })
    expect((await buy(customer, code, { planId: ghost.id })).status).toBe(201)
  })
})

describe('where prices contain a tax of 12 % on 11/12', () => {
  beforeEach(() => open({ TAX_RATE: '12', TAX_BASE: '11/12', TAX_PRICES: 'inclusive' }))
  afterEach(close)

  test('the discount is of the whole price, and the lines of the receipt are before tax', async () => {
    const { customer, id } = await bought(firstPeriod({ percent: undefined, amount: 12_345 }))
    const { receipt } = await receiptOf(customer, id)
    const [sold, discount] = receipt.lines
    expect(receipt).toMatchObject({ total: 37_655, tax: { pricesIncludeTax: true } })
    expect(sold.amount + discount.amount).toBe(receipt.net)
    expect(receipt.net + receipt.tax.amount).toBe(37_655)
    const { wallet, revenue, tax, promo } = await booked(customer)
    expect({ wallet, promo, revenue, tax }).toEqual({
      wallet: 200_000 - 37_655,
      promo: discount.amount,
      revenue: sold.amount,
      tax: receipt.tax.amount,
    })
    await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
    expect(await booked(customer)).toEqual({ wallet: 200_000, revenue: 0, tax: 0, promo: 0 })
  })

  test('a discount of a rupiah or two, or of all but one, is booked to the rupiah', async () => {
    for (const amount of [1, 2, 49_999, 50_000, 60_000]) {
      const { customer, id } = await bought(firstPeriod({ percent: undefined, amount }))
      expect(await balanceOf(`wallet:${customer.id}`)).toBe(200_000 - Math.max(50_000 - amount, 0))
      expect(await verifyBooks(shop.system.parts.db)).toEqual([])
      await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
      expect(await balanceOf(`wallet:${customer.id}`)).toBe(200_000)
    }
  })
})
