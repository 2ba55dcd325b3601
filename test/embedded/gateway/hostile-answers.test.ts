import { afterAll, beforeAll, expect, test } from 'bun:test'
import { keys, openTill, orderBy } from '../../payments/till'

let till: Awaited<ReturnType<typeof openTill>>
beforeAll(async () => {
  till = await openTill()
})
afterAll(() => till.close())

async function call(path: string, body?: object) {
  const answer = await fetch(till.provider.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Basic ${btoa(`${keys.serverKey}:`)}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const text = await answer.text()
  return { http: answer.status, text, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} }
}
const statusOf = async (id: string) => (await call(`/v2/${id}/status`)).body

async function open(method: 'gopay' | 'qris' = 'gopay') {
  const order = orderBy(method, till.clock)
  await till.gateway.charge(order)
  return order.orderId
}

async function told(act: () => Promise<unknown>) {
  await till.provider.notifications.idle()
  till.notices.length = 0
  await act()
  await till.provider.notifications.idle()
  return till.notices
}

test('a refund is made though a page in front answers in its place', async () => {
  const id = await open()
  await till.provider.events.pay(id)
  till.provider.calls.failNext('refund', { kind: 'lost', httpStatus: 502 })
  expect(await call(`/v2/${id}/refund`, { refund_key: 'r-1', amount: 20_000 })).toMatchObject({ http: 502, body: {} })
  expect(await statusOf(id)).toMatchObject({ transaction_status: 'partial_refund', refund_amount: '20000.00' })
})

test.each([
  [400, 400],
  [401, 401],
  [402, 200],
  [404, 200],
  [413, 400],
  [414, 200],
])('a planned refusal with %d comes under HTTP %d, and nothing is done', async (statusCode, http) => {
  const id = await open()
  await till.provider.events.pay(id)
  till.provider.calls.failNext('refund', { kind: 'refused', statusCode })
  const refused = await call(`/v2/${id}/refund`, { refund_key: 'r-1', amount: 20_000 })
  expect([refused.http, refused.body.status_code]).toEqual([http, String(statusCode)])
  expect(await statusOf(id)).toMatchObject({ transaction_status: 'settlement' })
})

test('answers and notices can be worded in another way; a notice is signed as it is worded', async () => {
  const id = await open()
  const { transactionId } = till.provider.orders(id)[0]!
  const wording = { order_id: transactionId, expiry_time: null }
  await till.provider.events.reword(id, { answers: wording, notices: wording })
  expect(await statusOf(id)).toMatchObject({ order_id: transactionId, transaction_id: transactionId })
  expect(await statusOf(id)).not.toHaveProperty('expiry_time')
  const [notice] = await told(() => till.provider.events.pay(id))
  expect(notice).toMatchObject({ order_id: transactionId, transaction_status: 'settlement' })
  expect(till.gateway.verifySignature(notice)).toBe(true)
})

test('a partial chargeback says its own sum, and the whole one says none', async () => {
  const id = await open()
  await till.provider.events.pay(id)
  await till.provider.events.chargeback(id, 20_000)
  expect(await statusOf(id)).toMatchObject({
    transaction_status: 'partial_chargeback',
    refund_chargeback_amount: '20000.00',
  })
  await till.provider.events.chargeback(id, 30_000)
  expect(await statusOf(id)).toMatchObject({ transaction_status: 'chargeback' })
  expect(await statusOf(id)).not.toHaveProperty('refund_chargeback_amount')
})

test('with a fee that the customer bears the amount is more, and the original stands in the metadata', async () => {
  const id = await open('qris')
  await till.provider.events.payWithFee(id, 1_500)
  expect(await statusOf(id)).toMatchObject({
    transaction_status: 'settlement',
    gross_amount: '51500.00',
    metadata: { extra_info: { gross_amount_info: { original_amount: '50000.00' } } },
  })
})

test('a refund that came to nothing leaves the list, and the next has a number of its own', async () => {
  const id = await open()
  const { events } = till.provider
  await events.pay(id)
  await events.refund(id, 10_000)
  await events.refund(id, 5_000)
  await events.forgetRefund(id, 'dashboard-1')
  expect(await statusOf(id)).toMatchObject({ transaction_status: 'partial_refund', refund_amount: '5000.00' })
  const { refunds } = await events.refund(id, 1_000)
  expect(refunds.map(({ key }) => key)).toEqual(['dashboard-2', 'dashboard-3'])
  await expect(events.forgetRefund(id, 'dashboard-1')).rejects.toThrow("can't do that")
})

test('an order may be called what it is not, and its notice says so', async () => {
  const id = await open()
  await till.provider.events.pay(id)
  const [notice] = await told(() => till.provider.events.mislabel(id, 'expire'))
  expect(notice).toMatchObject({ order_id: id, transaction_status: 'expire' })
})
