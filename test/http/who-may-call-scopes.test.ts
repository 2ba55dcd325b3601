import { describe, expect, test } from 'bun:test'
import { opens, scopeOf, scopeWords } from '../../src/http/scopes'
import { callerOf, sharedSystem, until } from '../support/system'
import { describeDocument, operationsOf } from './openapi-document'

const system = sharedSystem()

describe('the document', () => {
  test('says of every route that asks who calls what a token needs, and of no other', async () => {
    for (const { operationId, access, scope } of await operationsOf()) {
      const asksWho = access === 'customer' || access === 'admin'
      const known = asksWho ? [...scopeWords, 'none'] : [undefined]
      expect([operationId, known]).toEqual([operationId, expect.arrayContaining([scope])])
    }
  })

  test('has a route for every scope there is', async () => {
    const needed = (await operationsOf()).map(({ scope }) => scope)
    expect(scopeWords.filter((word) => word.includes(':') && !needed.includes(word))).toEqual([])
  })

  test('lets a token do nothing about the account but read it', async () => {
    const account = (await operationsOf()).filter(({ path, scope }) => path.startsWith('/auth') && scope)
    expect(account.length).toBeGreaterThan(10)
    expect(account.filter(({ scope }) => scope !== 'none').map(({ operationId }) => operationId)).toEqual(['auth_me'])
  })

  test('tells how a bearer can be either', async () => {
    const { bearer } = ((await describeDocument()) as unknown as SecuritySchemes).components.securitySchemes
    expect(bearer).toMatchObject({ type: 'http', scheme: 'bearer', description: expect.stringContaining('x-scope') })
  })
})

interface SecuritySchemes {
  components: { securitySchemes: Record<string, object> }
}

test.each([
  ['customer', 'GET', '/wallet', 'wallet:read'],
  ['customer', 'HEAD', '/api/wallet/', 'wallet:read'],
  ['customer', 'POST', '/api/wallet/top-ups', 'wallet:write'],
  ['customer', 'DELETE', '/api/subscriptions/:id', 'subscriptions:write'],
  ['customer', 'GET', '/api/auth/me', 'account:read'],
  ['customer', 'PATCH', '/api/auth/me', 'none'],
  ['customer', 'GET', '/api/auth/sessions', 'none'],
  ['customer', 'GET', '/api/auth/tokens', 'none'],
  ['admin', 'GET', '/api/admin/users', 'admin:read'],
  ['admin', 'PUT', '/admin/users/{id}/role', 'admin:write'],
  ['public', 'POST', '/api/auth/login', undefined],
  ['provider', 'POST', '/api/webhooks/midtrans', undefined],
] as const)('a token needs for %s %s %s: %p', (access, method, path, scope) => {
  expect(scopeOf(access, method, path)).toBe(scope)
})

test.each([
  [['read'], 'wallet:read', true],
  [['wallet:read'], 'wallet:read', true],
  [['write'], 'wallet:read', false],
  [['read'], 'wallet:write', false],
  [['wallet:write'], 'wallet:read', false],
  [['instances:read'], 'wallet:read', false],
  [['read', 'write'], 'admin:read', false],
  [['admin:write'], 'admin:read', false],
  [['admin:read'], 'admin:read', true],
  [['admin:read'], 'wallet:read', false],
  [[], 'wallet:read', false],
  [[...scopeWords], 'none', false],
] as const)('scopes %j open %s: %p', (scopes, needed, open) => {
  expect(opens(new Set(scopes), needed)).toBe(open)
})

test('a token that may not is told what it lacks, and the attempt is in the audit log under its own name', async () => {
  const { url, customer, admin } = await system()
  const owner = await customer()
  const { body } = await owner.post('/auth/tokens', { name: 'export', scopes: ['wallet:read'] })
  const { id, token } = body.data
  const script = callerOf(url, { authorization: `Bearer ${token}` })
  expect((await script.get('/wallet')).status).toBe(200)

  const refused = await script.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
  expect(refused.status).toBe(403)
  expect(refused.body.error).toMatchObject({ code: 'FORBIDDEN', details: { requiredScope: 'wallet:write' } })
  const never = await script.get('/auth/sessions')
  expect([never.status, never.body.error.details]).toEqual([403, undefined])

  const auditor = await admin()
  const { data } = await until(
    'the denials',
    async () => (await auditor.get(`/admin/audit?actor=${owner.id}`)).body,
    ({ data }) => data.length >= 3,
  )
  const denied = data.filter(({ action }: { action: string }) => action === 'access.denied')
  expect(denied.map(({ actor }: { actor: object }) => actor)).toEqual([
    { kind: 'token', id: owner.id, via: id },
    { kind: 'token', id: owner.id, via: id },
  ])
})
