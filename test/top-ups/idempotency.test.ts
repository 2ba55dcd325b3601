import { describe, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { creditWallet, promo } from '../../src/features/ledger'
import { ManualClock, minute } from '../../src/lib/clock'
import { chargeAtGateway, rowOfTopUp, sharedShop } from '../support/shop'
import type { Answer, Caller } from '../support/system'

const clock = new ManualClock(new Date())
const shop = sharedShop({ clock })
const order = { amount: 50_000, method: 'bca_va' }
const keyed = (key: string) => ({ 'idempotency-key': key })

const untilDone = async (post: () => Promise<Answer>): Promise<Answer> => {
  for (;;) {
    const answer = await post()
    if (answer.body.error?.code !== 'REQUEST_IN_PROGRESS') return answer
  }
}
const countOf = async (customer: Caller, path: string) => (await customer.get(path)).body.meta.total as number

describe('a top-up under an Idempotency-Key', () => {
  test('is answered with the same bytes again, and says so', async () => {
    const customer = await (await shop()).system.customer()
    const first = await customer.post('/wallet/top-ups', order, keyed('a'))
    const second = await customer.post('/wallet/top-ups', order, keyed('a'))
    expect(second.status).toBe(201)
    expect(JSON.stringify(second.body)).toBe(JSON.stringify(first.body))
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await countOf(customer, '/wallet/transactions')).toBe(1)
  })

  test('is the same under /api/v1', async () => {
    const { system } = await shop()
    const customer = await system.customer()
    const first = await customer.post('/wallet/top-ups', order, keyed('a'))
    const second = await customer.post('/v1/wallet/top-ups', order, keyed('a'))
    expect(second.body).toEqual(first.body)
  })

  test('with another body is 422 and orders nothing', async () => {
    const customer = await (await shop()).system.customer()
    await customer.post('/wallet/top-ups', order, keyed('a'))
    const { status, body } = await customer.post('/wallet/top-ups', { ...order, amount: 60_000 }, keyed('a'))
    expect({ status, body }).toFail(422, 'IDEMPOTENCY_CONFLICT')
    expect(await countOf(customer, '/wallet/transactions')).toBe(1)
  })

  test('fifty times at once is one order', async () => {
    const customer = await (await shop()).system.customer()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => customer.post('/wallet/top-ups', order, keyed('a'))),
    )
    const unexpected = answers.filter(
      ({ status, body }) => status !== 201 && body.error?.code !== 'REQUEST_IN_PROGRESS',
    )
    expect(unexpected).toEqual([])
    const last = await untilDone(() => customer.post('/wallet/top-ups', order, keyed('a')))
    for (const { status, body } of answers) if (status === 201) expect(body).toEqual(last.body)
    expect(await countOf(customer, '/wallet/transactions')).toBe(1)
  })

  test('belongs to its customer: the same key of somebody else is another order', async () => {
    const { system } = await shop()
    const [one, other] = [await system.customer(), await system.customer()]
    const first = await one.post('/wallet/top-ups', order, keyed('a'))
    const second = await other.post('/wallet/top-ups', order, keyed('a'))
    expect(second.headers.get('idempotency-replayed')).toBeNull()
    expect(second.body.data.id).not.toBe(first.body.data.id)
  })

  test('that the provider refused tells at the next try what became of it, and orders no second one', async () => {
    const { system, gateway } = await shop()
    const customer = await system.customer()
    gateway.calls.failNext('charge', { kind: 'status', httpStatus: 429 }, 3)
    const refused = await customer.post('/wallet/top-ups', order, keyed('a'))
    expect(refused.status).toBe(503)
    const again = await customer.post('/wallet/top-ups', order, keyed('a'))
    expect(again.status).toBe(201)
    expect(again.body.data).toMatchObject({ id: refused.body.error.details.topUpId, status: 'FAILED' })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await countOf(customer, '/wallet/transactions')).toBe(1)
  })

  test('that the provider refused for good refuses again in the same words, with or without a slash at the end', async () => {
    const customer = await (await shop()).system.customer()
    const card = { amount: 50_000, method: 'credit_card', cardToken: 'used-up' }
    const first = await customer.post('/wallet/top-ups', card, keyed('a'))
    expect(first).toFail(422, 'CARD_TOKEN_INVALID')
    for (const path of ['/wallet/top-ups', '/wallet/top-ups/']) {
      const again = await customer.post(path, card, keyed('a'))
      expect([again.status, again.body.error]).toEqual([422, first.body.error])
    }
    expect(await countOf(customer, '/wallet/transactions')).toBe(1)
  })

  test('that is under way is 409 for as long as it is', async () => {
    const { system, gateway } = await shop()
    const customer = await system.customer()
    gateway.calls.failNext('charge', { kind: 'hang' })
    const hanging = customer.post('/wallet/top-ups', order, keyed('a')).catch(() => undefined)
    const early = await (async () => {
      while ((await countOf(customer, '/wallet/transactions')) === 0);
      return customer.post('/wallet/top-ups', order, keyed('a'))
    })()
    expect(early).toFail(409, 'REQUEST_IN_PROGRESS')
    clock.advance(2 * minute)
    expect(await customer.post('/wallet/top-ups', order, keyed('a'))).toFail(409, 'REQUEST_IN_PROGRESS')
    expect(await countOf(customer, '/wallet/transactions')).toBe(1)
    void hanging
  })

  test('whose charge arrived though its answer was lost gets the instructions at the next try', async () => {
    const { system, gateway } = await shop()
    const customer = await system.customer()
    gateway.calls.failNext('charge', { kind: 'html' })
    const first = await customer.post('/wallet/top-ups', order, keyed('a'))
    expect(first).toFail(503, 'UNAVAILABLE')
    const { orderId } = await rowOfTopUp(await shop(), first.body.error.details.topUpId)
    await chargeAtGateway(await shop(), orderId, order.amount)
    const again = await customer.post('/wallet/top-ups', order, keyed('a'))
    expect([again.status, again.body.data.status]).toEqual([201, 'PENDING'])
    expect(again.body.data.instructions).toMatchObject({ kind: 'virtual_account' })
    expect(await countOf(customer, '/wallet/transactions')).toBe(1)
  })

  test.each(['', 'x'.repeat(129), 'two words', 'naïve'])('a key that is none (%p) is refused', async (key) => {
    const customer = await (await shop()).system.customer()
    const sent = { 'idempotency-key': Buffer.from(key, 'utf8').toString('latin1') }
    const { status } = await customer.post('/wallet/top-ups', order, sent)
    expect(status).toBe(422)
    expect(await countOf(customer, '/wallet/transactions')).toBe(0)
  })
})

describe('a subscription under an Idempotency-Key', () => {
  test('fifty times at once is bought once, and every answer is the same bytes', async () => {
    const { system } = await shop()
    const plan = await system.plan({ price: 40_000 })
    const customer = await system.customer({ balance: 100_000 })
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => customer.post('/subscriptions', { planId: plan.id }, keyed('s'))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(49)
    expect(await customer.balance()).toBe(60_000)
    expect(await plan.availableQuota()).toBe(9)
  })

  test('that was refused keeps nothing: once the wallet holds enough the same key buys', async () => {
    const { system } = await shop()
    const plan = await system.plan({ price: 40_000 })
    const customer = await system.customer({ balance: 39_999 })
    const buy = () => customer.post('/subscriptions', { planId: plan.id }, keyed('s'))
    expect((await buy()).status).toBe(402)
    await system.parts.db.write((tx) =>
      creditWallet(tx, {
        userId: customer.id,
        type: 'BONUS',
        counterAccount: promo,
        amount: 1n,
        source: `adjustment:one-${customer.id}`,
        description: 'One',
        at: clock.now(),
      }),
    )
    expect((await buy()).status).toBe(201)
    expect(await customer.balance()).toBe(0)
  })
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks((await shop()).system.parts.db)).toEqual([])
})
