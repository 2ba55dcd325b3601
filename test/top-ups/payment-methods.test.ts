import { describe, expect, test } from 'bun:test'
import { parseConfig } from '../../src/config'
import { verifyBooks } from '../../src/features/books'
import { getFee, listPaymentMethods } from '../../src/features/top-ups/payment-methods'
import { settleTopUp } from '../../src/features/top-ups/settle'
import type { PaymentMethod } from '../../src/payments'
import { rowOfTopUp, sharedShop, topUp } from '../support/shop'
import { until } from '../support/system'
import { balancesOf, paidTopUp } from './till'

const rules = {
  bca_va: { fee: { fixed: 4_000 } },
  qris: { fee: { percent: 0.7 }, minimum: 20_000 },
  gopay: { fee: { fixed: 1_000, percent: 2 }, maximum: 500_000 },
  credit_card: { enabled: false },
  bni_va: { minimum: 1, maximum: 1_000_000_000 },
}
const shop = sharedShop({ environment: { PAYMENT_METHODS: JSON.stringify(rules) } })
const configOf = (paymentMethods: object) => parseConfig({ PAYMENT_METHODS: JSON.stringify(paymentMethods) })
const methodOf = (paymentMethods: object, method: PaymentMethod) =>
  listPaymentMethods(configOf(paymentMethods)).find((each) => each.method === method)!

test('the list says what is offered, within which bounds and at what fee, without signing in', async () => {
  const { status, body } = await (await shop()).system.anybody.get('/wallet/payment-methods')
  expect(status).toBe(200)
  const shown = new Map(body.data.map((each: { method: string }) => [each.method, each]))
  expect(shown.size).toBe(10)
  expect(shown.get('bca_va')).toEqual({
    method: 'bca_va',
    name: 'BCA virtual account',
    kind: 'bank_transfer',
    enabled: true,
    minimum: 10_000,
    maximum: 100_000_000,
    fee: { fixed: 4_000, percent: 0 },
  })
  expect(shown.get('gopay')).toMatchObject({ maximum: 500_000, fee: { fixed: 1_000, percent: 2 } })
  expect(shown.get('credit_card')).toMatchObject({ enabled: false })
  // What the provider takes and what any top-up may be stands above the configuration.
  expect(shown.get('bni_va')).toMatchObject({ minimum: 10_000, maximum: 100_000_000 })
  expect(shown.get('qris')).toMatchObject({ minimum: 20_000, maximum: 9_930_486 })
})

test('the customer pays the fee on top; the wallet gets the amount, and the house the fee', async () => {
  const current = await shop()
  const customer = await current.system.customer()
  const before = await balancesOf(current, customer)
  const opened = await topUp(customer, 'gopay', 50_000)
  expect(opened).toMatchObject({ amount: 50_000, fee: 2_000, total: 52_000 })
  const { orderId } = await rowOfTopUp(current, opened.id)
  expect(current.gateway.orders(orderId)[0]!.amount).toBe(52_000)
  await current.gateway.events.pay(orderId)
  await settleTopUp(current.system.parts, orderId)
  const after = await balancesOf(current, customer)
  expect(after).toMatchObject({ wallet: 50_000, fees: before.fees + 2_000, clearing: before.clearing - 52_000 })
  expect((await customer.get('/wallet')).body.data).toMatchObject({ creditBalance: 50_000, totalTopUp: 50_000 })
})

test('a reversal gives the fee back too; a refund of ours does not', async () => {
  const current = await shop()
  const customer = await current.system.customer()
  const before = await balancesOf(current, customer)
  const { orderId } = await paidTopUp(current, customer, 'bca_va', 50_000)
  for (const [event, wallet, fee] of [
    ['deny', 0, 0],
    ['settle', 50_000, 4_000],
    ['chargeback', 0, 0],
  ] as const) {
    await current.gateway.events[event](orderId)
    await settleTopUp(current.system.parts, orderId)
    expect(await balancesOf(current, customer)).toMatchObject({
      wallet,
      fees: before.fees + fee,
      clearing: before.clearing - wallet - fee,
    })
  }
  const other = await paidTopUp(current, customer, 'qris', 100_000)
  // A dashboard refund takes from the top-up first, and from the fee what is more.
  await current.gateway.events.refund(other.orderId, 100_300)
  await settleTopUp(current.system.parts, other.orderId)
  expect(await balancesOf(current, customer)).toMatchObject({ wallet: 0, fees: before.fees + 400 })
})

test('a whole refund to the method gives back the top-up and keeps the fee', async () => {
  const current = await shop()
  const customer = await current.system.customer()
  const before = await balancesOf(current, customer)
  const { id, orderId } = await paidTopUp(current, customer, 'gopay', 50_000)
  const admin = await current.system.admin()
  const { body } = await admin.post(`/admin/top-ups/${id}/refunds`, { reason: 'asked for it' })
  expect(body.data.amount).toBe(50_000)
  await until(
    'the refund',
    () => balancesOf(current, customer),
    ({ payable }) => payable === 0,
  )
  await settleTopUp(current.system.parts, orderId)
  expect(await balancesOf(current, customer)).toMatchObject({ wallet: 0, payable: 0, fees: before.fees + 2_000 })
})

test.each([
  ['credit_card', 50_000, '/method', 'credit_card is not offered here'],
  ['qris', 19_999, '/amount', 'At least 20000 must be paid by qris'],
  ['gopay', 500_001, '/amount', 'At most 500000 can be paid by gopay'],
])('%s over %i is refused in words, and leaves nothing behind', async (method, amount, path, message) => {
  const customer = await (await shop()).system.customer()
  const order = { method, amount, ...(method === 'credit_card' ? { cardToken: 'x' } : {}) }
  const { status, body } = await customer.post('/wallet/top-ups', order)
  expect([status, body.error.details]).toEqual([422, { in: 'body', problems: [{ path, message }] }])
  expect((await customer.get('/wallet/transactions')).body.meta.total).toBe(0)
})

describe('a fee in percent is rounded once, half up', () => {
  test.each([
    [0.7, 10_000, 70n],
    [0.7, 10_071, 70n],
    [0.7, 10_072, 71n],
    [2.9, 33_333, 967n],
    [0.01, 14_999, 1n],
    [0.01, 15_000, 2n],
    [100, 10_000, 10_000n],
  ])('%d percent of %i', (percent, amount, fee) => {
    expect(getFee(configOf({ bca_va: { fee: { percent } } }), 'bca_va', BigInt(amount))).toBe(fee)
  })
})

test('a top-up of the shown maximum is with its fee no more than the provider takes, and a rupiah more would be', () => {
  for (const fee of [{ percent: 0.7 }, { percent: 2.93, fixed: 777 }, { percent: 33.33 }, { fixed: 999_999 }, {}]) {
    const { maximum } = methodOf({ qris: { fee } }, 'qris')
    const grossOf = (amount: number) => {
      const hundredths = BigInt(Math.round((fee.percent ?? 0) * 100))
      return amount + (fee.fixed ?? 0) + Number((BigInt(amount) * hundredths * 2n + 10_000n) / 20_000n)
    }
    expect(grossOf(maximum)).toBeLessThanOrEqual(10_000_000)
    expect(grossOf(maximum + 1)).toBeGreaterThan(9_999_999)
  }
})

describe('a wrong configuration is one line that names the mistake', () => {
  const mistakes: [string, string][] = [
    ['{"gopay":', 'must be JSON like'],
    ['null', '/ must be object'],
    ['[]', '/ must be object'],
    ['{"cash":{}}', '/cash is not known'],
    ['{"gopay":{"enable":false}}', '/gopay/enable is not known'],
    ['{"gopay":{"enabled":"no"}}', '/gopay/enabled must be boolean'],
    ['{"gopay":{"minimum":-1}}', '/gopay/minimum must be >= 0'],
    ['{"gopay":{"minimum":0.5}}', '/gopay/minimum must be integer'],
    ['{"gopay":{"fee":{"percent":101}}}', '/gopay/fee/percent must be <= 100'],
    ['{"gopay":{"fee":{"percent":0.005}}}', '/gopay/fee/percent must be multiple of 0.01'],
    ['{"gopay":{"fee":2}}', '/gopay/fee must be object'],
    ['{"gopay":{"minimum":30000,"maximum":20000}}', 'gopay: at least 30000, but at most 20000 could be paid'],
    ['{"qris":{"minimum":20000000}}', 'qris: at least 20000000, but at most 10000000 could be paid'],
    ['{"qris":{"fee":{"fixed":9995000}}}', 'qris: at least 10000, but at most 5000 could be paid'],
  ]
  for (const [value, words] of mistakes) {
    test(value, () => {
      let message = ''
      try {
        parseConfig({ PAYMENT_METHODS: value })
      } catch (fault) {
        message = (fault as Error).message
      }
      expect(message.split('\n')).toHaveLength(1)
      expect(message).toContain('PAYMENT_METHODS')
      expect(message).toContain(words)
    })
  }
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks((await shop()).system.parts.db)).toEqual([])
})
