import { expect, test } from 'bun:test'
import { sharedSystem } from '../support/system'
import { startEdge } from './edge'
import { sendRaw } from './raw-request'

const system = sharedSystem()
const proxied = sharedSystem({ environment: { TRUSTED_PROXIES: '127.0.0.0/8' } })

test('a request id of a trusted proxy is taken over: in the header, in the answer and in the log', async () => {
  const { anybody, logged } = await proxied()
  const { headers, body } = await anybody.get('/nowhere', { 'x-request-id': 'proxy.id-0001_a' })
  expect(headers.get('x-request-id')).toBe('proxy.id-0001_a')
  expect(body.requestId).toBe('proxy.id-0001_a')
  expect(logged.some(({ requestId }) => requestId === 'proxy.id-0001_a')).toBe(true)
})

test.each([
  'short',
  'with space 12345',
  '"},"level":60,"x":"',
  '<script>alert(1)</script>',
  'é'.repeat(10),
  'x'.repeat(65),
])('a request id that is no plain name (%p) is replaced by one of ours', async (given) => {
  const { anybody } = await proxied()
  const { headers, body } = await anybody.get('/nowhere', { 'x-request-id': given })
  expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{9,}$/)
  expect(body.requestId).toBe(headers.get('x-request-id'))
})

test('a request id that a client makes up is kept nowhere', async () => {
  const { anybody, customer, logged } = await system()
  const given = 'client.id-0001_a'
  const { headers, body } = await anybody.get('/nowhere', { 'x-request-id': given })
  expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{9,}$/)
  expect(body.requestId).toBe(headers.get('x-request-id'))
  await (await customer()).get('/auth/me', { 'x-request-id': given })
  expect(JSON.stringify(logged)).not.toContain(given)
})

test('every request has an id of its own', async () => {
  const { anybody } = await system()
  const answers = await Promise.all(Array.from({ length: 50 }, () => anybody.get('/catalog/categories')))
  expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(50)
})

test.each(['/subscriptions/%00', '/wallet/transactions?subscriptionId=a%00b', '/catalog/services/n8n%00'])(
  'a NUL in the URL (%s) is 422',
  async (path) => {
    const { customer } = await system()
    const { status, body } = await (await customer()).get(path)
    expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
  },
)

test.each([
  '/subscriptions/%ff',
  '/subscriptions/%',
  '/subscriptions/%E0%A4%A',
  '/wallet/transactions?subscriptionId=%ff',
])('a URL that does not decode (%s) is refused, never a fault of ours', async (path) => {
  const { customer } = await system()
  const { status, body } = await (await customer()).get(path)
  expect(status).toBeLessThan(500)
  expect(body).toHaveProperty('success')
})

test('header values of every kind lose nothing but their own request', async () => {
  const { anybody, url } = await system()
  const odd = [
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    `Bearer ${'a'.repeat(10_000)}`,
    'Bearer é',
    'Bearer a.b.c',
    'Bearer ..',
  ]
  for (const authorization of odd) {
    const { status, body } = await anybody.get('/auth/me', { authorization })
    expect({ status, body }).toFail(401, 'UNAUTHORIZED')
  }
  for (const header of ['if-none-match', 'user-agent', 'accept', 'cookie', 'x-forwarded-for', 'last-event-id']) {
    const value = '\xff\xfe"\\; =,'.repeat(100)
    expect((await anybody.get('/catalog/categories', { [header]: value })).status).toBe(200)
  }
  // Past what a parser of headers should hold; the next request is served as if nothing was.
  const huge = await sendRaw(url, `GET /livez HTTP/1.1\r\nhost: localhost\r\nx-a: ${'a'.repeat(100_000)}\r\n\r\n`)
  expect(huge.status).toBe(431)
  expect((await anybody.get('/catalog/categories')).status).toBe(200)
})

test.each(['', ' ', 'with space', 'x'.repeat(129), 'é', 'a\tb'])('Idempotency-Key %p is 422', async (key) => {
  const { customer } = await system()
  const { status, body } = await (await customer()).post('/subscriptions', { planId: 'x' }, { 'idempotency-key': key })
  expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
})

test('a host name of one letter, as a Service in a cluster may have, finds its routes', async () => {
  const { url } = await system()
  const { status } = await sendRaw(url, 'GET /api/catalog/categories HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  expect(status).toBe(200)
})

test('a body of the wrong types is 422 with every place, and nothing of what was sent', async () => {
  const { anybody } = await system()
  const { status, body } = await anybody.post('/auth/register', { email: 7, password: ['hunter2-canary'], name: {} })
  expect(status).toBe(422)
  expect(body.error).toEqual({
    code: 'VALIDATION_ERROR',
    message: 'The body is not valid',
    details: {
      in: 'body',
      problems: [
        { path: '/email', message: 'Expected string' },
        { path: '/password', message: 'Expected string' },
        { path: '/name', message: 'Expected string' },
      ],
    },
  })
})

test('what is refused before its handler ran is counted at its route, in the log and in the figures', async () => {
  const { anybody, url, logged } = await system()
  const { headers } = await anybody.post('/auth/login', '{')
  const line = logged.find(({ requestId }) => requestId === headers.get('x-request-id'))
  expect(line).toMatchObject({ route: '/api/auth/login', status: 400 })
  const figures = await (await fetch(`${url}/metrics`)).text()
  expect(figures).toMatch(/minispod_http_requests_total\{method="POST",route="\/api\/auth\/login",status="400"\} \d/)
})

test('who calls before the app is built is asked to come again', async () => {
  const starting = startEdge()
  try {
    const answer = await fetch(`${starting.url}/readyz`)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await answer.json()).toMatchObject({ success: false, error: { code: 'UNAVAILABLE' } })
  } finally {
    await starting.close()
  }
})
