import { afterAll, expect, test } from 'bun:test'
import { takeVersionOff } from '../../src/http/api-path'
import { startEdge } from './edge'

const left = Promise.withResolvers<void>()
const edge = startEdge((app) =>
  app
    .get('/api/echo', ({ request, query, route }) => ({ url: request.url, query, route }))
    .post('/api/echo', async ({ request }) => ({ url: request.url, body: await request.text() }), { parse: 'none' })
    .get('/api/wait', ({ request }) => {
      request.signal.addEventListener('abort', () => left.resolve())
      return new Response(new ReadableStream({ start: (controller) => controller.enqueue('waiting') }))
    }),
)
afterAll(() => edge.close())

test.each([
  ['/api/v1/wallet', '/api/wallet'],
  ['/api/v1/wallet/?a=/api/v1/', '/api/wallet/?a=/api/v1/'],
  ['/api/v1', '/api'],
  ['/api/v1?a=1', '/api?a=1'],
  ['/api/v1/v1/wallet', '/api/v1/wallet'],
  ['/api/wallet', '/api/wallet'],
  ['/api/v1x/wallet', '/api/v1x/wallet'],
  ['/api/v2/wallet', '/api/v2/wallet'],
  ['/other/api/v1/wallet', '/other/api/v1/wallet'],
  ['/?next=/api/v1/wallet', '/?next=/api/v1/wallet'],
])('of %s is left %s', (path, newest) => {
  const request = new Request(`http://localhost:1${path}`)
  takeVersionOff(request)
  expect(request.url).toBe(`http://localhost:1${newest}`)
})

test('a version is gone before anything looks at the path; query, method, body and HEAD stay what they are', async () => {
  const newest = `${edge.url}/api/echo?a=1`
  const v1 = `${edge.url}/api/v1/echo?a=1`
  expect(await (await fetch(v1)).json()).toEqual({ url: newest, query: { a: '1' }, route: '/api/echo' })
  const posted = await fetch(v1, { method: 'POST', body: 'the body' })
  expect(await posted.json()).toEqual({ url: newest, body: 'the body' })
  expect((await fetch(v1, { method: 'HEAD' })).status).toBe(200)
  expect((await fetch(`${edge.url}/api/v1/v1/echo`)).status).toBe(404)
})

test('a caller who leaves is noticed under a version too', async () => {
  const leaving = new AbortController()
  const answer = await fetch(`${edge.url}/api/v1/wait`, { signal: leaving.signal })
  await answer.body!.getReader().read()
  leaving.abort()
  await left.promise
})
