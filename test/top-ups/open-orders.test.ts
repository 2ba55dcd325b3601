import { beforeAll, expect, test } from 'bun:test'
import { day, ManualClock, second } from '../../src/lib/clock'
import type { PaymentGateway } from '../../src/payments'
import { newCardToken, rowOfTopUp, type Shop, sharedShop, signInAgain, topUp } from '../support/shop'
import { until } from '../support/system'
import { quickPayments } from './till'

const clock = new ManualClock('2026-03-01T00:00:00Z')
const shared = sharedShop({ clock })
let shop: Shop
beforeAll(async () => {
  shop = await shared()
  shop.system.parts.payments = quickPayments(shop)
})

const order = { amount: 50_000, method: 'bca_va' }
const away = { kind: 'status', httpStatus: 503 } as const
const idsOf = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id)

test('ten charges that failed at the provider’s side keep nobody from the next; each is listed and can be cancelled', async () => {
  const customer = await shop.system.customer()
  const never: string[] = []
  for (let round = 0; round < 10; round++) {
    shop.gateway.calls.failNext('charge', { kind: 'status', httpStatus: 502 })
    const { status, body } = await customer.post('/wallet/top-ups', order)
    expect(status).toBe(503)
    never.push(body.error.details.topUpId)
  }
  const { id } = await topUp(customer)
  const { body } = await customer.get('/wallet/top-ups?status=PENDING')
  expect(idsOf(body)).toEqual([id, ...never.toReversed()])
  // Whether the provider can be asked or not.
  for (const [index, one] of never.entries()) {
    if (index % 2 === 0) shop.gateway.calls.failNext('cancel', away, 2)
    const cancelled = await customer.post(`/wallet/top-ups/${one}/cancel`)
    expect([cancelled.status, cancelled.body.data?.status]).toEqual([200, 'CANCELLED'])
  }
  expect(idsOf((await customer.get('/wallet/top-ups?status=PENDING')).body)).toEqual([id])
  expect((await customer.get('/wallet/top-ups?status=CANCELLED')).body.meta.total).toBe(10)
})

test('ten that the provider has taken are all that can wait, and one that is cancelled makes room', async () => {
  const customer = await shop.system.customer()
  for (let round = 0; round < 10; round++) await topUp(customer)
  expect(await customer.post('/wallet/top-ups', order)).toFail(409, 'CONFLICT')
  const [latest] = (await customer.get('/wallet/top-ups')).body.data
  expect((await customer.post(`/wallet/top-ups/${latest.id}/cancel`)).status).toBe(200)
  await topUp(customer)
})

test('one’s own top-ups, by status, method and time, in pages', async () => {
  const somebody = await shop.system.customer()
  await topUp(await shop.system.customer())
  const first = await topUp(somebody, 'qris')
  clock.advance(day)
  const customer = await signInAgain(shop, somebody)
  const others = [await topUp(customer), await topUp(customer, 'gopay'), await topUp(customer)]
  const newest = [...others.map(({ id }) => id).toReversed(), first.id]
  const ids = async (query: string) => {
    const { status, body } = await customer.get(`/wallet/top-ups?${query}`)
    return status === 200 ? idsOf(body) : status
  }
  expect(await ids('')).toEqual(newest)
  expect(await ids('sort=oldest')).toEqual(newest.toReversed())
  expect(await ids('method=bca_va')).toEqual([newest[0], newest[2]])
  expect(await ids('method=gopay&status=PENDING')).toEqual([others[1]!.id])
  expect(await ids('method=qris')).toEqual([first.id])
  expect(await ids('status=SUCCESS')).toEqual([])
  expect(await ids('from=2026-03-01T12:00:00Z')).toEqual(newest.slice(0, 3))
  expect(await ids('to=2026-03-01T12:00:00Z')).toEqual([first.id])
  expect(await ids('limit=2&page=2')).toEqual(newest.slice(2))
  expect(await ids('status=PAID')).toBe(422)
})

test('whatever the provider is asked about an order has a time within which the turn ends', async () => {
  const { parts } = shop.system
  const { payments } = parts
  const asked: Record<string, (number | undefined)[]> = { charge: [], status: [], cancel: [], refund: [] }
  const noted = (name: string, hint: { withinMs?: number } = {}) => asked[name]!.push(hint.withinMs)
  parts.payments = {
    ...payments,
    charge: (one) => noted('charge', one) && payments.charge(one),
    status: (id, hint) => noted('status', hint) && payments.status(id, hint),
    cancel: (id, hint) => noted('cancel', hint) && payments.cancel(id, hint),
    refund: (id, one) => noted('refund', one) && payments.refund(id, one),
  } as PaymentGateway
  const customer = await shop.system.customer()
  const { id } = await topUp(customer, 'gopay')
  await customer.post(`/wallet/top-ups/${(await topUp(customer)).id}/cancel`)
  await shop.gateway.events.pay((await rowOfTopUp(shop, id)).orderId)
  const admin = await signInAgain(shop, shop.system.firstAdmin!)
  await admin.post(`/admin/top-ups/${id}/check`)
  await admin.post(`/admin/top-ups/${id}/refunds`, { amount: 10_000, reason: 'asked for it' })
  await until(
    'the refund',
    async () => (await admin.get(`/admin/refunds?topUpId=${id}`)).body.data[0],
    ({ status }) => status === 'POSTED',
  )
  parts.payments = payments
  for (const times of Object.values(asked)) {
    expect(times.length).toBeGreaterThan(0)
    for (const ms of times) expect(ms).toBeLessThanOrEqual(25 * second)
  }
})

test('a card token that was used, is too old or never was one is the customer’s to put right, and no alarm', async () => {
  const customer = await shop.system.customer()
  const pay = (cardToken: string) =>
    customer.post('/wallet/top-ups', { amount: 50_000, method: 'credit_card', cardToken })
  const used = await newCardToken(shop)
  expect((await pay(used)).status).toBe(201)
  const tooOld = await newCardToken(shop)
  clock.advance(11 * 60 * second)
  const lines = shop.system.logged.length
  for (const token of [used, tooOld, 'made-up']) {
    const refused = await pay(token)
    expect(refused).toFail(422, 'CARD_TOKEN_INVALID')
    const { body } = await customer.get(`/wallet/top-ups/${refused.body.error.details.topUpId}`)
    expect(body.data.status).toBe('FAILED')
  }
  const loud = shop.system.logged.slice(lines).filter(({ level }) => level === 'error' || level === 'fatal')
  expect(loud).toEqual([])
})

test.each([
  ['a bank refuses is its customer’s to know', 402, []],
  ['fails by our own key is an alarm', 401, ['top-up not charged']],
] as const)('a payment that %s', async (_, statusCode, alarms) => {
  const customer = await shop.system.customer()
  const lines = shop.system.logged.length
  shop.gateway.calls.failNext('charge', { kind: 'refused', statusCode })
  expect(await customer.post('/wallet/top-ups', { amount: 50_000, method: 'gopay' })).toFail(502, 'PAYMENT_FAILED')
  const loud = shop.system.logged.slice(lines).filter(({ level }) => level === 'error' || level === 'fatal')
  expect(loud.map(({ message }) => message)).toEqual([...alarms])
})
