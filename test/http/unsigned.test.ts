import { afterAll, describe, expect, test } from 'bun:test'
import { startSystem, until } from '../support/system'

/** Its time stands still: no token comes back while a test counts. */
const limited = startSystem({ environment: { RATE_LIMITS: '1', TRUSTED_PROXIES: '127.0.0.0/8' }, ticks: () => 5 })
afterAll(async () => (await limited).close())

let hosts = 0
/** As from an address of its own. */
const elsewhere = () => ({ 'x-forwarded-for': `198.51.100.${++hosts}` })
/** Headers that look like those of somebody who has signed in. */
const pretences = ['x', 'Bearer a.b.c', `Bearer mpt_${'A'.repeat(43)}`, `Bearer ${'a'.repeat(500)}`]

const flood = async (call: () => Promise<{ status: number }>, times = 1_300): Promise<Map<number, number>> => {
  const counted = new Map<number, number>()
  for (let sent = 0; sent < times; sent += 50) {
    for (const { status } of await Promise.all(Array.from({ length: 50 }, call))) {
      counted.set(status, (counted.get(status) ?? 0) + 1)
    }
  }
  return counted
}

describe('a header that only looks like a sign-in does not switch the limits of an address off:', () => {
  test.each(pretences)('not for paths that are not there (%p)', async (authorization) => {
    const { anybody } = await limited
    const from = elsewhere()
    const statuses = await flood(() => anybody.get('/nowhere', { ...from, authorization }))
    expect(Object.fromEntries(statuses)).toEqual({ 404: 1_200, 429: 100 })
    const last = await anybody.get('/nowhere', { ...from, authorization })
    expect([last.status, last.headers.get('ratelimit-policy')]).toEqual([429, '"read";q=1200;w=60'])
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test.each([
    ['of another shape', { amount: 'x' }],
    ['of broken JSON', '{'],
  ])('not for bodies %s', async (_, body) => {
    const { anybody } = await limited
    const from = { ...elsewhere(), authorization: 'Bearer a.b.c' }
    const statuses = await flood(() => anybody.post('/wallet/top-ups', body, from))
    expect(Object.fromEntries(statuses)).toEqual({ 401: 1_200, 429: 100 })
  })

  test('not where anyone may call', async () => {
    const { anybody } = await limited
    const from = { ...elsewhere(), authorization: 'Bearer a.b.c' }
    const statuses = await flood(() => anybody.get('/catalog/services/n8n?a=1&a=2', from))
    expect(statuses.get(429)).toBe(100)
  })
})

test('who has signed in is served from an address that is used up, and what they mistype costs their account', async () => {
  const { anybody, customer } = await limited
  const from = elsewhere()
  const siti = await customer()
  await flood(() => anybody.post('/wallet/top-ups', '{', { ...from, authorization: 'x' }))
  await flood(() => anybody.get('/nowhere', { ...from, authorization: 'x' }))
  expect((await siti.get('/wallet', from)).status).toBe(200)
  const mistyped = await siti.post('/wallet/top-ups', { amount: 'x' }, from)
  expect([mistyped.status, mistyped.headers.get('ratelimit-policy')]).toEqual([422, '"write";q=300;w=60'])
})

test('what mistakes of those who have signed in cost is not the address’s', async () => {
  const { anybody, customer } = await limited
  const from = elsewhere()
  const siti = await customer()
  for (let call = 0; call < 20; call++) await siti.post('/wallet/top-ups', '{', from)
  const { headers } = await anybody.post('/nowhere', {}, from)
  expect(headers.get('ratelimit')).toContain('r=1199')
})

test('a large body of nobody is not read: its sender is answered while it is still sending', async () => {
  const { url } = await limited
  const slow = new ReadableStream({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"amount": '))
      await Bun.sleep(24 * 60 * 60_000)
    },
  })
  const answer = await fetch(`${url}/api/wallet/top-ups`, {
    method: 'POST',
    headers: { ...elsewhere(), authorization: 'Bearer a.b.c', 'content-type': 'application/json' },
    body: slow,
  })
  expect(answer.status).toBe(401)
})

describe('who may call is asked before what they send:', () => {
  const bad: [what: string, path: string, body: unknown][] = [
    ['broken JSON', '/admin/users/x/suspend', '{'],
    ['a body of another shape', '/admin/users/x/suspend', { reason: 7 }],
    ['no body', '/admin/users/x/suspend', undefined],
    ['a filter that is none', '/admin/users?nonsense=1', undefined],
  ]
  for (const [what, path, body] of bad) {
    test(`${what} of nobody is 401, and of a customer on an administrators’ route 403`, async () => {
      const { anybody, customer } = await limited
      const from = elsewhere()
      const call = (caller: typeof anybody) =>
        path.includes('?') ? caller.get(path, from) : caller.post(path, body, from)
      expect((await call(anybody)).status).toBe(401)
      expect((await call(await customer())).status).toBe(403)
    })
  }

  test('the denial is in the audit log', async () => {
    const { admin, customer } = await limited
    const curious = await customer()
    await curious.post('/admin/users/x/suspend', '{')
    const auditor = await admin()
    const entries = await until(
      'the denial',
      async () => (await auditor.get(`/admin/audit?actor=${curious.id}&action=access.denied`)).body.data,
      ({ length }: unknown[]) => length > 0,
    )
    expect(entries).toHaveLength(1)
  })
})
