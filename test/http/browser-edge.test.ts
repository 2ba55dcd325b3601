import { afterAll, describe, expect, test } from 'bun:test'
import { parseConfig } from '../../src/config'
import { sharedSystem, startSystem } from '../support/system'
import { startEdge } from './edge'
import { registeredRoutes } from './openapi-document'

const system = sharedSystem()
const origin = 'https://app.example.com'
const edge = startEdge(
  (app) =>
    app
      .get('/plain', () => ({ ok: true }))
      .get('/page', () => new Response('<p>', { headers: { 'content-type': 'text/html' } }))
      .get('/fault', () => {
        throw new Error('inside')
      }),
  { origins: [origin, 'http://localhost:5173'], https: true },
)
afterAll(() => edge.close())

const preflight = (from: string, more: Record<string, string> = {}) =>
  fetch(`${edge.url}/plain`, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
      ...more,
    },
  })

describe('pages of another origin', () => {
  test('that is allowed may call with a token, and read what they need of the answer', async () => {
    const response = await fetch(`${edge.url}/plain`, { headers: { origin } })
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('vary')).toBe('Origin')
    const exposed = response.headers.get('access-control-expose-headers')!.toLowerCase().split(', ')
    expect(exposed).toEqual(
      expect.arrayContaining(['x-request-id', 'ratelimit', 'ratelimit-policy', 'retry-after', 'idempotency-replayed']),
    )
  })

  test('that is allowed may read refusals and faults, too', async () => {
    for (const path of ['/nowhere', '/fault', `/${'x'.repeat(2_000)}`]) {
      const response = await fetch(edge.url + path, { headers: { origin } })
      expect([response.ok, response.headers.get('access-control-allow-origin')]).toEqual([false, origin])
    }
  })

  test('that is allowed is told beforehand what it may send, and may remember it', async () => {
    const { status, headers } = await preflight(origin)
    expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([204, origin, 'Origin'])
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE')
    expect(headers.get('access-control-allow-headers')?.toLowerCase()).toContain(
      'authorization, content-type, idempotency-key',
    )
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(600)
  })

  test.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'null',
    `${origin}:8443`,
    'https://APP.example.com',
  ])('that is not (%p) gets no leave, asking or calling', async (from) => {
    for (const response of [await preflight(from), await fetch(`${edge.url}/plain`, { headers: { origin: from } })]) {
      const names = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))
      expect([from, names, response.headers.get('vary')]).toEqual([from, [], 'Origin'])
    }
  })

  test('never get credentials: a token is in a header, not in a cookie', async () => {
    for (const response of [await preflight(origin), await fetch(`${edge.url}/plain`, { headers: { origin } })]) {
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
      expect(response.headers.get('set-cookie')).toBeNull()
    }
  })

  test('are spoken of nowhere when none is allowed', async () => {
    const { url } = await system()
    const called = await fetch(`${url}/api/catalog/categories`, { headers: { origin } })
    expect([...called.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(called.headers.get('vary') ?? '').not.toMatch(/origin/i)
    const asked = await fetch(`${url}/api/wallet`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    })
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, null])
  })
})

describe('CORS_ORIGINS', () => {
  test('takes exact origins, written with their default port or a slash or not', () => {
    const { corsOrigins } = parseConfig({ CORS_ORIGINS: 'https://a.example:443/, http://localhost:5173' })
    expect(corsOrigins).toEqual(['https://a.example', 'http://localhost:5173'])
  })

  test.each([
    '*',
    'https://*.example.com',
    'app.example.com',
    'https://a.example/path',
    'null',
    'ftp://a.example',
    'https://u:p@a.example',
    'https://a.example?',
  ])('%p is a clear mistake', (value) => {
    expect(() => parseConfig({ CORS_ORIGINS: value })).toThrow(/^CORS_ORIGINS: must be exact origins such as /)
  })
})

test('https is promised where the public address is https, and nowhere else', async () => {
  expect((await fetch(`${edge.url}/plain`)).headers.get('strict-transport-security')).toBe('max-age=31536000')
  const { url } = await system()
  expect((await fetch(`${url}/api/catalog/categories`)).headers.get('strict-transport-security')).toBeNull()
  const served = await startSystem({ environment: { PUBLIC_URL: 'https://pod.example.com', CORS_ORIGINS: origin } })
  try {
    for (const path of ['/api/catalog/categories', '/api/wallet', '/docs', '/livez']) {
      const { headers } = await fetch(served.url + path, { headers: { origin } })
      expect([path, headers.get('strict-transport-security')]).toEqual([path, 'max-age=31536000'])
      expect([path, headers.get('access-control-allow-origin')]).toEqual([path, origin])
    }
  } finally {
    await served.close()
  }
})

test('a page that says nothing itself loads nothing', async () => {
  const { headers } = await fetch(`${edge.url}/page`)
  expect(headers.get('content-security-policy')).toStartWith("default-src 'none';")
  expect(headers.get('x-frame-options')).toBe('DENY')
})

/** What a shared or a browser's cache may keep: no answer to a person. */
const mayBeKept =
  /^\/(?:api\/(?:v1\/)?(?:catalog\/(?:categories|services|search|icons|file-schema)|templates\/schema\.json)|openapi\.json$|docs\/)/

test('every route’s answer carries the security headers, and nothing personal may be kept', async () => {
  const { url, customer, firstAdmin, anybody } = await system()
  const tokens = {
    customer: (await customer()).accessToken,
    admin: (await anybody.post('/auth/login', firstAdmin)).body.data.accessToken as string,
    nobody: undefined,
  }
  const routes = registeredRoutes()
  expect(routes.length).toBeGreaterThan(90)
  const pages = new Set<string>()
  for (const { method, path } of routes) {
    // Ends the session that the others need.
    if (/\/auth\/(logout|sessions)$/.test(path) && method !== 'GET') continue
    for (const [who, token] of Object.entries(tokens)) {
      const response = await fetch(url + path.replace(/:(\w+)/g, 'none'), {
        method,
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: method === 'GET' ? undefined : '{}',
      })
      await response.body?.cancel()
      const { headers, status } = response
      const place = `${who} ${method} ${path} ${status}`
      expect([place, status < 500]).toEqual([place, true])
      expectSecured(place, headers)
      if (headers.get('content-type')?.startsWith('text/html')) {
        pages.add(path)
        expectSecuredPage(place, headers)
      }
      const kept = headers.get('cache-control') ?? ''
      if (mayBeKept.test(path) && status < 400) continue
      expect([place, kept]).toEqual([place, expect.stringContaining('no-store')])
    }
  }
  expect([...pages].toSorted()).toEqual([
    '/api/mail-preferences/unsubscribe',
    '/docs',
    '/payments/finished',
    '/reset-password',
    '/verify-email',
  ])
})

function expectSecured(place: string, headers: Headers): void {
  const said = (name: string) => [place, headers.get(name)]
  expect(said('x-content-type-options')).toEqual([place, 'nosniff'])
  expect(said('referrer-policy')).toEqual([place, 'no-referrer'])
  expect(said('cross-origin-resource-policy')).toEqual([place, 'same-origin'])
  expect(said('server')).toEqual([place, null])
  expect(said('x-powered-by')).toEqual([place, null])
  const policy = said('content-security-policy')
  for (const part of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) {
    expect(policy).toEqual([place, expect.stringContaining(part)])
  }
  expect(policy).toEqual([place, expect.not.stringMatching(/\*|https?:|unsafe-eval|script-src[^;]*unsafe-inline/)])
}

function expectSecuredPage(place: string, headers: Headers): void {
  expect([place, headers.get('x-frame-options')]).toEqual([place, 'DENY'])
  expect([place, headers.get('permissions-policy')]).toEqual([place, expect.stringContaining('camera=()')])
  expect([place, headers.get('cross-origin-opener-policy')]).toEqual([place, 'same-origin'])
}

test('a path of 1,024 characters and a query of 8,192 are read, one more is 422', async () => {
  const { anybody, url } = await system()
  const room = 1_024 - '/api/templates/'.length
  expect((await anybody.get(`/templates/${'x'.repeat(room)}`)).body.error.message).not.toContain('longer than 1024')
  const path = await anybody.get(`/templates/${'x'.repeat(room + 1)}`)
  expect([path.status, path.body.error.message]).toEqual([422, 'The path is longer than 1024 characters'])
  const query = (length: number) => fetch(`${url}/livez?${'x'.repeat(length - 1)}`)
  expect((await query(8_192)).status).toBe(200)
  const longer = await query(8_193)
  expect([longer.status, (await longer.json()).error.message]).toEqual([
    422,
    'The query is longer than 8192 characters',
  ])
})

test('a hundred headers are read; many more are refused by the server itself, which serves on', async () => {
  const { url } = await system()
  const call = (count: number) =>
    fetch(`${url}/livez`, { headers: Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, 'a'])) })
  expect((await call(90)).status).toBe(200)
  expect((await call(300)).status).toBe(431)
  expect((await call(1)).status).toBe(200)
})
