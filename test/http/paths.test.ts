import { afterAll, expect, test } from 'bun:test'
import { t } from 'elysia'
import { accessControl } from '../../src/http/access'
import { startEdge } from './edge'
import { sendRaw } from './raw-request'

const edge = startEdge((app) =>
  app
    .use(
      accessControl(() => {
        throw new Error('nobody is asked')
      }),
    )
    .get('/metrics', () => 'figures', { access: 'operator' })
    .get('/docs/page', () => 'page', { access: 'public' })
    .get('/things/:id', ({ params }) => params.id, {
      access: 'public',
      params: t.Object({ id: t.String({ maxLength: 200 }) }),
    })
    .get('/deep/a/b/c/d/e/f/g/h', () => 'deep', { access: 'public' }),
)
afterAll(() => edge.close())

const get = async (target: string, method = 'GET') => {
  const head = `${method} ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`
  const { status, body } = await sendRaw(edge.url, head)
  return { status, body }
}

// What a proxy lets by because of how it begins, and Bun then hands on as the path of something else.
test.each([
  '/docs/..\\metrics',
  '/docs\\..\\metrics',
  '/x\\..\\metrics',
  '/docs/../metrics',
  '/docs/page/../../metrics',
  '/docs/%2e%2e/metrics',
  '/docs/%2E./metrics',
  '/docs/.%2e\\metrics',
  '/./metrics',
  '/docs/page/..\\..\\metrics',
  '/metrics/.',
  '/metrics/x/..',
  '/metrics\\',
  '/a\\..\\metrics\\c\\..',
  '/things\\7',
  // Of a pattern that takes the last part alone.
  '/api/catalog/services/..',
  '/api/catalog/services/%2e%2e',
  '/api/catalog/services/..?next=/metrics',
  '/api/catalog/services/..\\..\\..\\metrics',
  '/api/catalog/services/x\\..\\n8n',
  '/api/catalog/services/x/../n8n',
  '/api/v1/catalog/services/..\\..\\..\\..\\metrics',
  '//metrics',
  '/metrics//',
  '/docs//page',
  '/docs/..//metrics',
  '/docs/../metrics/',
  '/a/b/c/d/e/f/g/h/i/j/k/l/m/../../../../../../../../../../../../../metrics',
  '/things/%ff',
  'http://elsewhere/docs/../metrics',
])('a path that is not in its normal form (%s) reaches nothing', async (target) => {
  const { status, body } = await get(target)
  expect([status, JSON.parse(body).error]).toEqual([
    400,
    { code: 'MALFORMED_REQUEST', message: 'The path is not in its normal form' },
  ])
})

test.each([
  ['/metrics', 'figures'],
  ['/metrics/', 'figures'],
  ['/metrics?x=/../y\\z', 'figures'],
  ['/docs/page', 'page'],
  ['http://elsewhere/docs/page', 'page'],
  ['/deep/a/b/c/d/e/f/g/h', 'deep'],
  ['/things/7', '7'],
  ['/things/..%2fmetrics', '../metrics'],
  ['/things/a%5cb', 'a\\b'],
  ['/things/...', '...'],
  ['/things/a:b;c=d,e@f', 'a:b;c=d,e@f'],
  ['/things/caf%C3%A9', 'café'],
  ['/things/caf\xc3\xa9', 'café'],
  ['/things/"{}|^`', '"{}|^`'],
  ['/things/a%20b+c', 'a b+c'],
])('one that is (%s) is served', async (target, expected) => {
  expect(await get(target)).toEqual({ status: 200, body: expected })
})

test.each(['/metrics;x', '/%6detrics', '/Metrics', '/metrics%20', '/docs%2fpage'])(
  'another name for it (%s) is none',
  async (target) => {
    expect((await get(target)).status).toBe(404)
  },
)
