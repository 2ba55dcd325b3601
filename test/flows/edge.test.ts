import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { type Caller, sharedSystem, type TestSystem } from '../support/system'

const system = sharedSystem()

/** What a business loses or gains by accident: rows of everything that counts, and every balance and slot. */
async function holdingsOf({ parts }: TestSystem): Promise<unknown> {
  const counted = ['users', 'sessions', 'top_ups', 'transactions', 'ledger_entries', 'subscriptions', 'instances']
  const rows: Record<string, unknown> = {}
  for (const table of counted) {
    rows[table] = await parts.db.read.all(sql`select count(*) as total from ${sql.identifier(table)}`)
  }
  rows.balances = await parts.db.read.all(sql`select id, balance from ledger_accounts order by id`)
  rows.slots = await parts.db.read.all(sql`select id, used_quota from plans order by id`)
  return rows
}

type Attempt = [
  what: string,
  call: (who: Caller) => Promise<{ status: number; body: unknown }>,
  status: number,
  code: string,
]

test('whatever is sent that makes no sense gets a clear error, and nothing is lost, gained or made', async () => {
  const running = await system()
  const { anybody, customer, plan, parts } = running
  const dear = await plan({ price: 50_000, slots: 5 })
  const soldOut = await plan({ price: 1_000, slots: 1, service: 'ghost' })
  const owner = await customer({ balance: 100_000 })
  const bought = (await owner.post('/subscriptions', { planId: soldOut.id })).body.data
  const stranger = await customer({ balance: 49_999 })
  const instance = bought.instance.id
  const top = (body: unknown) => (who: Caller) => who.post('/wallet/top-ups', body)
  const attempts: Attempt[] = [
    ['malformed JSON', (who) => who.post('/subscriptions', '{"planId":'), 400, 'MALFORMED_REQUEST'],
    [
      'no JSON',
      (who) => who.post('/subscriptions', 'planId=1', { 'content-type': 'text/plain' }),
      400,
      'MALFORMED_REQUEST',
    ],
    ['wrong types', (who) => who.post('/subscriptions', { planId: 7, autoRenew: 'yes' }), 422, 'VALIDATION_ERROR'],
    ['unknown plan', (who) => who.post('/subscriptions', { planId: 'pln_unknown' }), 404, 'NOT_FOUND'],
    [
      'unknown cycle',
      (who) => who.post('/subscriptions', { planId: dear.id, billingCycle: 'DAILY' }),
      422,
      'VALIDATION_ERROR',
    ],
    ['a rupiah short', (who) => who.post('/subscriptions', { planId: dear.id }), 402, 'INSUFFICIENT_BALANCE'],
    ['sold out', (who) => who.post('/subscriptions', { planId: soldOut.id }), 409, 'QUOTA_EXCEEDED'],
    ['second subscription', () => owner.post('/subscriptions', { planId: soldOut.id }), 409, 'DUPLICATE_SUBSCRIPTION'],
    ...[0, -1, 0.5, 1e15, '50000', null, Number.MAX_SAFE_INTEGER + 1].map(
      (amount): Attempt => [`an amount of ${amount}`, top({ amount, method: 'bca_va' }), 422, 'VALIDATION_ERROR'],
    ),
    ['an unknown method', top({ amount: 50_000, method: 'cash' }), 422, 'VALIDATION_ERROR'],
    ['somebody else’s app', (who) => who.get(`/instances/${instance}`), 403, 'FORBIDDEN'],
    ['stopping it', (who) => who.put(`/instances/${instance}/stop`), 403, 'FORBIDDEN'],
    ['its log', (who) => who.get(`/instances/${instance}/logs`), 403, 'FORBIDDEN'],
    [
      'somebody else’s subscription',
      (who) => who.post(`/subscriptions/${bought.id}/cancel`, { when: 'now' }),
      403,
      'FORBIDDEN',
    ],
    ['an unknown app', (who) => who.get('/instances/ins_unknown'), 404, 'NOT_FOUND'],
    ['an unknown subscription', (who) => who.delete('/subscriptions/sub_unknown'), 404, 'NOT_FOUND'],
    ['an admin’s route', (who) => who.get('/admin/jobs'), 403, 'FORBIDDEN'],
    ['no token', () => anybody.get('/wallet'), 401, 'UNAUTHORIZED'],
    ['a forged token', () => anybody.get('/wallet', { authorization: 'Bearer a.b.c' }), 401, 'UNAUTHORIZED'],
    [
      'a webhook of nobody',
      () => anybody.post('/webhooks/midtrans', { order_id: 'x', signature_key: 'y' }),
      403,
      'FORBIDDEN',
    ],
    ['a webhook without an order', () => anybody.post('/webhooks/midtrans', {}), 422, 'VALIDATION_ERROR'],
  ]
  const before = await holdingsOf(running)
  for (const [what, call, status, code] of attempts) {
    const answer = (await call(stranger)) as { status: number; body: { error?: { code: string; message: string } } }
    expect([what, answer.status, answer.body.error?.code]).toEqual([what, status, code])
    expect(answer.body.error?.message.length).toBeGreaterThan(5)
  }
  expect(await holdingsOf(running)).toEqual(before)
  expect(await verifyBooks(parts.db)).toEqual([])
})
