import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { keys, newCardToken, openTill } from '../../payments/till'

let till: Awaited<ReturnType<typeof openTill>>
beforeAll(async () => {
  till = await openTill()
})
afterAll(() => till.close())

type Body = Record<string, unknown>

async function call(method: string, path: string, body?: object | string, key: string = keys.serverKey, headers = {}) {
  const answer = await fetch(till.provider.url + path, {
    method,
    headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'object' ? JSON.stringify(body) : body,
  })
  return { http: answer.status, body: (await answer.json()) as Body }
}

const transaction = (order_id: string, gross_amount: unknown = 10_000) => ({
  transaction_details: { order_id, gross_amount },
})
const bca = { payment_type: 'bank_transfer', bank_transfer: { bank: 'bca' } }

test('a charge answers as Midtrans does', async () => {
  const { http, body } = await call('POST', '/v2/charge', { ...transaction('raw-1'), ...bca })
  expect(http).toBe(200)
  expect(body).toMatchObject({
    status_code: '201',
    order_id: 'raw-1',
    gross_amount: '10000.00',
    currency: 'IDR',
    payment_type: 'bank_transfer',
    transaction_status: 'pending',
    transaction_time: '2026-01-31 17:00:00',
    expiry_time: '2026-02-01 17:00:00',
    va_numbers: [{ bank: 'bca' }],
  })
})

test('404, 406 and 412 come under HTTP 200, the wrong key and a bad body under their own', async () => {
  await call('POST', '/v2/charge', { ...transaction('raw-2'), ...bca })
  const codes = async (answer: ReturnType<typeof call>) => [(await answer).http, (await answer).body.status_code]
  expect(await codes(call('GET', '/v2/none/status'))).toEqual([200, '404'])
  expect(await codes(call('POST', '/v2/charge', { ...transaction('raw-2'), ...bca }))).toEqual([200, '406'])
  expect(await codes(call('POST', '/v2/raw-2/approve'))).toEqual([200, '412'])
  expect(await codes(call('GET', '/v2/raw-2/status', undefined, 'wrong'))).toEqual([401, '401'])
  expect(await codes(call('POST', '/v2/charge', '{not json'))).toEqual([400, '413'])
})

describe('a validation failure is 400 with its messages', () => {
  const wrong: [string, object][] = [
    ['no order id', { transaction_details: { gross_amount: 1 }, ...bca }],
    ['a long order id', { ...transaction('x'.repeat(51)), ...bca }],
    ['an order id with a slash', { ...transaction('a/b'), ...bca }],
    ['a fraction', { ...transaction('f', 0.5), ...bca }],
    ['nothing', { ...transaction('f', 0), ...bca }],
    ['items that do not add up', { ...transaction('f'), ...bca, item_details: [{ price: 1, quantity: 2 }] }],
    ['an unknown method', { ...transaction('f'), payment_type: 'cash' }],
    ['an unknown bank', { ...transaction('f'), payment_type: 'bank_transfer', bank_transfer: { bank: 'constructor' } }],
    ['an expiry of no time', { ...transaction('f'), ...bca, custom_expiry: { expiry_duration: 0, unit: 'minute' } }],
  ]
  test.each(wrong)('%s', async (_, body) => {
    const answer = await call('POST', '/v2/charge', body)
    expect([answer.http, answer.body.status_code]).toEqual([400, '400'])
    expect(answer.body.validation_messages).toBeArray()
  })

  test('and Snap has words of its own', async () => {
    expect(await call('POST', '/snap/v1/transactions', {})).toMatchObject({
      http: 400,
      body: { error_messages: expect.any(Array) },
    })
    expect((await call('POST', '/snap/v1/transactions', transaction('s'), 'wrong')).http).toBe(401)
    expect(await call('POST', '/snap/v1/transactions', transaction('snap-1'))).toMatchObject({ http: 201 })
    expect(await call('POST', '/snap/v1/transactions', transaction('snap-1'))).toMatchObject({
      http: 400,
      body: { error_messages: ['transaction_details.order_id has already been taken'] },
    })
  })
})

test('of two charges of one order at once, one is taken', async () => {
  const body = { ...transaction('raw-3'), ...bca }
  const answers = await Promise.all([1, 2, 3, 4].map(() => call('POST', '/v2/charge', body)))
  expect(answers.map((answer) => answer.body.status_code).sort()).toEqual(['201', '406', '406', '406'])
})

test('an ended order id can be used again, and is found by its latest transaction', async () => {
  const body = { ...transaction('raw-4'), ...bca }
  const first = await call('POST', '/v2/charge', body)
  expect((await call('POST', '/v2/raw-4/expire')).body.status_code).toBe('407')
  const second = await call('POST', '/v2/charge', body)
  expect(second.body.status_code).toBe('201')
  expect((await call('GET', '/v2/raw-4/status')).body.transaction_id).toBe(second.body.transaction_id)
  expect((await call('GET', `/v2/${first.body.transaction_id}/status`)).body.transaction_status).toBe('expire')
})

test('an Idempotency-Key answers again for five minutes; longer than 46 characters, or for Permata, it is ignored', async () => {
  const again = async (id: string, key: string, method: object = bca) => {
    const send = () =>
      call('POST', '/v2/charge', { ...transaction(id), ...method }, keys.serverKey, { 'idempotency-key': key })
    await send()
    return (await send()).body.status_code
  }
  expect(await again('raw-5', 'k'.repeat(46))).toBe('201')
  expect(await again('raw-6', 'k'.repeat(47))).toBe('406')
  expect(await again('raw-7', 'permata', { payment_type: 'bank_transfer', bank_transfer: { bank: 'permata' } })).toBe(
    '406',
  )
  till.clock.advance(5 * 60_000)
  const late = await call('POST', '/v2/charge', { ...transaction('raw-5'), ...bca }, keys.serverKey, {
    'idempotency-key': 'k'.repeat(46),
  })
  expect(late.body.status_code).toBe('406')
})

test('a card without 3-D Secure is captured at once; its number is nowhere to be seen', async () => {
  const token_id = await newCardToken(till.provider.url, '4811111111111114')
  const { body } = await call('POST', '/v2/charge', {
    ...transaction('card-1'),
    payment_type: 'credit_card',
    credit_card: { token_id },
  })
  expect(body).toMatchObject({ status_code: '200', transaction_status: 'capture', fraud_status: 'accept' })
  expect(JSON.stringify([body, till.provider.orders()])).not.toContain('4811111111111114')
})

test('no token is made of a wrong number, a wrong date or with a wrong client key', async () => {
  const ask = async (more: Record<string, string>) => {
    const good = {
      client_key: keys.clientKey,
      card_number: '4811111111111114',
      card_exp_month: '12',
      card_exp_year: '2030',
      card_cvv: '123',
    }
    return (await fetch(`${till.provider.url}/v2/token?${new URLSearchParams({ ...good, ...more })}`)).status
  }
  expect([
    await ask({}),
    await ask({ card_number: '4811111111111115' }),
    await ask({ card_exp_month: '13' }),
    await ask({ client_key: 'x' }),
  ]).toEqual([200, 400, 400, 401])
})

test('a body beyond the bound is refused', async () => {
  const answer = await fetch(`${till.provider.url}/v2/charge`, { method: 'POST', body: 'x'.repeat(100_000) })
  expect(answer.status).toBe(413)
})
