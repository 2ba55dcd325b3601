import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { recoveryCodes, twoFactors } from '../../src/features/accounts/tables'
import { auditEntries } from '../../src/features/audit/tables'
import { rewrapSealed } from '../../src/features/key-rotation'
import { hour, ManualClock, minute, second } from '../../src/lib/clock'
import { temporaryFolder } from '../support/command'
import { mailsTo, mailTo } from '../support/mailbox'
import { type Caller, startSystem, type TestCustomer, type TestSystem } from '../support/system'
import { type Device, deviceOf, signIn, turnOn } from './two-factor-device'

const clock = new ManualClock('2026-03-01T00:00:00Z')
const step = 30 * second
let system: TestSystem
beforeAll(async () => {
  system = await startSystem({ clock })
})
afterAll(() => system.close())

async function guarded(): Promise<{ person: TestCustomer; device: Device }> {
  const person = await system.customer()
  const device = await turnOn(clock, person)
  clock.advance(step)
  return { person, device }
}

const stateOf = async (person: Caller) => (await person.get('/auth/2fa')).body.data
const actsOn = async (id: string) =>
  (await system.parts.db.read.select().from(auditEntries).where(eq(auditEntries.targetId, id)).all()).filter(
    ({ action }) => action.includes('two-factor'),
  )

test('turning two-factor on: password, secret, first code, and then it is seen', async () => {
  const person = await system.customer()
  const { password } = person
  expect(await stateOf(person)).toEqual({ enabled: false, since: null, recoveryCodesLeft: 0 })
  expect(await person.post('/auth/2fa/setup', { password: 'not the password' })).toFail(403, 'FORBIDDEN')
  const { status, body, headers } = await person.post('/auth/2fa/setup', { password })
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('no-store')
  const { secret, otpauthUri, expiresAt } = body.data
  expect(expiresAt).toBe(new Date(clock.now().getTime() + hour).toISOString())
  const uri = new URL(otpauthUri)
  expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
    'otpauth:',
    'totp',
    `/MinisPod:${person.email}`,
  ])
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({ issuer: 'MinisPod', secret, digits: '6', period: '30' })

  // Nothing asks for it before the first code has come back.
  expect((await signIn(system, person)).status).toBe(200)
  expect((await stateOf(person)).enabled).toBe(false)
  const device = deviceOf(clock, secret)
  expect(await person.post('/auth/2fa/enable', { code: device.wrong() })).toFail(403, 'FORBIDDEN')
  const other = await signIn(system, person)
  expect((await person.post('/auth/2fa/enable', { code: device.code() })).status).toBe(200)
  expect(await stateOf(person)).toEqual({ enabled: true, since: clock.now().toISOString(), recoveryCodesLeft: 10 })
  // Who was signed in stays so.
  const refreshToken = other.body.data.refreshToken
  expect((await system.anybody.post('/auth/refresh', { refreshToken })).status).toBe(200)
  for (const path of ['setup', 'enable']) {
    const again = { setup: { password }, enable: { code: device.code(1) } }[path]
    expect(await person.post(`/auth/2fa/${path}`, again)).toFail(409, 'INVALID_STATE')
  }
  expect((await mailTo(system, person.email, 'two-factor-changed')).data).toMatchObject({ change: 'on' })
  const [enabled] = (await actsOn(person.id)).filter(({ action }) => action === 'two-factor.enable')
  expect(enabled).toMatchObject({ actorId: person.id, before: '{"twoFactor":false}', after: '{"twoFactor":true}' })
})

test('a second setup takes the place of the first, and one that nobody confirmed runs out', async () => {
  const person = await system.customer()
  const setUp = async () =>
    deviceOf(clock, (await person.post('/auth/2fa/setup', { password: person.password })).body.data.secret)
  expect(await person.post('/auth/2fa/enable', { code: '123456' })).toFail(409, 'INVALID_STATE')
  const first = await setUp()
  const second = await setUp()
  expect(await person.post('/auth/2fa/enable', { code: first.code() })).toFail(403, 'FORBIDDEN')
  const [token] = [(await signIn(system, person)).body.data.refreshToken]
  clock.advance(hour)
  const renewed = (await system.anybody.post('/auth/refresh', { refreshToken: token })).body.data.accessToken
  const enable = (code: string) =>
    system.anybody.post('/auth/2fa/enable', { code }, { authorization: `Bearer ${renewed}` })
  expect(await enable(second.code())).toFail(409, 'INVALID_STATE')
})

test('of ten who turn it on with one code at once one gets recovery codes', async () => {
  const person = await system.customer()
  const { secret } = (await person.post('/auth/2fa/setup', { password: person.password })).body.data
  const code = deviceOf(clock, secret).code()
  const answers = await Promise.all(Array.from({ length: 10 }, () => person.post('/auth/2fa/enable', { code })))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(409)])
  expect((await stateOf(person)).recoveryCodesLeft).toBe(10)
})

test('turning it off takes password and code; then the password is enough and nothing is left of it', async () => {
  const { person, device } = await guarded()
  const off = (body: object) => person.post('/auth/2fa/disable', body)
  const { password } = person
  expect(await off({ password: 'not the password', code: device.code() })).toFail(403, 'FORBIDDEN')
  expect(await off({ password, code: device.wrong() })).toFail(403, 'FORBIDDEN')
  expect((await off({ password })).status).toBe(422)
  expect((await stateOf(person)).enabled).toBe(true)
  expect((await off({ password, code: device.code() })).status).toBe(200)
  expect(await stateOf(person)).toEqual({ enabled: false, since: null, recoveryCodesLeft: 0 })
  expect((await signIn(system, person)).status).toBe(200)
  expect(await off({ password, code: device.code(1) })).toFail(409, 'INVALID_STATE')
  const rows = await system.parts.db.read.select().from(recoveryCodes).where(eq(recoveryCodes.userId, person.id)).all()
  expect(rows).toEqual([])
  expect((await mailTo(system, person.email, 'two-factor-changed', 2)).data).toMatchObject({ change: 'off' })
  const tried = (await actsOn(person.id)).map(({ action }) => action)
  expect(tried).toContain('two-factor.disable')
  expect(tried).toContain('two-factor.disable.denied')
  // Old recovery codes mean nothing to a new secret.
  await turnOn(clock, person)
  expect(await signIn(system, person, device.recoveryCodes[0])).toFail(401, 'UNAUTHORIZED')
})

test('new recovery codes void the old ones, and a recovery code is enough to get them', async () => {
  const { person, device } = await guarded()
  const renew = (code: string) => person.post('/auth/2fa/recovery-codes', { password: person.password, code })
  const first = await renew(device.recoveryCodes[0]!)
  expect(first.status).toBe(200)
  expect(first.body.data.recoveryCodes).toHaveLength(10)
  expect(await renew(device.recoveryCodes[1]!)).toFail(403, 'FORBIDDEN')
  expect(await signIn(system, person, device.recoveryCodes[2])).toFail(401, 'UNAUTHORIZED')
  expect((await signIn(system, person, first.body.data.recoveryCodes[3])).status).toBe(200)
  expect((await renew(device.code())).status).toBe(200)
  expect(await stateOf(person)).toMatchObject({ enabled: true, recoveryCodesLeft: 10 })
  const changes = (await mailsTo(system, person.email, 'two-factor-changed')).map(({ data }) => data.change)
  expect(changes).toEqual(['new-codes', 'code-used', 'new-codes', 'on'])
})

test('wrong codes count for the account whatever they were meant for', async () => {
  const { person, device } = await guarded()
  const { password } = person
  for (let guess = 0; guess < 5; guess++) {
    expect((await person.post('/auth/2fa/disable', { password, code: device.wrong() })).status).toBe(403)
    expect((await signIn(system, person, device.wrong())).status).toBe(401)
  }
  const refused = await person.post('/auth/2fa/disable', { password, code: device.code() })
  expect(refused).toFail(429, 'RATE_LIMITED')
  expect(refused.headers.get('retry-after')).toBe('600')
  expect((await signIn(system, person, device.code())).status).toBe(429)
})

test('an administrator can turn it off for somebody who lost everything, with a reason, and for nobody else', async () => {
  const { person, device } = await guarded()
  const admin = await system.admin()
  const off = (id: string, by: Caller = admin) =>
    by.post(`/admin/users/${id}/2fa/disable`, { reason: 'Lost the phone' })
  expect((await admin.get(`/admin/users/${person.id}`)).body.data.twoFactorSince).not.toBeNull()
  const { id: adminId } = (await admin.get('/auth/me')).body.data
  expect(await off(person.id, person)).toFail(403, 'FORBIDDEN')
  expect(await off(adminId)).toFail(403, 'FORBIDDEN')
  expect(await off('usr_nobody')).toFail(404, 'NOT_FOUND')
  expect((await admin.post(`/admin/users/${person.id}/2fa/disable`, {})).status).toBe(422)
  expect((await off(person.id)).body).toEqual({ success: true, data: null })
  expect((await signIn(system, person)).status).toBe(200)
  expect(await off(person.id)).toFail(409, 'INVALID_STATE')
  expect((await admin.get(`/admin/users/${person.id}`)).body.data.twoFactorSince).toBeNull()
  expect((await mailTo(system, person.email, 'two-factor-changed', 2)).data).toMatchObject({ change: 'off-by-support' })
  const act = (await actsOn(person.id)).find(({ action }) => action === 'user.two-factor-disable')
  expect(act).toMatchObject({ actorId: adminId, reason: 'Lost the phone', before: '{"twoFactor":true}' })
  expect((await signIn(system, person, device.code())).status).toBe(200)
})

test('neither secret, code nor recovery code stands in the clear in any file, log line, mail or audit entry', async () => {
  const { person, device } = await guarded()
  const code = device.code()
  expect((await signIn(system, person, code)).status).toBe(200)
  expect((await signIn(system, person, device.recoveryCodes[0])).status).toBe(200)
  await mailTo(system, person.email, 'two-factor-changed', 2)
  const secrets = [device.secret, ...device.recoveryCodes, ...device.recoveryCodes.map((it) => it.replaceAll('-', ''))]
  const files = readdirSync(system.dataDir).filter((name) => name.startsWith('minispod.db'))
  expect(files.length).toBeGreaterThan(1)
  for (const name of files) {
    const bytes = readFileSync(join(system.dataDir, name))
    for (const secret of secrets) expect([name, bytes.includes(secret)]).toEqual([name, false])
  }
  const logged = JSON.stringify(system.logged)
  for (const secret of secrets) expect(logged).not.toContain(secret)
  const row = await system.parts.db.read.select().from(twoFactors).where(eq(twoFactors.userId, person.id)).get()
  expect(row!.sealedSecret).toStartWith('v1.')
})

test('keys can be rotated and the process started anew: codes go on, and tries that are used up stay so', async () => {
  const folder = temporaryFolder()
  const keys = ['1', '2'].map((id) => `k${id}:${Buffer.alloc(32, id).toString('base64')}`)
  const start = (...ring: string[]) =>
    startSystem({ clock, dataDir: folder.path, environment: { ENCRYPTION_KEYS: ring.join(',') } })
  const sealedIn = async ({ parts }: TestSystem) =>
    (await parts.db.read.select().from(twoFactors).all()).map(({ sealedSecret }) => sealedSecret.slice(0, 6))
  let running = await start(keys[0]!)
  try {
    const person = await running.customer()
    const device = await turnOn(clock, person)
    for (let guess = 0; guess < 10; guess++) await signIn(running, person, device.wrong())
    await running.close()
    running = await start(keys[1]!, keys[0]!)
    expect(await sealedIn(running)).toEqual(['v1.k1.'])
    expect((await rewrapSealed(running.parts)).failed).toEqual([])
    expect(await sealedIn(running)).toEqual(['v1.k2.'])
    expect((await signIn(running, person, device.code(1))).status).toBe(429)
    clock.advance(10 * minute)
    expect((await signIn(running, person, device.code())).status).toBe(200)
  } finally {
    await running.close()
    folder.remove()
  }
})
