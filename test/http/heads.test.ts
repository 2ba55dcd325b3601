import { afterAll, describe, expect, test } from 'bun:test'
import { ExportStreams } from '../../src/features/wallet/export-streams'
import { accessControl } from '../../src/http/access'
import { EventStreams } from '../../src/http/event-stream'
import { sharedSystem } from '../support/system'
import { startEdge } from './edge'
import { operationsOf } from './openapi-document'
import { sendRaw } from './raw-request'

const streams = new EventStreams()
const exports = new ExportStreams()
const actor = { userId: 'usr_1', sessionId: 'ses_1', role: 'USER', email: 'a@example.com' } as const
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

const edge = startEdge((app) =>
  app
    .use(accessControl(() => actor))
    .get('/stream', ({ request }) => streams.respond(request, actor, ({ signal }) => untilAborted(signal)), {
      access: 'customer',
    })
    .get(
      '/export',
      ({ request }) =>
        exports.respond(request, 'usr_1', { name: 'a.csv', nextPage: async () => 'row\r\n', onFault: () => {} }),
      { access: 'customer' },
    )
    .get('/things/:id', ({ params }) => ({ id: params.id }), { access: 'customer' })
    .get('/fixed', () => ({ id: 'fixed' }), { access: 'customer' }),
)
afterAll(() => edge.close())

const head = (path: string) => fetch(edge.url + path, { method: 'HEAD' })

describe('HEAD is answered with the head of a GET and nothing else:', () => {
  test.each([
    ['/stream', 'text/event-stream;charset=utf-8'],
    ['/export', 'text/csv;charset=utf-8;header=present'],
  ])('%s at once, and it leaves nothing open', async (path, type) => {
    for (let time = 0; time < 20; time++) {
      const { status, headers } = await head(path)
      expect([status, headers.get('content-type')]).toEqual([200, type])
      expect(headers.get('content-length')).toBeNull()
    }
    expect([streams.count, exports.count]).toEqual([0, 0])
  })

  test.each(['/things/7', '/fixed', '/nowhere'])('%s with the length of the body', async (path) => {
    const got = await fetch(edge.url + path)
    const { status, headers } = await head(path)
    expect(status).toBe(got.status)
    for (const name of ['content-type', 'content-length', 'cache-control', 'content-security-policy']) {
      // A refusal names its time and request: only its length is the same.
      expect([name, headers.get(name)]).toEqual([name, got.headers.get(name)])
    }
    const raw = await sendRaw(edge.url, `HEAD ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
    expect([raw.status, raw.body]).toEqual([got.status, ''])
  })

  test('the log and the figures call it what it was', async () => {
    await head('/things/8')
    expect(edge.logged.findLast((line) => line.startsWith('request'))).toContain('method: "HEAD"')
  })
})

const system = sharedSystem()

test('every GET of the document that needs no id answers HEAD in the same way', async () => {
  const { url, customer } = await system()
  const { accessToken } = await customer()
  const plain = (await operationsOf()).filter(({ method, path }) => method === 'get' && !path.includes('{'))
  expect(plain.length).toBeGreaterThan(15)
  for (const { path } of plain) {
    const call = (method: string) =>
      fetch(`${url}/api${path}`, {
        method,
        headers: { authorization: `Bearer ${accessToken}` },
      })
    const [got, asked] = [await call('GET'), await call('HEAD')]
    await got.body?.cancel()
    expect([path, asked.status, asked.headers.get('content-type')]).toEqual([
      path,
      got.status,
      got.headers.get('content-type'),
    ])
  }
})
