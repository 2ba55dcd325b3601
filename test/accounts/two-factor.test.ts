import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { recoveryCodes, sessions } from '../../src/features/accounts/tables'
import { findStep, newTotpSecret } from '../../src/features/accounts/totp'
import { ManualClock, minute, second } from '../../src/lib/clock'
import { mailTo, tokenTo } from '../support/mailbox'
import { startSystem, type TestCustomer, type TestSystem } from '../support/system'
import { codeAt, type Device, refusal, signIn, turnOn } from './two-factor-device'

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

const sessionsOf = async ({ id }: TestCustomer) =>
  (await system.parts.db.read.select().from(sessions).where(eq(sessions.userId, id)).all()).length

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('the code of the standard at second %p is %p', (at, code) => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  expect(findStep(secret, code, new Date(at * 1000))).toBe(Math.floor(at / 30))
  expect(codeAt(secret, at * 1000)).toBe(code)
})

test('a secret has 160 random bits, and no two are alike', () => {
  const secrets = Array.from({ length: 50 }, newTotpSecret)
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(new Set(secrets).size).toBe(50)
})

test('without a code the right password is 401 TOTP_REQUIRED, and nobody else learns that a code is asked for', async () => {
  const { person, device } = await guarded()
  const before = await sessionsOf(person)
  expect(await signIn(system, person)).toFail(401, 'TOTP_REQUIRED')
  const plain = await system.customer()
  const wrong = [
    await signIn(system, { ...person, password: 'not the password' }),
    await signIn(system, { ...person, password: 'not the password' }, device.code()),
    await signIn(system, { ...plain, password: 'not the password' }, '123456'),
    await signIn(system, { ...person, email: 'nobody@example.com' }, device.code()),
  ]
  expect(wrong.map(refusal)).toEqual(Array(4).fill([401, 'UNAUTHORIZED']))
  expect(new Set(wrong.map(({ body }) => body.error.message)).size).toBe(1)
  expect(await sessionsOf(person)).toBe(before)
  // The wrong passwords have not used the code up.
  const { status, body } = await signIn(system, person, device.code())
  expect(status).toBe(200)
  expect(body.data.user.id).toBe(person.id)
})

test('who has no two-factor signs in as ever, whatever stands in totp', async () => {
  const person = await system.customer()
  expect((await signIn(system, person)).status).toBe(200)
  expect((await signIn(system, person, '000000')).status).toBe(200)
})

test('a code is good for one use, and the code that turned two-factor on for none', async () => {
  const person = await system.customer()
  const device = await turnOn(clock, person)
  expect(await signIn(system, person, device.code())).toFail(401, 'UNAUTHORIZED')
  clock.advance(step)
  expect((await signIn(system, person, device.code())).status).toBe(200)
  expect(await signIn(system, person, device.code())).toFail(401, 'UNAUTHORIZED')
  clock.advance(step)
  // The step before is still within what a slow clock may show, and used up.
  expect(await signIn(system, person, device.code(-1))).toFail(401, 'UNAUTHORIZED')
  expect((await signIn(system, person, device.code())).status).toBe(200)
})

test('a device may be one step behind or ahead, and no more; what lies before a used step is worth nothing', async () => {
  const { person, device } = await guarded()
  clock.advance(10 * step)
  for (const steps of [-2, 2]) {
    expect(await signIn(system, person, device.code(steps))).toFail(401, 'UNAUTHORIZED')
  }
  expect((await signIn(system, person, device.code(-1))).status).toBe(200)
  expect((await signIn(system, person, device.code(1))).status).toBe(200)
  expect(await signIn(system, person, device.code())).toFail(401, 'UNAUTHORIZED')
})

test('people write codes as their app shows them', async () => {
  const { person, device } = await guarded()
  const code = device.code()
  expect((await signIn(system, person, ` ${code.slice(0, 3)} ${code.slice(3)} `)).status).toBe(200)
  for (const totp of ['', '12345', 'x'.repeat(41)]) expect((await signIn(system, person, totp)).status).toBe(422)
})

test('of twenty tries with one code at the same time one signs in', async () => {
  const { person, device } = await guarded()
  const before = await sessionsOf(person)
  const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(system, person, device.code())))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(statuses.filter((status) => status === 401)).toHaveLength(19)
  expect(await sessionsOf(person)).toBe(before + 1)
  // Nobody guessed: the owner has lost no try.
  clock.advance(step)
  expect((await signIn(system, person, device.code())).status).toBe(200)
})

test('a recovery code stands in for a code, once, also under twenty tries at the same time', async () => {
  const { person, device } = await guarded()
  const [first, second, third] = device.recoveryCodes as [string, string, string]
  const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(system, person, first)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(19).fill(401)])
  expect((await person.get('/auth/2fa')).body.data.recoveryCodesLeft).toBe(9)
  // As it is read from a sheet of paper: the alphabet has no o, i or l.
  const written = second.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')
  expect((await signIn(system, person, written)).status).toBe(200)
  expect(await signIn(system, person, second)).toFail(401, 'UNAUTHORIZED')
  const stranger = await guarded()
  expect(await signIn(system, stranger.person, third)).toFail(401, 'UNAUTHORIZED')
  expect((await signIn(system, person, third)).status).toBe(200)
  const mail = await mailTo(system, person.email, 'two-factor-changed', 4)
  expect(mail.data).toMatchObject({ change: 'code-used', codesLeft: 7 })
})

test('recovery codes are ten, of 80 bits each, and only their hashes are at rest', async () => {
  const { person, device } = await guarded()
  expect(device.recoveryCodes).toHaveLength(10)
  for (const code of device.recoveryCodes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/)
  const rows = await system.parts.db.read.select().from(recoveryCodes).where(eq(recoveryCodes.userId, person.id)).all()
  expect(rows).toHaveLength(10)
  for (const { hash } of rows) expect(hash).toMatch(/^[\w-]{43}$/)
})

test('guessing stops after ten codes, also those sent at once, from wherever and with the right one', async () => {
  const { person, device } = await guarded()
  const bystander = await guarded()
  const guesses = await Promise.all(Array.from({ length: 25 }, () => signIn(system, person, device.wrong())))
  expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10)
  const refused = guesses.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(15)
  for (const { headers, body } of refused) {
    expect(Number(headers.get('retry-after'))).toBe(600)
    expect(body.error.code).toBe('RATE_LIMITED')
  }
  expect((await signIn(system, person, device.code())).status).toBe(429)
  // The owner is not shut out: what can't be guessed is taken, and others notice nothing.
  expect((await signIn(system, person, device.recoveryCodes[0])).status).toBe(200)
  expect((await signIn(system, bystander.person, bystander.device.code())).status).toBe(200)
  // Without the password nobody is told anything of it.
  expect(refusal(await signIn(system, { ...person, password: 'not the password' }, device.wrong()))[0]).toBe(401)
  clock.advance(10 * minute)
  expect(await signIn(system, person, device.wrong())).toFail(401, 'UNAUTHORIZED')
  expect((await signIn(system, person, device.code())).status).toBe(429)
  clock.advance(10 * minute)
  expect((await signIn(system, person, device.code())).status).toBe(200)
})

test('a right password with a wrong code stands apart in the audit log, without the code', async () => {
  const { person, device } = await guarded()
  const wrong = device.wrong()
  // One address has so many entries a minute, and the tests before have taken them.
  await system.parts.denials.flush()
  await signIn(system, { ...person, password: 'not the password' }, wrong)
  for (let tried = 0; tried < 11; tried++) await signIn(system, person, wrong)
  await system.parts.denials.flush()
  const admin = await system.admin()
  const { data } = (await admin.get(`/admin/audit?targetId=${person.id}`)).body
  const denied = data.filter(({ action }: { action: string }) => action.endsWith('.denied')).toReversed()
  expect(denied.map(({ action, reason, after }: Entry) => [action, reason, after.repeats])).toEqual([
    ['sign-in.denied', 'E-mail or password is wrong', undefined],
    ['sign-in.second-factor.denied', 'The code is wrong or was used before', undefined],
    ['sign-in.second-factor.denied', 'Too many wrong codes; a recovery code still works', undefined],
    ['sign-in.second-factor.denied', 'The code is wrong or was used before', 9],
  ])
  for (const entry of denied)
    expect(JSON.stringify({ ...entry, number: 0, hash: '', previousHash: '', at: '' })).not.toContain(wrong)
})

interface Entry {
  action: string
  reason: string
  after: { repeats?: number }
}

test('a suspended person is told so after the right password, and no code is used up', async () => {
  const { person, device } = await guarded()
  const admin = await system.admin()
  await admin.post(`/admin/users/${person.id}/suspend`, { reason: 'Looks odd' })
  expect(await signIn(system, person, device.code())).toFail(403, 'FORBIDDEN')
  await admin.post(`/admin/users/${person.id}/unsuspend`, { reason: 'All well' })
  expect((await signIn(system, person, device.code())).status).toBe(200)
})

test('another password by mail leaves two-factor on: the mailbox alone does not open the account', async () => {
  const { person, device } = await guarded()
  await system.anybody.post('/auth/forgot-password', { email: person.email })
  const token = await tokenTo(system, person.email, 'reset-password')
  const newPassword = 'quite another long secret'
  expect((await system.anybody.post('/auth/reset-password', { token, newPassword })).status).toBe(200)
  const changed = { ...person, password: newPassword }
  expect(await signIn(system, changed)).toFail(401, 'TOTP_REQUIRED')
  expect((await signIn(system, changed, device.code())).status).toBe(200)
})
