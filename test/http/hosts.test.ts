import { afterAll, describe, expect, test } from 'bun:test'
import { startSystem } from '../support/system'
import { sendRaw } from './raw-request'

const limited = startSystem({ environment: { RATE_LIMITS: '1' }, ticks: () => 5 })
afterAll(async () => (await limited).close())

const close = 'connection: close\r\n\r\n'
const longPath = `/${'x'.repeat(1_500)}`

// Bun leaves some of them out of the URL, and makes of the others one that is none.
const noHosts = [
  '',
  ' ',
  'a b',
  '?',
  '@',
  'u@h',
  'a/b',
  'a?x=1',
  'a#b',
  '\\',
  'h:99999',
  '[::1',
  '%',
  'a%2fb',
  ':80',
  'xn--',
]

describe('a Host that is none', () => {
  test.each(noHosts)('(%p) is 400 in the envelope, with a request id that stands in the log', async (host) => {
    const { url, logged } = await limited
    const { status, body } = await sendRaw(url, `GET /api/catalog/categories HTTP/1.1\r\nhost: ${host}\r\n${close}`)
    expect(status).toBe(400)
    const { success, error, requestId } = JSON.parse(body)
    expect([success, error.code]).toEqual([false, 'MALFORMED_REQUEST'])
    expect(logged.find((line) => line.requestId === requestId)).toMatchObject({ route: 'unmatched', status: 400 })
  })

  test('reaches no route under another class of limits', async () => {
    const { url } = await limited
    const body = '{"email":"a@example.com","password":"wrong password"}'
    const statuses = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const head = `POST /a/b/xx/api/auth/login HTTP/1.1\r\nhost:\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`
        return (await sendRaw(url, `${head}${close}${body}`)).status
      }),
    )
    expect(statuses).toEqual([400, 400, 400, 400, 400])
  })

  test('is no fault of ours under an Idempotency-Key either', async () => {
    const { url, customer } = await limited
    const { accessToken } = await customer()
    const body = '{"amount":50000,"method":"bca_va"}'
    const head = [
      'POST /api/wallet/top-ups HTTP/1.1',
      'host: h:99999',
      `authorization: Bearer ${accessToken}`,
      'idempotency-key: some-key',
      'content-type: application/json',
      `content-length: ${body.length}`,
    ]
    expect((await sendRaw(url, `${head.join('\r\n')}\r\n${close}${body}`)).status).toBe(400)
  })
})

test('a request of HTTP/1.0 without a Host is 400, however long its path is', async () => {
  const { url } = await limited
  for (const path of ['/livez', longPath]) {
    const { status, body } = await sendRaw(url, `GET ${path} HTTP/1.0\r\n\r\n`)
    expect([status, JSON.parse(body).error.code]).toEqual([400, 'MALFORMED_REQUEST'])
  }
  expect((await sendRaw(url, `GET /livez HTTP/1.0\r\nhost: localhost\r\n\r\n`)).status).toBe(200)
})

test('a method or a target that is no path of ours is never a fault', async () => {
  const { url } = await limited
  for (const target of [
    'CONNECT a:80',
    'CONNECT http://a:80',
    'GET http://elsewhere/api/nowhere',
    'TRACE /api/nowhere',
  ]) {
    const { status, body } = await sendRaw(url, `${target} HTTP/1.1\r\nhost: a\r\n${close}`)
    expect([target, status >= 400 && status < 500, JSON.parse(body).success]).toEqual([target, true, false])
  }
})

test('what was refused for its Host is not waited for when the server stops', async () => {
  const system = await startSystem()
  for (const host of ['', '[::1']) await sendRaw(system.url, `GET ${longPath} HTTP/1.1\r\nhost: ${host}\r\n${close}`)
  await system.close()
  expect(system.logged.filter(({ message }) => message === 'stopped before every request was answered')).toEqual([])
})

describe('as docs/edge.md says of what never reaches us, Bun', () => {
  const large = 3 * 1024 * 1024 + 1
  test.each([
    ['closes on a method it does not know', 'FOO /livez HTTP/1.1\r\nhost: a\r\n', 0],
    ['refuses HTTP/1.1 without a Host line', 'GET /livez HTTP/1.1\r\n', 400],
    ['refuses a target that is no path', 'GET livez HTTP/1.1\r\nhost: a\r\n', 400],
    ['refuses a length that is none', 'POST /livez HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n', 400],
    ['refuses a body beyond 3 MiB', `POST /api/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: ${large}\r\n`, 413],
  ])('%s', async (_, head, status) => {
    const { url } = await limited
    expect(await sendRaw(url, head + close)).toMatchObject({ status, body: '' })
  })
})

test('a body that nobody reads does not stand in the way of the next request on its connection', async () => {
  const { url } = await limited
  const body = `{"amount":"${'x'.repeat(480_000)}"}`
  const post = (path: string) =>
    `POST ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a.b.c\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  const get = `GET /livez HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  const last = `GET /livez HTTP/1.1\r\nhost: a\r\n${close}`
  const { head, body: rest } = await sendRaw(url, post('/api/wallet/top-ups') + post('/nowhere') + get + last)
  const statuses = [...`${head}${rest}`.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)
  expect(statuses).toEqual(['401', '404', '200', '200'])
})
