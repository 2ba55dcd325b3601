import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { minute, second } from '../../src/lib/clock'
import { type PaymentOrder, paymentMethods } from '../../src/payments'
import { failureOf, newCardToken, openTill, orderBy } from './till'

let till: Awaited<ReturnType<typeof openTill>>
beforeAll(async () => {
  till = await openTill()
})
afterAll(() => till.close())

const newOrder = async (method: (typeof paymentMethods)[number], more: Partial<PaymentOrder> = {}) =>
  orderBy(
    method,
    till.clock,
    method === 'credit_card' ? { cardToken: await newCardToken(till.provider.url), ...more } : more,
  )

describe('what a frontend can show', () => {
  test.each(['bca', 'bni', 'bri', 'permata'] as const)('%s answers a virtual account number', async (bank) => {
    const order = await newOrder(`${bank}_va`)
    const result = await till.gateway.charge(order)
    expect(result).toMatchObject({ orderId: order.orderId, state: 'pending', rawStatus: 'pending' })
    expect(result.instructions).toEqual({ kind: 'virtual_account', bank, number: expect.stringMatching(/^\d{16}$/) })
    expect(result.expiresAt).toEqual(order.expiresAt)
  })

  test('a Mandiri bill answers biller code and bill key', async () => {
    const { instructions } = await till.gateway.charge(await newOrder('mandiri_bill'))
    expect(instructions).toEqual({ kind: 'bill', billerCode: '70012', billKey: expect.stringMatching(/^\d{12}$/) })
  })

  test.each(['gopay', 'shopeepay'] as const)(
    '%s answers a deeplink, and no action that needs our key',
    async (method) => {
      const { instructions, redirectUrl } = await till.gateway.charge(await newOrder(method))
      if (instructions.kind !== 'deeplink') throw new Error(`got ${instructions.kind}`)
      expect(redirectUrl).toBe(instructions.url)
      expect(instructions.actions.map((action) => action.name)).not.toContain('cancel')
      expect((await fetch(instructions.url)).status).toBe(200)
    },
  )

  test('QRIS answers an image that exists and its content', async () => {
    const { instructions } = await till.gateway.charge(await newOrder('qris'))
    if (instructions.kind !== 'qr') throw new Error(`got ${instructions.kind}`)
    expect(instructions.content).toContain('/pay/')
    const image = await fetch(instructions.imageUrl!)
    expect(image.headers.get('content-type')).toBe('image/svg+xml')
  })

  test('a card answers the page of its 3-D Secure step', async () => {
    const { instructions, state } = await till.gateway.charge(await newOrder('credit_card'))
    expect(state).toBe('pending')
    expect(instructions.kind).toBe('redirect')
  })
})

test.each(paymentMethods.filter((method) => method !== 'snap'))('%s: charged, paid, seen as paid', async (method) => {
  const order = await newOrder(method)
  const { providerTransactionId } = await till.gateway.charge(order)
  expect((await till.gateway.status(order.orderId)).state).toBe('pending')
  await till.provider.events.pay(order.orderId)
  const status = await till.gateway.status(order.orderId)
  expect(status).toMatchObject({
    state: 'paid',
    orderId: order.orderId,
    transactionId: providerTransactionId,
    amount: 50_000n,
    currency: 'IDR',
    merchantId: 'G000000001',
    refundedAmount: 0n,
  })
  if (method !== 'credit_card') expect(status.settledAt).toEqual(till.clock.now())
})

test('a hosted page is open until a method is chosen on it, then an order like any other', async () => {
  const order = await newOrder('snap')
  const { redirectUrl, providerTransactionId } = await till.gateway.charge(order)
  expect(providerTransactionId).toBeNull()
  expect(await till.gateway.status(order.orderId, { method: 'snap' })).toMatchObject({ state: 'pending', amount: null })
  expect((await failureOf(till.gateway.status(order.orderId))).kind).toBe('unknown-order')

  const page = await fetch(redirectUrl!)
  await fetch(page.url, { method: 'POST', body: new URLSearchParams({ method: 'bni_va' }), redirect: 'manual' })
  expect(await till.gateway.status(order.orderId)).toMatchObject({ state: 'pending', amount: 50_000n })
  await till.provider.events.pay(order.orderId)
  expect((await till.gateway.status(order.orderId)).state).toBe('paid')
})

test('a used order id is a conflict, by card as by hosted page', async () => {
  const order = await newOrder('bca_va')
  await till.gateway.charge(order)
  const other = { ...order, amount: 60_000n }
  expect(await failureOf(till.gateway.charge(other))).toMatchObject({
    kind: 'conflict',
    outcome: 'none',
    retryable: false,
  })
  expect((await failureOf(till.gateway.charge({ ...order, method: 'snap' }))).kind).toBe('conflict')
})

test('the same charge repeated answers the same account instead of a second one', async () => {
  const order = await newOrder('bca_va')
  const [first, again] = [await till.gateway.charge(order), await till.gateway.charge(order)]
  expect(again).toEqual(first)
  expect(till.provider.orders(order.orderId)).toHaveLength(1)
})

test('a refused card throws a refusal, a challenged one waits for a decision', async () => {
  const refused = await newOrder('credit_card', {
    cardToken: await newCardToken(till.provider.url, '4911111111111113'),
  })
  await till.gateway.charge(refused)
  await till.provider.events.pay(refused.orderId)
  expect((await till.gateway.status(refused.orderId)).state).toBe('denied')

  const challenged = await newOrder('credit_card', {
    cardToken: await newCardToken(till.provider.url, '4511111111111117'),
  })
  await till.gateway.charge(challenged)
  await till.provider.events.pay(challenged.orderId)
  expect((await till.gateway.status(challenged.orderId)).state).toBe('challenge')
  await till.provider.events.approve(challenged.orderId)
  expect((await till.gateway.status(challenged.orderId)).state).toBe('paid')
})

test('a card token works once', async () => {
  const cardToken = await newCardToken(till.provider.url)
  await till.gateway.charge(await newOrder('credit_card', { cardToken }))
  expect((await failureOf(till.gateway.charge(await newOrder('credit_card', { cardToken })))).kind).toBe('card-token')
})

test('cancel and expire are done once and may be repeated; a paid order refuses both', async () => {
  for (const [verb, state] of [
    ['cancel', 'cancelled'],
    ['expire', 'expired'],
  ] as const) {
    const order = await newOrder('bri_va')
    await till.gateway.charge(order)
    expect(await till.gateway[verb](order.orderId)).toMatchObject({ state, amount: 50_000n })
    expect((await till.gateway[verb](order.orderId)).state).toBe(state)
    const paid = await newOrder('bri_va')
    await till.gateway.charge(paid)
    await till.provider.events.pay(paid.orderId)
    expect((await failureOf(till.gateway[verb](paid.orderId))).kind).toBe('conflict')
    expect((await till.gateway.status(paid.orderId)).state).toBe('paid')
  }
})

test('an unpaid order expires by itself, and a late settlement is still seen as paid', async () => {
  const order = await newOrder('bca_va')
  await till.gateway.charge(order)
  till.clock.advance(30 * minute + second)
  expect((await till.gateway.status(order.orderId)).state).toBe('expired')
  await till.provider.events.settle(order.orderId)
  expect((await till.gateway.status(order.orderId)).state).toBe('paid')
  await till.provider.events.deny(order.orderId)
  expect((await till.gateway.status(order.orderId)).state).toBe('denied')
})

test('a refund is made once per key, adds up, and never exceeds what was paid', async () => {
  const order = await newOrder('gopay')
  await till.gateway.charge(order)
  const refund = { key: 'refund-1', amount: 20_000n, reason: 'unused' }
  expect((await failureOf(till.gateway.refund(order.orderId, refund))).kind).toBe('conflict')
  await till.provider.events.pay(order.orderId)
  expect((await till.gateway.refund(order.orderId, refund)).state).toBe('partially_refunded')
  till.clock.advance(6 * minute)
  expect((await till.gateway.refund(order.orderId, refund)).amount).toBe(20_000n)
  const tooMuch = { key: 'refund-2', amount: 30_001n, reason: 'unused' }
  expect((await failureOf(till.gateway.refund(order.orderId, tooMuch))).kind).toBe('conflict')
  const rest = { key: 'refund-3', amount: 30_000n, reason: 'unused' }
  expect((await till.gateway.refund(order.orderId, rest)).state).toBe('refunded')
  expect(await till.gateway.status(order.orderId)).toMatchObject({
    state: 'refunded',
    refundedAmount: 50_000n,
    refunds: [
      { key: 'refund-1', amount: 20_000n },
      { key: 'refund-3', amount: 30_000n },
    ],
  })
})

test('a bank transfer cannot be refunded to its method', async () => {
  const order = await newOrder('bca_va')
  await till.gateway.charge(order)
  await till.provider.events.pay(order.orderId)
  const refused = await failureOf(till.gateway.refund(order.orderId, { key: 'k', amount: 1n, reason: '' }))
  expect(refused).toMatchObject({ kind: 'refused', outcome: 'none' })
})

test('a chargeback is seen as one', async () => {
  const order = await newOrder('credit_card')
  await till.gateway.charge(order)
  await till.provider.events.pay(order.orderId)
  await till.provider.events.chargeback(order.orderId)
  expect((await till.gateway.status(order.orderId)).state).toBe('charged_back')
})

test('what is wrong with our own request is said before anything is sent', async () => {
  const wrong: Partial<PaymentOrder>[] = [
    { orderId: '..' },
    { orderId: 'a/../../status' },
    { orderId: 'x'.repeat(51) },
    { amount: 0n },
    { amount: -1n },
    { amount: 10n ** 15n },
    { returnUrl: 'javascript:alert(1)' },
    { expiresAt: till.clock.now() },
  ]
  const before = till.provider.orders().length
  for (const more of wrong) {
    expect(await failureOf(till.gateway.charge(orderBy('bca_va', till.clock, more)))).toMatchObject({
      kind: 'invalid',
      outcome: 'none',
    })
  }
  expect((await failureOf(till.gateway.charge(orderBy('credit_card', till.clock)))).kind).toBe('invalid')
  expect(till.provider.orders()).toHaveLength(before)
})
