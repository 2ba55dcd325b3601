import { expect, test } from 'bun:test'
import { statusOfCode } from '../../src/lib/errors'
import { version } from '../../src/version'
import { sharedSystem } from '../support/system'
import { describeDocument, operationsOf, registeredRoutes } from './openapi-document'

const system = sharedSystem()
const accesses = ['public', 'provider', 'operator', 'customer', 'admin']

test('every route says who may call it', () => {
  const routes = registeredRoutes()
  expect(routes.length).toBeGreaterThan(80)
  const undeclared = routes
    .filter(({ hooks }) => !accesses.includes(hooks.detail?.['x-access']))
    .map(({ method, path }) => `${method} ${path}`)
  expect(undeclared).toEqual([])
})

test('every route stands once: a version of the API is no second set of them', () => {
  const places = registeredRoutes().map(({ method, path }) => `${method} ${path}`)
  expect(places.filter((place) => place.includes(' /api/')).length).toBeGreaterThan(80)
  expect(places.filter((place) => /\/v\d/.test(place))).toEqual([])
  expect(new Set(places).size).toBe(places.length)
})

test('every route of the API is in the document', async () => {
  const written = (await operationsOf()).map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  const registered = registeredRoutes()
    .filter(({ path }) => path.startsWith('/api/'))
    .map(
      ({ method, path }) =>
        `${method} ${path
          .slice(4)
          .replace(/\/$/, '')
          .replace(/:(\w+)/g, '{$1}')}`,
    )
  expect(written.toSorted()).toEqual(registered.toSorted())
})

test('every operation has a name of its own, a summary, a tag, its access and its answers', async () => {
  const operations = await operationsOf()
  const { tags } = await describeDocument()
  for (const { method, path, access, operationId, summary, tags: own, security, responses } of operations) {
    const place = `${method} ${path}`
    expect([place, accesses.includes(access)]).toEqual([place, true])
    expect([place, operationId]).toEqual([place, expect.stringMatching(/^[a-z]+(_[a-z0-9]+)*$/)])
    expect([place, summary?.length > 3]).toEqual([place, true])
    expect([place, own?.length]).toEqual([place, 1])
    expect(tags.map(({ name }) => name)).toContain(own[0]!)
    expect([place, security]).toEqual([place, access === 'customer' || access === 'admin' ? [{ bearer: [] }] : []])
    const statuses = Object.keys(responses).map(Number)
    expect([place, statuses.some((status) => status < 300)]).toEqual([place, true])
    expect(statuses).toContain(500)
    if (access === 'customer' || access === 'admin') expect(statuses).toEqual(expect.arrayContaining([401, 403]))
  }
  const names = operations.map(({ operationId }) => operationId)
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
  const used = new Set(operations.flatMap(({ tags }) => tags))
  expect(tags.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([])
})

test('every refusal that is described is the one Error, and names codes of its status', async () => {
  for (const { method, path, responses } of await operationsOf()) {
    for (const [status, { description, content }] of Object.entries(responses)) {
      if (Number(status) < 400) continue
      expect(content?.['application/json']?.schema).toEqual({ $ref: '#/components/schemas/Error' })
      for (const code of description.split(', ')) {
        expect([method, path, code, statusOfCode[code as keyof typeof statusOfCode]]).toEqual([
          method,
          path,
          code,
          Number(status) as never,
        ])
      }
    }
  }
})

test('a body is JSON only, and what its reading can be refused with is described', async () => {
  for (const { path, requestBody, responses } of await operationsOf()) {
    if (!requestBody) continue
    expect([path, Object.keys(requestBody.content)]).toEqual([path, ['application/json']])
    expect([path, requestBody.content['application/json']?.schema]).toEqual([path, expect.any(Object)])
    expect([path, responses[400]?.description]).toEqual([path, expect.stringContaining('MALFORMED_REQUEST')])
    expect([path, responses[413]?.description]).toEqual([path, expect.stringContaining('PAYLOAD_TOO_LARGE')])
  }
})

test('the document shows every code with its status, and both ways to reach the API', async () => {
  const { info, components, servers } = await describeDocument()
  const codes = components.schemas.Error?.properties.error?.properties?.code?.enum
  expect(codes).toEqual(Object.keys(statusOfCode))
  for (const [code, status] of Object.entries(statusOfCode))
    expect(info.description).toContain(`| \`${code}\` | ${status} |`)
  expect(servers.map(({ url }) => url)).toEqual(['/api', '/api/v1'])
})

test('Idempotency-Key is described where it is honoured, and nowhere else', async () => {
  const described = (await operationsOf())
    .filter(({ parameters }) => parameters.some(({ name }) => name === 'Idempotency-Key'))
    .map(({ operationId }) => operationId)
  expect(described).toEqual(expect.arrayContaining(['subscriptions_create', 'wallet_top_up']))
  expect(described).not.toContain('auth_login')
  expect(described).not.toContain('webhooks_midtrans')
})

test('both ways to cancel say what becomes of the app and of the money', async () => {
  const operations = await operationsOf()
  const describe = (id: string) => operations.find(({ operationId }) => operationId === id)?.description
  for (const id of ['subscriptions_delete', 'subscriptions_cancel']) {
    for (const told of ['`period_end`', 'currentPeriodEnd', 'dataKeptUntil', 'never became ready'])
      expect([id, describe(id)]).toEqual([id, expect.stringContaining(told)])
  }
  expect(describe('subscriptions_cancel')).toContain('What was paid is not given back')
})

test('the server serves this very document', async () => {
  const { url } = await system()
  const response = await fetch(`${url}/openapi.json`)
  expect(response.headers.get('content-type')).toBe('application/json')
  const document = await describeDocument()
  expect(await response.json()).toEqual({ ...document, info: { ...document.info, version } })
})

test('both prefixes answer the same, refusals included', async () => {
  const { url, customer } = await system()
  const { accessToken } = await customer()
  const calls = [
    ['GET', '/catalog/categories'],
    ['GET', '/catalog/services/n8n'],
    ['GET', '/templates/ghost'],
    ['GET', '/auth/me'],
    ['GET', '/wallet'],
    ['GET', '/subscriptions?limit=0'],
    ['GET', '/subscriptions/sub_nothing'],
    ['GET', '/admin/jobs'],
    ['GET', '/nowhere'],
    ['POST', '/auth/login', '{'],
  ] as const
  for (const [method, path, body] of calls) {
    const [newest, v1] = await Promise.all(
      ['/api', '/api/v1'].map(async (prefix) => {
        const response = await fetch(url + prefix + path, {
          method,
          body,
          headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        })
        const { timestamp, requestId, ...answer } = await response.json()
        return { status: response.status, etag: response.headers.get('etag'), answer }
      }),
    )
    expect(v1!).toEqual(newest!)
  }
})

test('a key used under /api is known under /api/v1', async () => {
  const { url, customer } = await system()
  const buyer = await customer({ balance: 0 })
  const order = { amount: 50_000, method: 'bca_va' }
  const key = { 'idempotency-key': 'the-same-key' }
  const first = await buyer.post('/wallet/top-ups', order, key)
  expect(first.status).toBe(201)
  const again = await fetch(`${url}/api/v1/wallet/top-ups`, {
    method: 'POST',
    headers: { ...key, authorization: `Bearer ${buyer.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(order),
  })
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(await again.json()).toEqual(first.body)
})
