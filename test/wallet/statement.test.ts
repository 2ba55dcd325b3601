import { beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import { FileConnection } from '../../src/db/connection'
import { creditWallet, promo } from '../../src/features/ledger'
import { TransactionView } from '../../src/features/wallet/schema'
import { ListAnswer } from '../../src/http/schema'
import { ManualClock, minute } from '../../src/lib/clock'
import { sharedShop, topUp } from '../support/shop'
import type { TestCustomer } from '../support/system'

const start = new Date()
const clock = new ManualClock(start)
const shop = sharedShop({ clock })
let customer: TestCustomer
let subscriptionId: string

const at = (minutes: number) => new Date(start.getTime() + minutes * minute).toISOString()
const list = async (query: string) => (await customer.get(`/wallet/transactions?${query}`)).body
const descriptions = async (query: string) =>
  (await list(query)).data.map((row: { description: string }) => row.description)

// Minute 0 to 4: five gifts; 5: a subscription for 30,000; 6: a top-up that waits.
beforeAll(async () => {
  const { system } = await shop()
  customer = await system.customer()
  for (let index = 0; index < 5; index++) {
    await system.parts.db.write((tx) =>
      creditWallet(tx, {
        userId: customer.id,
        type: 'BONUS',
        counterAccount: promo,
        amount: 10_000n,
        source: `adjustment:gift-${index}`,
        description: `Gift ${index}`,
        at: clock.now(),
      }),
    )
    clock.advance(minute)
  }
  const plan = await system.plan({ price: 30_000 })
  const bought = await customer.post('/subscriptions', { planId: plan.id })
  subscriptionId = bought.body.data.id
  clock.advance(minute)
  await topUp(customer, 'qris', 20_000)
})

test('shows every movement, newest first, with the balance after it', async () => {
  const { data, meta } = await list('')
  expect(meta).toEqual({ page: 1, limit: 20, total: 7, totalPages: 1 })
  expect(
    data.map((row: { type: string; status: string; amount: number; balanceAfter: number | null }) => [
      row.type,
      row.status,
      row.amount,
      row.balanceAfter,
    ]),
  ).toEqual([
    ['TOP_UP', 'PENDING', 20_000, null],
    ['CHARGE', 'SUCCESS', -30_000, 20_000],
    ['BONUS', 'SUCCESS', 10_000, 50_000],
    ['BONUS', 'SUCCESS', 10_000, 40_000],
    ['BONUS', 'SUCCESS', 10_000, 30_000],
    ['BONUS', 'SUCCESS', 10_000, 20_000],
    ['BONUS', 'SUCCESS', 10_000, 10_000],
  ])
})

test('filters by type, status, subscription and time, and by all of them together', async () => {
  expect((await list('type=BONUS')).meta.total).toBe(5)
  expect((await list('status=PENDING')).meta.total).toBe(1)
  const charged = await list(`subscriptionId=${subscriptionId}`)
  expect(charged.data).toMatchObject([{ type: 'CHARGE', subscriptionId }])
  expect(await descriptions(`from=${at(1)}&to=${at(3)}&sort=oldest`)).toEqual(['Gift 1', 'Gift 2'])
  expect(await descriptions(`type=BONUS&status=SUCCESS&from=${at(4)}`)).toEqual(['Gift 4'])
  expect((await list('type=REFUND')).meta).toEqual({ page: 1, limit: 20, total: 0, totalPages: 0 })
})

test('every combination of filters leaves exactly the rows that fit, and counts them', async () => {
  const all = (await list('limit=100&sort=oldest')).data as Record<string, string>[]
  const values = {
    type: ['BONUS', 'CHARGE'],
    status: ['SUCCESS', 'PENDING'],
    subscriptionId: [subscriptionId],
    from: [at(2)],
    to: [at(6)],
  }
  let filters: Record<string, string>[] = [{}]
  for (const [name, given] of Object.entries(values)) {
    filters = filters.flatMap((filter) => [filter, ...given.map((value) => ({ ...filter, [name]: value }))])
  }
  expect(filters).toHaveLength(72)
  for (const { from = '', to = '~', ...equal } of filters) {
    const fitting = all.filter(
      (row) =>
        Object.entries(equal).every(([name, value]) => row[name] === value) &&
        row.createdAt! >= from &&
        row.createdAt! < to,
    )
    const query = new URLSearchParams({ ...equal, ...(from && { from }), ...(to !== '~' && { to }), sort: 'oldest' })
    const { data, meta } = await list(`${query}`)
    expect([`${query}`, data]).toEqual([`${query}`, fitting])
    expect(meta.total).toBe(fitting.length)
    // A full page can't tell how many there are: then they are counted.
    expect((await list(`${query}&limit=1`)).meta.total).toBe(fitting.length)
    expect((await list(`${query}&limit=1&page=1000`)).meta.total).toBe(fitting.length)
  }
})

test('the count follows what is added and what changes its status', async () => {
  const { system } = await shop()
  const own = await system.customer({ balance: 1_000 })
  const totals = async () =>
    Promise.all(
      ['', '&type=BONUS', '&type=TOP_UP', '&status=PENDING', '&status=CANCELLED'].map(
        async (filter) => (await own.get(`/wallet/transactions?limit=1${filter}`)).body.meta.total,
      ),
    )
  expect(await totals()).toEqual([1, 1, 0, 0, 0])
  const { id } = await topUp(own, 'qris', 20_000)
  expect(await totals()).toEqual([2, 1, 1, 1, 0])
  expect((await own.post(`/wallet/top-ups/${id}/cancel`)).status).toBe(200)
  expect(await totals()).toEqual([2, 1, 1, 0, 1])
})

test('an answer fits what the document says of it', async () => {
  expect(Value.Check(ListAnswer(TransactionView), await list('limit=100'))).toBe(true)
})

test('every filter is answered from an index, whatever else the customer did', async () => {
  // A connection of its own: after an EXPLAIN the native module stays in the state of the file that it saw.
  const connection = new FileConnection(join((await shop()).system.dataDir, 'minispod.db'))
  const planOf = (condition: string) =>
    connection
      .all(`explain query plan select * from transactions where ${condition} order by number desc`)
      .map(([, , , detail]) => detail)
      .join()
  const index = (name: string, terms: string) => `SEARCH transactions USING INDEX ${name} (${terms})`
  for (const filter of [
    '',
    " and type = 'BONUS'",
    " and status = 'PENDING'",
    ' and created_at >= 1 and created_at < 2',
  ]) {
    expect(planOf(`user_id = 'x'${filter}`)).toBe(index('transactions_statement', 'user_id=?'))
  }
  expect(planOf(`+user_id = 'x' and subscription_id = 'y'`)).toBe(
    index('transactions_subscription', 'subscription_id=?'),
  )
  connection.close()
})

test('a page writes times and texts as a single movement does', async () => {
  const { system } = await shop()
  const own = await system.customer()
  const texts = ['"quoted" \\ back', 'line\nbreak\ttab', 'Toko “Maju” 🛒', '</script>', '\u0001\u2028']
  for (const [index, description] of texts.entries()) {
    const at = new Date(Date.UTC(2024, 1, 29, 23, 59, 59, [0, 1, 499, 500, 999][index]))
    const gift = {
      userId: own.id,
      type: 'BONUS',
      counterAccount: promo,
      amount: 1n,
      source: `adjustment:text-${index}`,
    } as const
    await system.parts.db.write((tx) => creditWallet(tx, { ...gift, description, at }))
  }
  const { data } = (await own.get('/wallet/transactions?sort=oldest')).body
  expect(data.map((row: { description: string }) => row.description)).toEqual(texts)
  for (const row of data) expect((await own.get(`/wallet/transactions/${row.id}`)).body.data).toEqual(row)
})

test('a time that ends before it begins is refused', async () => {
  const { status, body } = await customer.get(`/wallet/transactions?from=${at(3)}&to=${at(2)}`)
  expect([status, body.error.details.problems[0].path]).toEqual([422, '/from'])
  expect((await list(`from=${at(3)}&to=${at(3)}`)).meta.total).toBe(0)
})

test('pages hold every row once, in either order', async () => {
  for (const sort of ['newest', 'oldest']) {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => list(`limit=2&page=${page}&sort=${sort}`)))
    expect(pages[0].meta).toEqual({ page: 1, limit: 2, total: 7, totalPages: 4 })
    const ids = pages.flatMap(({ data }) => data.map((row: { customId: string }) => row.customId))
    expect(new Set(ids).size).toBe(7)
    const numbers = ids.map((id) => Number(id.slice(5)))
    expect(numbers).toEqual(numbers.toSorted((a, b) => (sort === 'oldest' ? a - b : b - a)))
  }
  expect((await list('limit=2&page=5')).data).toEqual([])
})

describe('a bad value is refused and never ignored', () => {
  const bad = [
    'page=0',
    'page=-1',
    'page=1.5',
    'page=x',
    'page=',
    'limit=0',
    'limit=101',
    'sort=amount',
    'sort=',
    'type=GIFT',
    'type=',
    'subscriptionId=',
  ]
  const moments = [
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01',
    '1',
    '2026-01-01T25:00:00Z',
    '',
  ]
  for (const query of [
    ...bad,
    'status=DONE',
    'unknown=1',
    ...moments.flatMap((text) => [`from=${text}`, `to=${text}`]),
  ]) {
    test(query, async () => {
      const { status, body } = await customer.get(`/wallet/transactions?${query}`)
      expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
    })
  }
})

test('a moment may be given in another time zone', async () => {
  const jakarta = `${new Date(Date.parse(at(4)) + 7 * 60 * minute).toISOString().slice(0, -1)}+07:00`
  expect(await descriptions(`type=BONUS&from=${encodeURIComponent(jakarta)}`)).toEqual(['Gift 4'])
})

test('one movement is found by its id and by its number', async () => {
  const { data } = await list('type=CHARGE')
  expect(data[0].customId).toMatch(/^TXMP-\d+$/)
  for (const name of [data[0].id, data[0].customId]) {
    const { status, body } = await customer.get(`/wallet/transactions/${name}`)
    expect([status, body.data]).toEqual([200, data[0]])
  }
})

test('somebody else’s movement is 403, an unknown one 404', async () => {
  const stranger = await (await shop()).system.customer()
  const { data } = await list('type=CHARGE')
  expect((await stranger.get(`/wallet/transactions/${data[0].id}`)).status).toBe(403)
  expect((await stranger.get(`/wallet/transactions/${data[0].customId}`)).status).toBe(403)
  expect((await stranger.get(`/wallet/transactions?subscriptionId=${subscriptionId}`)).body.data).toEqual([])
  for (const unknown of ['TXMP-99999', 'TXMP-', 'TXMP--1', 'TXMP-1e2', 'txn_nothing', "' OR 1=1 --"]) {
    expect((await stranger.get(`/wallet/transactions/${encodeURIComponent(unknown)}`)).status).toBe(404)
  }
})

test('the wallet’s totals agree with the movements', async () => {
  expect((await customer.get('/wallet')).body.data).toEqual({
    creditBalance: 20_000,
    totalTopUp: 0,
    totalSpent: 30_000,
    owed: 0,
    currency: 'IDR',
  })
  const { data } = (await customer.get('/wallet/statistics')).body
  expect(data).toMatchObject({ creditBalance: 20_000, totalSpent: 30_000, transactions: 6, pendingTopUps: 1 })
  expect(data.byType.toSorted((a: { type: string }, b: { type: string }) => a.type.localeCompare(b.type))).toEqual([
    { type: 'BONUS', count: 5, amount: 50_000 },
    { type: 'CHARGE', count: 1, amount: -30_000 },
  ])
})

test('without a token nothing of the wallet is shown', async () => {
  const { system } = await shop()
  for (const path of ['', '/statistics', '/transactions', '/transactions/TXMP-101', '/top-ups/x']) {
    expect((await system.anybody.get(`/wallet${path}`)).status).toBe(401)
  }
})
