import { describe, expect, test } from 'bun:test'
import { asc } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { chargeTopUp } from '../../src/features/top-ups/charge'
import { topUps } from '../../src/features/top-ups/tables'
import { beginTopUp } from '../../src/features/top-ups/top-up'
import type { Actor } from '../../src/http/access'
import type { PaymentGateway } from '../../src/payments'
import { ended, rowOfTopUp, sharedShop, topUp } from '../support/shop'

const shop = sharedShop()
const newCustomer = async () => (await shop()).system.customer()
const orders = async () => (await shop()).system.parts.db.read.select().from(topUps).orderBy(asc(topUps.id)).all()

describe('an amount that is no amount is refused and leaves nothing behind', () => {
  const wrong = [
    0,
    -1,
    0.5,
    9_999,
    100_000_001,
    1e15,
    Number.MAX_SAFE_INTEGER + 2,
    '10000',
    null,
    true,
    [10_000],
    {},
    undefined,
  ]
  for (const amount of wrong) {
    test(JSON.stringify(amount) ?? 'absent', async () => {
      const customer = await newCustomer()
      const { status, body } = await customer.post('/wallet/top-ups', { amount, method: 'bca_va' })
      expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
      expect((await customer.get('/wallet/transactions')).body.meta.total).toBe(0)
    })
  }
})

test('the answer to an amount out of bounds names the bound', async () => {
  const { body } = await (await newCustomer()).post('/wallet/top-ups', { amount: 9_999, method: 'bca_va' })
  expect(body.error.details.problems).toEqual([{ path: '/amount', message: expect.stringContaining('10000') }])
})

test('a method’s own maximum is what it takes, and not a rupiah more', async () => {
  const customer = await newCustomer()
  const listed = (await customer.get('/wallet/payment-methods')).body.data as {
    method: string
    minimum: number
    maximum: number
  }[]
  expect(listed).toHaveLength(10)
  for (const method of ['qris', 'gopay', 'shopeepay']) {
    const { maximum, minimum } = listed.find((each) => each.method === method)!
    expect((await topUp(customer, method, maximum)).amount).toBe(maximum)
    expect((await topUp(customer, method, minimum)).amount).toBe(minimum)
    const { status, body } = await customer.post('/wallet/top-ups', { amount: maximum + 1, method })
    expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
    expect(body.error.details.problems[0].message).toContain(String(maximum))
  }
})

test.each([
  ['an unknown method', { amount: 10_000, method: 'cash' }],
  ['no method', { amount: 10_000 }],
  ['a card without its token', { amount: 10_000, method: 'credit_card' }],
  ['an endless token', { amount: 10_000, method: 'credit_card', cardToken: 'x'.repeat(201) }],
])('%s is refused', async (_, order) => {
  const { status, body } = await (await newCustomer()).post('/wallet/top-ups', order)
  expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
})

test('nobody can have more than ten orders open', async () => {
  const customer = await newCustomer()
  const opened = await Promise.all(Array.from({ length: 10 }, () => topUp(customer)))
  const { status, body } = await customer.post('/wallet/top-ups', { amount: 10_000, method: 'bca_va' })
  expect({ status, body }).toFail(409, 'CONFLICT')
  await customer.post(`/wallet/top-ups/${opened[0].id}/cancel`)
  await topUp(customer)
})

describe('a provider that is away', () => {
  test('refuses the connection: 503, the top-up has failed, and another try works', async () => {
    const { gateway } = await shop()
    const customer = await newCustomer()
    gateway.calls.failNext('charge', { kind: 'status', httpStatus: 429 }, 3)
    const { status, body } = await customer.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
    expect({ status, body }).toFail(503, 'UNAVAILABLE')
    const { topUpId } = body.error.details
    expect((await customer.get(`/wallet/top-ups/${topUpId}`)).body.data.status).toBe('FAILED')
    expect((await topUp(customer)).status).toBe('PENDING')
  })

  test('gives no usable answer: 503, and the top-up stays open, because it may have been charged', async () => {
    const { gateway } = await shop()
    const customer = await newCustomer()
    gateway.calls.failNext('charge', { kind: 'html' })
    const { status, body } = await customer.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
    expect({ status, body }).toFail(503, 'UNAVAILABLE')
    const { topUpId } = body.error.details
    expect((await customer.get(`/wallet/top-ups/${topUpId}`)).body.data.status).toBe('PENDING')
  })

  test('has taken a card’s money and can’t be asked then: the top-up waits, and is never called failed', async () => {
    const { system, gateway } = await shop()
    const customer = await newCustomer()
    const actor = { userId: customer.id } as Actor
    const { parts } = system
    const topUp = await parts.db.write((tx) => beginTopUp(parts, tx, actor, { amount: 50_000, method: 'bca_va' }))
    const charge: PaymentGateway['charge'] = async (order) => ({
      ...(await parts.payments.charge(order)),
      state: 'paid',
    })
    // The notification of the open order would have the provider asked as well, and use up what is planned here.
    gateway.notifications.failNext({ kind: 'drop' })
    gateway.calls.failNext('status', { kind: 'status', httpStatus: 429 }, 3)
    const told = await chargeTopUp({ ...parts, payments: { ...parts.payments, charge } }, topUp)
    expect(told.status).toBe('PENDING')
    expect((await rowOfTopUp(await shop(), topUp.id)).nextPollAt).not.toBeNull()
    await gateway.events.pay(topUp.orderId)
    expect((await ended(customer, topUp.id)).status).toBe('SUCCESS')
  })
})

test('somebody else’s top-up is 403, an unknown one 404, for reading and for cancelling', async () => {
  const [owner, stranger] = [await newCustomer(), await newCustomer()]
  const { id } = await topUp(owner)
  for (const [path, status] of [
    [id, 403],
    ['top_unknown', 404],
  ]) {
    expect((await stranger.get(`/wallet/top-ups/${path}`)).status).toBe(status as number)
    expect((await stranger.post(`/wallet/top-ups/${path}/cancel`)).status).toBe(status as number)
  }
  expect((await owner.get(`/wallet/top-ups/${id}`)).body.data.status).toBe('PENDING')
})

test('order names can’t be guessed from the numbers of their transactions', async () => {
  const names = (await orders()).map(({ orderId }) => orderId)
  expect(names.every((name) => /^TXMP-\d+-[0-9a-z]{10}$/.test(name))).toBe(true)
  expect(new Set(names.map((name) => name.slice(-10))).size).toBe(names.length)
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks((await shop()).system.parts.db)).toEqual([])
})
