import { afterAll, beforeAll, expect, test } from 'bun:test'
import { second } from '../../src/lib/clock'
import { failureOf, openTill, orderBy } from './till'

let till: Awaited<ReturnType<typeof openTill>>
beforeAll(async () => {
  till = await openTill()
})
afterAll(() => till.close())

/** An order that was paid twice. */
async function paidTwice() {
  const order = orderBy('qris', till.clock)
  await till.gateway.charge(order)
  const { transactionId: first } = await till.provider.events.pay(order.orderId)
  till.clock.advance(second)
  const { transactionId: latest } = await till.provider.events.payAgain(order.orderId)
  return { orderId: order.orderId, first, latest }
}

test('an order’s status is that of its latest payment; an earlier one is named', async () => {
  const { orderId, first, latest } = await paidTwice()
  expect((await till.gateway.status(orderId)).transactionId).toBe(latest)
  expect(await till.gateway.status(orderId, { transactionId: first })).toMatchObject({
    orderId,
    transactionId: first,
    state: 'paid',
  })
})

test('a payment of another order is unknown under this one', async () => {
  const [mine, other] = [await paidTwice(), await paidTwice()]
  expect(await failureOf(till.gateway.status(mine.orderId, { transactionId: other.first }))).toMatchObject({
    kind: 'unknown-order',
    outcome: 'none',
    retryable: false,
  })
  expect((await failureOf(till.gateway.status(mine.orderId, { transactionId: 'none' }))).kind).toBe('unknown-order')
})

test('a payment is never named by what would be another path', async () => {
  const { orderId } = await paidTwice()
  for (const transactionId of ['..', '.', 'a/b', '', 'x'.repeat(51)]) {
    expect((await failureOf(till.gateway.status(orderId, { transactionId }))).kind).toBe('invalid')
  }
})

test('a refund goes to the payment that is named, also where its answer was lost', async () => {
  const { orderId, first } = await paidTwice()
  till.provider.calls.failNext('refund', { kind: 'html' })
  const refund = { key: 'r1', amount: 20_000n, reason: 'x', transactionId: first }
  expect((await till.gateway.refund(orderId, refund)).state).toBe('partially_refunded')
  expect(till.provider.orders(orderId).map(({ refunds }) => refunds.map(({ key }) => key))).toEqual([['r1'], []])
})
