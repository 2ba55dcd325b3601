import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { type Caller, sharedSystem, type TestCustomer, type TestSystem } from '../support/system'

const shared = sharedSystem()
let system: TestSystem
let admin: Caller
beforeAll(async () => {
  system = await shared()
  admin = await system.admin()
})

const adjust = ({ id }: TestCustomer, amount: unknown, headers?: Record<string, string>, reason = 'Goodwill') =>
  admin.post(`/admin/users/${id}/credit-adjustment`, { amount, reason }, headers)

test('what is put in and taken out stands in the statement, and the books balance', async () => {
  const person = await system.customer()
  const given = await adjust(person, 25_000)
  expect([given.status, given.body.data]).toEqual([
    201,
    {
      transactionId: expect.stringMatching(/^txn_/),
      customId: expect.stringMatching(/^TXMP-\d+$/),
      amount: 25_000,
      balanceAfter: 25_000,
      createdAt: expect.stringMatching(/Z$/),
    },
  ])
  const taken = await adjust(person, -25_000, {}, 'Given by mistake')
  expect(taken.body.data).toMatchObject({ amount: -25_000, balanceAfter: 0 })
  const { data } = (await person.get('/wallet/transactions')).body
  expect(data).toEqual([
    expect.objectContaining({
      type: 'ADJUSTMENT',
      status: 'SUCCESS',
      amount: -25_000,
      description: 'Given by mistake',
    }),
    expect.objectContaining({ type: 'ADJUSTMENT', status: 'SUCCESS', amount: 25_000, description: 'Goodwill' }),
  ])
  // Neither paid in nor spent.
  expect((await person.get('/wallet')).body.data).toMatchObject({ creditBalance: 0, totalTopUp: 0, totalSpent: 0 })
  expect(await verifyBooks(system.parts.db)).toEqual([])
})

test('no wallet goes below zero, however many take from it at once', async () => {
  const person = await system.customer({ balance: 5_000 })
  const short = await adjust(person, -5_001)
  expect(short).toFail(402, 'INSUFFICIENT_BALANCE')
  expect(short.body.error.details).toEqual({ balance: 5_000, required: 5_001, missing: 1 })
  const answers = await Promise.all(Array.from({ length: 12 }, () => adjust(person, -1_000)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(201), ...Array(7).fill(402)])
  expect(await person.balance()).toBe(0)
  expect((await person.get('/wallet/transactions')).body.meta.total).toBe(6)
  expect(await verifyBooks(system.parts.db)).toEqual([])
})

test('fifty repeats under one key move the money once', async () => {
  const person = await system.customer()
  const key = { 'idempotency-key': 'goodwill-of-march' }
  const answers = await Promise.all(Array.from({ length: 50 }, () => adjust(person, 3_000, key)))
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.data.customId}`)).size).toBe(1)
  expect(await person.balance()).toBe(3_000)
  const other = await adjust(person, 4_000, key)
  expect(other).toFail(422, 'IDEMPOTENCY_CONFLICT')
  const neighbour = await system.customer()
  expect((await adjust(neighbour, 3_000, key)).status).toBe(422)
  expect([await person.balance(), await neighbour.balance()]).toEqual([3_000, 0])
})

test.each([0, 1.5, '1000', null, 1_000_000_001, -1_000_000_001, 1e300])(
  'an amount of %p is refused',
  async (amount) => {
    const person = await system.customer({ balance: 1_000 })
    const { status, body } = await adjust(person, amount)
    expect([status, body.error.code, body.error.details.problems[0].path]).toEqual([422, 'VALIDATION_ERROR', '/amount'])
    expect(await person.balance()).toBe(1_000)
  },
)
