import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { createApiToken } from '../../src/features/accounts/api-tokens'
import { apiTokens } from '../../src/features/accounts/tables'
import { enableTwoFactor } from '../../src/features/accounts/two-factor'
import { auditEntries } from '../../src/features/audit/tables'
import { forgetOldRows } from '../../src/features/operations'
import { day, hour, ManualClock, minute } from '../../src/lib/clock'
import { tokenTo } from '../support/mailbox'
import { type Caller, callerOf, startSystem, type TestCustomer, type TestSystem, until } from '../support/system'
import { deviceOf, refusal } from './two-factor-device'

const clock = new ManualClock('2026-03-01T00:00:00Z')
let system: TestSystem
beforeAll(async () => {
  system = await startSystem({ clock })
})
afterAll(() => system.close())

interface Made {
  id: string
  token: string
  script: Caller
}

const withToken = (token: string): Caller => callerOf(system.url, { authorization: `Bearer ${token}` })

async function make(person: Caller, input: object = {}): Promise<Made> {
  const { status, body } = await person.post('/auth/tokens', { name: 'Backup', scopes: ['read'], ...input })
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
  const { id, token } = body.data
  return { id, token, script: withToken(token) }
}

const rowOf = (id: string) => system.parts.db.read.select().from(apiTokens).where(eq(apiTokens.id, id)).get()
const lastUseOf = (id: string, at: number) =>
  until(
    'the note of the last use',
    async () => (await rowOf(id))!.lastUsedAt?.getTime(),
    (seen) => seen === at,
  )
const setRole = (admin: Caller, id: string, role: string) =>
  admin.put(`/admin/users/${id}/role`, { role, reason: 'because of a test' })

test('a token is shown once, hashed at rest, listed without its secret, and calls for its person', async () => {
  const person = await system.customer({ balance: 70_000 })
  const { status, body } = await person.post('/auth/tokens', { name: '  CI  ', scopes: ['read', 'wallet:write'] })
  expect(status).toBe(201)
  const { token, ...shown } = body.data
  expect(token).toMatch(/^mpt_[\w-]{43}$/)
  expect(shown).toEqual({
    id: expect.stringMatching(/^tok_/),
    name: 'CI',
    prefix: token.slice(0, 8),
    scopes: ['read', 'wallet:write'],
    createdAt: clock.now().toISOString(),
    expiresAt: new Date(clock.now().getTime() + 90 * day).toISOString(),
    lastUsedAt: null,
  })
  expect((await person.get('/auth/tokens')).body).toEqual({ success: true, data: [shown] })
  const row = await rowOf(shown.id)
  expect(JSON.stringify(row)).not.toContain(token.slice(8))
  expect((await withToken(token).get('/wallet')).body.data.creditBalance).toBe(70_000)
  expect((await withToken(token).get('/auth/me')).body.data.id).toBe(person.id)
  const [act] = await system.parts.db.read.select().from(auditEntries).where(eq(auditEntries.targetId, shown.id)).all()
  expect(act).toMatchObject({ action: 'token.create', actorId: person.id })
  expect(JSON.parse(act!.after!)).toEqual({ scopes: ['read', 'wallet:write'], expiresAt: shown.expiresAt })
})

test.each([
  ['no name', { name: ' ', scopes: ['read'] }],
  ['a name of a kilometre', { name: 'x'.repeat(101), scopes: ['read'] }],
  ['no scope', { name: 'x', scopes: [] }],
  ['an unknown scope', { name: 'x', scopes: ['everything'] }],
  ['a scope twice', { name: 'x', scopes: ['read', 'read'] }],
  ['no day', { name: 'x', scopes: ['read'], expiresInDays: 0 }],
  ['more than a year', { name: 'x', scopes: ['read'], expiresInDays: 366 }],
  ['half a day', { name: 'x', scopes: ['read'], expiresInDays: 1.5 }],
])('%s is 422', async (_, input) => {
  const person = await system.customer()
  expect(await person.post('/auth/tokens', input)).toFail(422, 'VALIDATION_ERROR')
})

test('a token does what its scopes say: reading is not writing, an area is not its neighbour', async () => {
  const person = await system.customer()
  const { script: reader } = await make(person, { scopes: ['read'] })
  const { script: payer } = await make(person, { scopes: ['wallet:write'] })
  const topUp = { amount: 20_000, method: 'bca_va' }
  expect((await reader.get('/subscriptions')).status).toBe(200)
  const refused = await reader.post('/wallet/top-ups', topUp)
  expect(refused).toFail(403, 'FORBIDDEN')
  expect(refused.body.error.details).toEqual({ requiredScope: 'wallet:write' })
  expect((await payer.post('/wallet/top-ups', topUp)).status).toBe(201)
  expect(await payer.get('/wallet')).toFail(403, 'FORBIDDEN')
  expect(await payer.get('/instances')).toFail(403, 'FORBIDDEN')
})

test('no token makes tokens, ends sessions or touches what guards the account, whatever its scopes', async () => {
  const person = await system.customer()
  const { id, script } = await make(person, { scopes: ['read', 'write', 'account:read'] })
  const { password } = person
  const answers = [
    await script.post('/auth/tokens', { name: 'more', scopes: ['read'] }),
    await script.get('/auth/tokens'),
    await script.delete(`/auth/tokens/${id}`),
    await script.get('/auth/2fa'),
    await script.post('/auth/2fa/setup', { password }),
    await script.post('/auth/2fa/disable', { password, code: '123456' }),
    await script.post('/auth/change-password', { currentPassword: password, newPassword: 'quite another long secret' }),
    await script.post('/auth/change-email', { password, newEmail: 'thief@example.com' }),
    await script.get('/auth/sessions'),
    await script.delete('/auth/sessions'),
    await script.post('/auth/logout'),
    await script.patch('/auth/me', { name: 'Somebody else' }),
    await script.get('/admin/users'),
  ]
  expect(answers.map(refusal)).toEqual(Array(13).fill([403, 'FORBIDDEN']))
  expect((await person.get('/auth/me')).body.data.name).toBe('Budi')
})

test('a revoked token is 401 with the next request; others live on, and nobody revokes another’s', async () => {
  const person = await system.customer()
  const stranger = await system.customer()
  const [gone, kept] = [await make(person), await make(person)]
  expect(await stranger.delete(`/auth/tokens/${gone.id}`)).toFail(403, 'FORBIDDEN')
  expect(await stranger.delete('/auth/tokens/tok_unknown')).toFail(404, 'NOT_FOUND')
  expect((await gone.script.get('/wallet')).status).toBe(200)
  expect((await person.delete(`/auth/tokens/${gone.id}`)).body).toEqual({ success: true, data: null })
  expect(await gone.script.get('/wallet')).toFail(401, 'UNAUTHORIZED')
  expect(await person.delete(`/auth/tokens/${gone.id}`)).toFail(404, 'NOT_FOUND')
  expect((await kept.script.get('/wallet')).status).toBe(200)
  const { data } = (await person.get('/auth/tokens')).body
  expect(data.map(({ id }: { id: string }) => id)).toEqual([kept.id])
  expect((await stranger.get('/auth/tokens')).body.data).toEqual([])
})

test.each(['mpt_', 'mpt_nonsense', `mpt_${'A'.repeat(43)}`, `mpt_${'A'.repeat(5_000)}`])(
  'a token that was never made (%#) is 401',
  async (token) => {
    expect(await withToken(token).get('/wallet')).toFail(401, 'UNAUTHORIZED')
  },
)

test('a token ends when it said it would', async () => {
  const person = await system.customer()
  const { id, script } = await make(person, { expiresInDays: 1 })
  clock.advance(day - 1)
  expect((await script.get('/wallet')).status).toBe(200)
  clock.advance(1)
  expect(await script.get('/wallet')).toFail(401, 'TOKEN_EXPIRED')
  await forgetOldRows(system.parts, new AbortController().signal)
  expect(await rowOf(id)).toBeDefined()
  clock.advance(30 * day + 1)
  await forgetOldRows(system.parts, new AbortController().signal)
  expect(await rowOf(id)).toBeUndefined()
})

test('fifty live tokens are a person’s all, also when a hundred are asked for at once; one that ended makes room', async () => {
  const person = await system.customer()
  const ask = (expiresInDays = 2) => person.post('/auth/tokens', { name: 'x', scopes: ['read'], expiresInDays })
  const answers = await Promise.all([ask(1), ...Array.from({ length: 99 }, () => ask())])
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(50)
  expect(answers.filter(({ status, body }) => status === 409 && body.error.code === 'CONFLICT')).toHaveLength(50)
  const { data } = (await person.get('/auth/tokens')).body
  expect(data).toHaveLength(50)
  await person.delete(`/auth/tokens/${data[0].id}`)
  expect([(await ask()).status, (await ask()).status]).toEqual([201, 409])
  expect((await (await system.customer()).post('/auth/tokens', { name: 'x', scopes: ['read'] })).status).toBe(201)
})

test('a suspension stops a person’s tokens, and its end lets them go on', async () => {
  const person = await system.customer()
  const admin = await system.admin()
  const { script } = await make(person)
  await admin.post(`/admin/users/${person.id}/suspend`, { reason: 'Looks odd' })
  expect(await script.get('/wallet')).toFail(403, 'FORBIDDEN')
  await admin.post(`/admin/users/${person.id}/unsuspend`, { reason: 'All well' })
  expect((await script.get('/wallet')).status).toBe(200)
})

test('another password, changed or reset, revokes every token of the person and nobody else’s', async () => {
  const person = await system.customer()
  const bystander = await make(await system.customer())
  const [first, second] = [await make(person), await make(person)]
  const newPassword = 'quite another long secret'
  const change = { currentPassword: person.password, newPassword }
  expect((await person.post('/auth/change-password', change)).status).toBe(200)
  for (const { script } of [first, second]) {
    expect(await script.get('/wallet')).toFail(401, 'UNAUTHORIZED')
  }
  const third = await make(person)
  expect((await third.script.get('/wallet')).status).toBe(200)
  await system.anybody.post('/auth/forgot-password', { email: person.email })
  const token = await tokenTo(system, person.email, 'reset-password')
  expect((await system.anybody.post('/auth/reset-password', { token, newPassword: `${newPassword}!` })).status).toBe(
    200,
  )
  expect(await third.script.get('/wallet')).toFail(401, 'UNAUTHORIZED')
  expect((await bystander.script.get('/wallet')).status).toBe(200)
})

test('a request that was let in just before its session ended makes nothing that outlives it', async () => {
  const person = await system.customer()
  const request = new Request('http://localhost/', { headers: { authorization: `Bearer ${person.accessToken}` } })
  const actor = await system.parts.authenticate(request)
  const device = deviceOf(clock, (await person.post('/auth/2fa/setup', { password: person.password })).body.data.secret)
  await person.delete('/auth/sessions')
  const late = [
    () => system.parts.db.write((tx) => createApiToken(system.parts, tx, actor, { name: 'x', scopes: ['read'] })),
    () => enableTwoFactor(system.parts, actor, device.code()),
  ]
  for (const attempt of late) await expect(attempt()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})

test('the administrators’ scopes are for administrators, and are gone with the role for good', async () => {
  const admin = await system.admin()
  const person = await system.customer()
  const input = { scopes: ['admin:read', 'admin:write', 'wallet:read'] }
  expect(await person.post('/auth/tokens', { name: 'x', ...input })).toFail(403, 'FORBIDDEN')
  await setRole(admin, person.id, 'ADMINISTRATOR')
  const { id, script } = await make(person, input)
  const plain = await make(person, { scopes: ['read', 'write'] })
  expect((await script.get('/admin/users')).status).toBe(200)
  expect(await plain.script.get('/admin/users')).toFail(403, 'FORBIDDEN')
  await setRole(admin, person.id, 'USER')
  expect(await script.get('/admin/users')).toFail(403, 'FORBIDDEN')
  expect((await script.get('/wallet')).status).toBe(200)
  await setRole(admin, person.id, 'ADMINISTRATOR')
  expect(await script.get('/admin/users')).toFail(403, 'FORBIDDEN')
  const { data } = (await person.get('/auth/tokens')).body
  expect(data.find((token: Made) => token.id === id).scopes).toEqual(['wallet:read'])
  expect((await plain.script.get('/wallet')).status).toBe(200)
})

test('what a token does is in the audit log as done by it', async () => {
  const admin = await system.admin()
  const person = await system.customer()
  await setRole(admin, person.id, 'ADMINISTRATOR')
  const { id, script } = await make(person, { scopes: ['admin:write'] })
  const other = await system.customer()
  expect((await script.post(`/admin/users/${other.id}/suspend`, { reason: 'By script' })).status).toBe(200)
  const [act] = await system.parts.db.read.select().from(auditEntries).where(eq(auditEntries.targetId, other.id)).all()
  expect(act).toMatchObject({ actorKind: 'token', actorId: person.id, via: id, action: 'user.suspend' })
})

test('the last use is known to the minute: further calls within one are not written down', async () => {
  const { id, script } = await make(await system.customer())
  const first = clock.now().getTime()
  await Promise.all(Array.from({ length: 50 }, () => script.get('/wallet')))
  await lastUseOf(id, first)
  clock.advance(minute - 1)
  await script.get('/wallet')
  await system.parts.db.write(async () => undefined)
  expect((await rowOf(id))!.lastUsedAt!.getTime()).toBe(first)
  clock.advance(1)
  await script.get('/wallet')
  await lastUseOf(id, first + minute)
  clock.advance(hour)
  expect((await script.get('/auth/me')).status).toBe(200)
  await lastUseOf(id, first + minute + hour)
})

async function streamed(person: TestCustomer, { token }: Made): Promise<Promise<string>[]> {
  const { id: planId } = await system.plan({ price: 1_000 })
  const { body } = await person.post('/subscriptions', { planId })
  const url = `${system.url}/api/instances/${body.data.instance.id}/logs/stream`
  const opened = await Promise.all(
    [token, person.accessToken].map((bearer) => fetch(url, { headers: { authorization: `Bearer ${bearer}` } })),
  )
  expect(opened.map(({ status }) => status)).toEqual([200, 200])
  return opened.map((response) => response.text())
}

test('revoking a token ends what it has open, at once, and not what the person has open', async () => {
  const person = await system.customer({ balance: 1_000 })
  const made = await make(person, { scopes: ['instances:read'] })
  const [byToken, bySession] = await streamed(person, made)
  await person.delete(`/auth/tokens/${made.id}`)
  expect(await byToken).toContain('the token was revoked')
  expect(await Promise.race([bySession, Bun.sleep(50).then(() => 'still open')])).toBe('still open')
  await person.post('/auth/logout')
  expect(await bySession).toContain('signed out')
})

test('a caller by token carries the moment at which what it has open must end', async () => {
  const { id, token } = await make(await system.customer(), { expiresInDays: 3 })
  const request = new Request('http://localhost/api/wallet', { headers: { authorization: `Bearer ${token}` } })
  const actor = await system.parts.authenticate(request)
  expect(actor).toMatchObject({ tokenId: id, expiresAt: new Date(clock.now().getTime() + 3 * day) })
  expect(actor.sessionId).toBeUndefined()
})

test('an administrator’s token reads mails, but never a link that opens an account', async () => {
  const person = await system.customer()
  await system.anybody.post('/auth/forgot-password', { email: person.email })
  const admin = await system.admin()
  const { body } = await admin.post('/auth/tokens', { name: 'Mails', scopes: ['admin:read'] })
  const script = callerOf(system.url, { authorization: `Bearer ${body.data.token}` })
  const path = `/admin/mails?recipient=${encodeURIComponent(person.email)}&template=reset-password`
  const [mail] = await until(
    'the mail',
    async () => (await script.get(path)).body.data as { id: string; status: string }[],
    ([found]) => found?.status === 'KEPT',
  )
  expect((await admin.get(`/admin/mails/${mail!.id}`)).body.data.text).toContain('token=')
  const shown = await script.get(`/admin/mails/${mail!.id}`)
  expect(shown.status).toBe(200)
  expect(JSON.stringify(shown.body)).not.toContain('token=')
})
