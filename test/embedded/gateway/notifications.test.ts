import { afterEach, expect, test } from 'bun:test'
import { startEmbeddedGateway } from '../../../src/embedded/gateway'
import { keys, openTill, orderBy } from '../../payments/till'

let till: Awaited<ReturnType<typeof openTill>>
afterEach(() => till.close())

async function chargedOrder() {
  const order = orderBy('gopay', till.clock)
  await till.gateway.charge(order)
  await till.provider.notifications.idle()
  till.notices.length = 0
  return order.orderId
}

const words = () => till.notices.map((notice) => notice.transaction_status)

test.each([
  [[200], 1],
  [[500, 500, 500], 2],
  [[503, 503, 503, 503, 503, 503], 5],
  [[404, 404, 404, 404, 404, 404, 404], 6],
  [[302, 302, 200], 3],
])("to the merchant's answers %j there are %d tries", async (answers, tries) => {
  till = await openTill()
  const id = await chargedOrder()
  till.answers.push(...answers)
  await till.provider.events.pay(id)
  await till.provider.notifications.idle()
  expect(words()).toEqual(Array.from({ length: tries }, () => 'settlement'))
})

test('a merchant that does not answer in time is tried again', async () => {
  let calls = 0
  const slow = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => (++calls === 3 ? new Response() : new Promise<Response>(() => {})),
  })
  till = await openTill({ notificationUrl: `http://127.0.0.1:${slow.port}`, notificationTimeoutMs: 30 })
  await till.gateway.charge(orderBy('qris', till.clock))
  await till.provider.notifications.idle()
  expect(till.provider.notifications.deliveries.map((delivery) => delivery.httpStatus)).toEqual([null, null, 200])
  await slow.stop(true)
})

test('notifications can be lost, repeated and late', async () => {
  till = await openTill()
  const { events, notifications } = till.provider
  notifications.failNext({ kind: 'drop' })
  await events.pay(await chargedOrder())
  await notifications.idle()
  // The fault met the charge's own notice, the payment's came.
  expect(words()).toEqual(['settlement'])

  const again = await chargedOrder()
  notifications.failNext({ kind: 'duplicate', copies: 3 })
  await events.pay(again)
  await notifications.idle()
  expect(words()).toEqual(['settlement', 'settlement', 'settlement'])

  const late = await chargedOrder()
  notifications.failNext({ kind: 'delay', ms: 60 })
  await events.pay(late)
  await events.deny(late)
  await notifications.idle()
  expect(words()).toEqual(['deny', 'settlement'])
})

test('held notifications come in whatever order the test wants, each as it was when it happened', async () => {
  till = await openTill()
  const { events, notifications } = till.provider
  const id = await chargedOrder()
  notifications.hold()
  await events.pay(id)
  await events.refund(id, 10_000)
  await events.refund(id)
  expect(words()).toEqual([])
  await notifications.release((held) => held.toReversed())
  expect(words()).toEqual(['refund', 'partial_refund', 'settlement'])
  expect(till.notices.every((notice) => till.gateway.verifySignature(notice))).toBe(true)
  expect(till.notices[1]).toMatchObject({ refund_amount: '10000.00' })
})

test('a state can be told again, and a settlement come after a cancel', async () => {
  till = await openTill()
  const id = await chargedOrder()
  await till.provider.events.cancel(id)
  await till.provider.events.notifyAgain(id)
  await till.provider.events.settle(id)
  await till.provider.notifications.idle()
  expect(words()).toEqual(['cancel', 'cancel', 'settlement'])
  expect(till.notices[0]!.status_code).toBe('202')
})

test('one order id can be paid by two transactions', async () => {
  till = await openTill()
  const id = await chargedOrder()
  await till.provider.events.pay(id)
  await till.provider.events.payAgain(id)
  await till.provider.notifications.idle()
  expect(words()).toEqual(['settlement', 'settlement'])
  expect(new Set(till.notices.map((notice) => notice.transaction_id)).size).toBe(2)
})

test('an expiry is told without anybody asking', async () => {
  till = await openTill()
  await chargedOrder()
  till.clock.advance(31 * 60_000)
  await till.provider.expireDue()
  await till.provider.notifications.idle()
  expect(words()).toEqual(['expire'])
})

test('closing ends at once, with tries and calls still under way', async () => {
  till = await openTill({ retryDelaysMs: [24 * 60 * 60_000] })
  till.answers.push(500)
  const order = orderBy('qris', till.clock)
  await till.gateway.charge(order)
  till.provider.calls.failNext('status', { kind: 'hang' })
  const asked = till.gateway.status(order.orderId).catch((error: unknown) => error)
  await Bun.sleep(20)
  await till.provider.close()
  await till.provider.notifications.idle()
  expect(await asked).toBeInstanceOf(Error)
})

test('an event that cannot happen is refused', async () => {
  till = await openTill()
  const id = await chargedOrder()
  for (const event of ['approve', 'refund', 'chargeback'] as const) {
    expect(till.provider.events[event](id)).rejects.toThrow("can't do that")
  }
  expect(till.provider.events.pay('unknown')).rejects.toThrow('unknown')
})

test('a merchant without an address is told nothing', async () => {
  till = await openTill()
  const quiet = await startEmbeddedGateway({ ...keys, notificationUrl: () => null, retryDelaysMs: [] })
  expect(quiet.orders()).toEqual([])
  await quiet.close()
})
