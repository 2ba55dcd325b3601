import { afterEach, describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { ManualClock } from '../../src/lib/clock'
import { createMidtransGateway, type PaymentError } from '../../src/payments'
import { failureOf, keys, openTill, orderBy, quickRetries } from './till'

const canary = 'SB-Mid-server-CANARY-7f3e'
const clock = new ManualClock('2026-01-31T10:00:00Z')
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

function gatewayAt(baseUrl: string, timeoutMs = 60_000) {
  const options = { ...keys, serverKey: canary, environment: 'sandbox', baseUrl, timeoutMs, clock } as const
  return createMidtransGateway({ ...options, retryPolicy: quickRetries })
}

/** A server that answers everything with what the test says, and counts. */
function hostile(answer: (request: Request) => Response | Promise<Response>, timeoutMs?: number) {
  const calls: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      calls.push(`${request.method} ${new URL(request.url).pathname}`)
      return answer(request)
    },
  })
  closers.push(() => server.stop(true))
  return { calls, gateway: gatewayAt(`http://127.0.0.1:${server.port}/`, timeoutMs) }
}

function everythingSaidBy(error: PaymentError): string {
  const shown = inspect(error, { depth: null, showHidden: true, getters: true })
  return [
    shown,
    JSON.stringify(error),
    error.message,
    error.stack,
    error.diagnosis,
    String(error.cause),
    Bun.inspect(error),
  ].join('\n')
}

const json = (body: object, status = 200) => Response.json(body, { status })
const endless = () => {
  const chunk = new Uint8Array(64 * 1024).fill(32)
  return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }))
}
const never = () => new Promise<Response>(() => {})
const dripping = () =>
  new Response(
    new ReadableStream({
      pull: async (controller) => {
        await Bun.sleep(40)
        controller.enqueue(new Uint8Array([32]))
      },
    }),
  )

const troubles: [string, (request: Request) => Response | Promise<Response>, Partial<PaymentError>][] = [
  ['a server that never answers', never, { kind: 'timeout', outcome: 'unknown', retryable: true }],
  ['an answer that drips', dripping, { kind: 'timeout', outcome: 'unknown', retryable: true }],
  ['an endless answer', endless, { kind: 'unavailable', outcome: 'unknown' }],
  [
    'a compressed bomb',
    () => new Response(Bun.gzipSync(new Uint8Array(5e6)), { headers: { 'content-encoding': 'gzip' } }),
    { kind: 'unavailable', outcome: 'unknown' },
  ],
  [
    'HTML with status 200',
    () => new Response('<html>login'),
    { kind: 'unavailable', outcome: 'unknown', retryable: true },
  ],
  ['an empty answer', () => new Response(''), { kind: 'unavailable', outcome: 'unknown' }],
  ['JSON that is no object', () => new Response('[1]'), { kind: 'unavailable', outcome: 'unknown' }],
  [
    'a redirect elsewhere',
    () => Response.redirect('http://127.0.0.1:1/steal'),
    { kind: 'unavailable', outcome: 'unknown' },
  ],
  [
    'a body that states 500 under HTTP 200',
    () => json({ status_code: '500' }),
    { kind: 'unavailable', outcome: 'unknown' },
  ],
  [
    'success stated under HTTP 502',
    () => json({ status_code: '200' }, 502),
    { kind: 'unavailable', outcome: 'unknown' },
  ],
  [
    'a wrong key',
    () => json({ status_code: '401', status_message: `no access with ${canary}` }, 401),
    { kind: 'unauthorized', outcome: 'none' },
  ],
  [
    'a validation failure',
    () => json({ status_code: '400', validation_messages: [`bad ${btoa(`${canary}:`)}`] }, 400),
    { kind: 'invalid', outcome: 'none' },
  ],
  [
    'too many requests',
    () => json({ status_code: '429' }, 429),
    { kind: 'unavailable', outcome: 'none', retryable: true },
  ],
  ['an unknown order', () => json({ status_code: '404' }), { kind: 'unknown-order', outcome: 'none' }],
  [
    'an answer about another order',
    () => json({ status_code: '201', order_id: 'other' }),
    { kind: 'unusable', outcome: 'unknown', retryable: false },
  ],
]

describe('a charge meets', () => {
  test.each(troubles)('%s', async (_, answer, expected) => {
    const { gateway, calls } = hostile(answer, expected.kind === 'timeout' ? 2_000 : undefined)
    const error = await failureOf(gateway.charge(orderBy('bca_va', clock)))
    expect(error).toMatchObject(expected)
    expect(everythingSaidBy(error)).not.toMatch(/CANARY|U0ItTWlkLXNlcnZlci1DQU5BUl/)
    // What may have taken effect is not sent again by itself.
    expect(calls).toHaveLength(error.outcome === 'none' && error.retryable ? 3 : 1)
  })

  test('a closed port: nothing was sent, so it is tried again, and the key stays in the house', async () => {
    const gateway = gatewayAt('http://127.0.0.1:1')
    const error = await failureOf(gateway.charge(orderBy('gopay', clock)))
    expect(error).toMatchObject({ kind: 'unavailable', outcome: 'none', retryable: true, status: 503 })
    expect(everythingSaidBy(error)).not.toContain('CANARY')
    expect(inspect(gateway, { depth: null, showHidden: true })).not.toContain('CANARY')
  })

  test('an amount, a currency, a link or a number that is not what was asked for', async () => {
    const good = {
      status_code: '201',
      transaction_id: 't',
      transaction_status: 'pending',
      gross_amount: '50000.00',
      currency: 'IDR',
    }
    const accounts = [{ bank: 'bca', va_number: '1234567890' }]
    const wrong: [string, object][] = [
      ['bca_va', { ...good, va_numbers: accounts, gross_amount: '50000.50' }],
      ['bca_va', { ...good, va_numbers: accounts, gross_amount: '50001.00' }],
      ['bca_va', { ...good, va_numbers: accounts, gross_amount: '5e4' }],
      ['bca_va', { ...good, va_numbers: accounts, currency: 'USD' }],
      ['bca_va', { ...good, va_numbers: accounts, merchant_id: 'another' }],
      ['bca_va', { ...good, va_numbers: accounts, expiry_time: 'tomorrow' }],
      ['bca_va', { ...good, va_numbers: [] }],
      ['bca_va', { ...good, va_numbers: [{ va_number: '<script>' }] }],
      ['gopay', { ...good, actions: [{ name: 'deeplink-redirect', url: 'javascript:alert(1)' }] }],
      ['credit_card', { ...good, redirect_url: 'data:text/html,x' }],
      ['credit_card', good],
    ]
    for (const [method, body] of wrong) {
      const order = orderBy(method as 'bca_va', clock, { cardToken: 'token' })
      const { gateway } = hostile(() => json({ ...body, order_id: order.orderId }))
      expect(await failureOf(gateway.charge(order))).toMatchObject({ kind: 'unusable', outcome: 'unknown' })
    }
  })
})

test('a payment that is stated as settled under an HTTP error is not believed', async () => {
  const settled = { status_code: '200', order_id: 'o-1', gross_amount: '1.00', transaction_status: 'settlement' }
  const { gateway } = hostile(() => json(settled, 502))
  expect(await failureOf(gateway.status('o-1'))).toMatchObject({ kind: 'unavailable', outcome: 'unknown' })
})

test('a charge that the bank denies at once is a refusal, not an open payment', async () => {
  const order = orderBy('credit_card', clock, { cardToken: 'token' })
  const denied = {
    status_code: '202',
    order_id: order.orderId,
    transaction_status: 'deny',
    status_message: 'Do not honour',
  }
  const { gateway } = hostile(() => json(denied))
  expect(await failureOf(gateway.charge(order))).toMatchObject({ kind: 'refused', outcome: 'none', status: 502 })
})

test('what the provider does wrong by plan is what the adapter sees', async () => {
  const till = await openTill()
  closers.push(till.close)
  const order = orderBy('qris', till.clock)
  const { calls } = till.provider
  calls.failNext('charge', { kind: 'status', httpStatus: 503 })
  expect((await failureOf(till.gateway.charge(order))).kind).toBe('unavailable')
  calls.failNext('charge', { kind: 'html' })
  expect((await failureOf(till.gateway.charge(order))).outcome).toBe('unknown')
  expect(till.provider.orders()).toEqual([])
  calls.failNext('charge', { kind: 'html' }, 5)
  calls.clear()
  expect((await till.gateway.charge(order)).state).toBe('pending')
})

test('a question about the status is repeated until it is answered, a bounded number of times', async () => {
  let failures = 2
  const found = { status_code: '200', order_id: 'o-1', gross_amount: '10000.00', transaction_status: 'settlement' }
  const { gateway, calls } = hostile(() => (failures-- > 0 ? new Response('<html>') : json(found)))
  expect(await gateway.status('o-1')).toMatchObject({ state: 'paid', amount: 10_000n })
  expect(calls).toEqual(Array.from({ length: 3 }, () => 'GET /v2/o-1/status'))
  failures = 99
  expect((await failureOf(gateway.status('o-1'))).retryable).toBe(true)
  expect(calls).toHaveLength(6)
})

test('a cancel and a refund whose answer got lost are found done when they are repeated', async () => {
  const till = await openTill()
  closers.push(till.close)
  const impatient = createMidtransGateway({
    ...keys,
    environment: 'sandbox',
    baseUrl: till.provider.url,
    timeoutMs: 200,
    clock: till.clock,
    retryPolicy: quickRetries,
  })
  const order = orderBy('qris', till.clock)
  await till.gateway.charge(order)
  till.provider.calls.failNext('cancel', { kind: 'lost' })
  expect((await impatient.cancel(order.orderId)).state).toBe('cancelled')

  const paid = orderBy('qris', till.clock)
  await till.gateway.charge(paid)
  await till.provider.events.pay(paid.orderId)
  till.provider.calls.failNext('refund', { kind: 'lost' })
  expect((await impatient.refund(paid.orderId, { key: 'r-1', amount: 50_000n, reason: '' })).state).toBe('refunded')
  expect((await till.gateway.status(paid.orderId)).refunds).toEqual([{ key: 'r-1', amount: 50_000n }])
})

test('a charge whose answer got lost is there when its status is asked', async () => {
  const till = await openTill()
  closers.push(till.close)
  const impatient = createMidtransGateway({
    ...keys,
    environment: 'sandbox',
    baseUrl: till.provider.url,
    timeoutMs: 200,
    clock: till.clock,
  })
  const order = orderBy('bca_va', till.clock)
  till.provider.calls.failNext('charge', { kind: 'lost' })
  expect(await failureOf(impatient.charge(order))).toMatchObject({ kind: 'timeout', outcome: 'unknown' })
  expect((await impatient.status(order.orderId)).state).toBe('pending')
  expect((await impatient.charge(order)).instructions.kind).toBe('virtual_account')
  expect(till.provider.orders(order.orderId)).toHaveLength(1)
})
