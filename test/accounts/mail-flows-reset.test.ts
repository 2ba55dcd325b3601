import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { logIn } from '../../src/features/accounts/sign-in'
import { accountTokens, users } from '../../src/features/accounts/tables'
import { auditEntries } from '../../src/features/audit/tables'
import { forgetOldRows } from '../../src/features/operations'
import { hour, ManualClock, second } from '../../src/lib/clock'
import { jobs } from '../../src/queue'
import { mailsTo, mailTo, tokenTo } from '../support/mailbox'
import { openStream } from '../support/streams'
import { startSystem, type TestCustomer, type TestSystem, until } from '../support/system'

const clock = new ManualClock('2026-03-01T00:00:00Z')
let system: TestSystem
beforeAll(async () => {
  system = await startSystem({ clock, environment: { RATE_LIMITS: 'off' } })
})
afterAll(() => system.close())

const newPassword = 'kuda makan nasi goreng'
const forgot = (email: string) => system.anybody.post('/auth/forgot-password', { email })
const reset = (token: string, password = newPassword) =>
  system.anybody.post('/auth/reset-password', { token, newPassword: password })
const signIn = async ({ email }: { email: string }, password: string) =>
  (await system.anybody.post('/auth/login', { email, password })).status

async function resetToken({ email }: TestCustomer, count = 1): Promise<string> {
  await forgot(email)
  return tokenTo(system, email, 'reset-password', count)
}

/** Waits until nothing that was asked for by mail is still to be worked on. */
const settled = () =>
  until(
    'the end of the jobs',
    () => system.parts.db.read.select().from(jobs).where(eq(jobs.kind, 'account.reset-link')).all(),
    (all) => all.every(({ status }) => status === 'DONE'),
  )

test('the link of the mail sets a new password, and whoever was in is out', async () => {
  const person = await system.customer()
  const told = openStream(system, person)
  const verifying = await tokenTo(system, person.email, 'verify-email')
  await person.post('/auth/change-email', { password: person.password, newEmail: 'thief@example.com' })
  const moving = await tokenTo(system, 'thief@example.com', 'verify-email')
  const answer = await reset(await resetToken(person))
  expect([answer.status, answer.body]).toEqual([200, { success: true, data: null }])
  expect(await told).toContain('signed out')
  expect((await person.get('/auth/me')).status).toBe(401)
  expect((await system.anybody.post('/auth/refresh', { refreshToken: person.refreshToken })).status).toBe(401)
  expect([await signIn(person, person.password), await signIn(person, newPassword)]).toEqual([401, 200])
  for (const token of [verifying, moving]) {
    expect((await system.anybody.post('/auth/verify-email', { token })).status).toBe(401)
  }
  await mailTo(system, person.email, 'password-changed')
  const { parts } = system
  const row = await parts.db.read.select().from(users).where(eq(users.id, person.id)).get()
  expect(row!.emailVerifiedAt).toEqual(clock.now())
  const acts = await parts.db.read.select().from(auditEntries).where(eq(auditEntries.targetId, person.id)).all()
  expect(acts.map(({ action, actorId }) => [action, actorId])).toEqual(
    expect.arrayContaining([['password.reset', person.id]]),
  )
})

test('of twenty who use one link at once one succeeds', async () => {
  const person = await system.customer()
  const token = await resetToken(person)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => reset(token, `${newPassword} ${index}`)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(19).fill(401)])
  const winner = answers.findIndex(({ status }) => status === 200)
  expect(await signIn(person, `${newPassword} ${winner}`)).toBe(200)
  expect(await mailsTo(system, person.email, 'password-changed')).toHaveLength(1)
})

test('a link is good for an hour and not a second longer', async () => {
  const [early, late] = [await system.customer(), await system.customer()]
  const tokens = [await resetToken(early), await resetToken(late)]
  clock.advance(hour - second)
  expect((await reset(tokens[0]!)).status).toBe(200)
  clock.advance(second)
  const { status, body } = await reset(tokens[1]!)
  expect({ status, body }).toFail(401, 'UNAUTHORIZED')
  expect(await signIn(late, late.password)).toBe(200)
})

test('a new link voids the one before, and so does another password', async () => {
  const person = await system.customer()
  const first = await resetToken(person)
  const second = await resetToken(person, 2)
  expect((await reset(first)).status).toBe(401)
  await person.post('/auth/change-password', { currentPassword: person.password, newPassword })
  expect((await reset(second, 'lima ekor burung pipit')).status).toBe(401)
  expect(await signIn(person, newPassword)).toBe(200)
})

test('a link of one sort is none of the other', async () => {
  const person = await system.customer()
  const token = await resetToken(person)
  expect((await system.anybody.post('/auth/verify-email', { token })).status).toBe(401)
  expect((await reset(await tokenTo(system, person.email, 'verify-email'))).status).toBe(401)
  expect((await reset(token)).status).toBe(200)
})

test('a password that would be guessed is refused by its rule alone, and the link stays good', async () => {
  const person = await system.customer()
  const token = await resetToken(person)
  for (const weak of ['short', 'Password2024!', person.email]) {
    const { status, body } = await reset(token, weak)
    expect([weak, status, body.error.details.problems.length]).toEqual([weak, 422, 1])
    expect(body.error.details.problems[0].path).toBe('/newPassword')
    expect(JSON.stringify(body)).not.toContain(weak)
  }
  expect((await reset(token)).status).toBe(200)
})

test('nobody learns from the answer whether an address has an account, and nobody else gets a mail', async () => {
  const person = await system.customer()
  const locked = await system.customer()
  await system.parts.db.write((tx) =>
    tx.update(users).set({ status: 'SUSPENDED' }).where(eq(users.id, locked.id)).run(),
  )
  const unknown = 'nobody-at-all@example.com'
  const answers = await Promise.all([person.email, unknown, locked.email, person.email.toUpperCase()].map(forgot))
  for (const { status, body } of answers) expect([status, body]).toEqual([200, { success: true, data: null }])
  await settled()
  await mailTo(system, person.email, 'reset-password', 2)
  for (const email of [unknown, locked.email]) expect(await mailsTo(system, email, 'reset-password')).toEqual([])
  // An address that is nobody's may be a password in the wrong field: it is written nowhere.
  expect(JSON.stringify(await system.parts.db.read.select().from(jobs).all())).not.toContain(unknown)
  expect(JSON.stringify(system.logged)).not.toContain(unknown)
  expect((await forgot('no address')).status).toBe(422)
})

test('the answer waits for the same work whether or not the address has an account: one job, written', async () => {
  const { email } = await system.customer()
  const jobsNow = async () =>
    (await system.parts.db.read.select().from(jobs).where(eq(jobs.kind, 'account.reset-link')).all()).length
  for (const address of [email, 'nobody-here@example.com']) {
    const before = await jobsNow()
    await forgot(address)
    expect([address, (await jobsNow()) - before]).toEqual([address, 1])
  }
})

test('five mails an hour are enough for a mailbox, and the newest of them works', async () => {
  const person = await system.customer()
  for (let asked = 0; asked < 9; asked++) expect((await forgot(person.email)).status).toBe(200)
  await settled()
  expect(await mailsTo(system, person.email, 'reset-password')).toHaveLength(5)
  clock.advance(hour)
  await forgot(person.email)
  expect((await reset(await tokenTo(system, person.email, 'reset-password', 6))).status).toBe(200)
})

test('a password that is replaced while it is being checked lets nobody in', async () => {
  const person = await system.customer()
  const passwordHash = await Bun.password.hash(newPassword)
  const trying = logIn(system.parts, person, { address: '127.0.0.1', userAgent: '' })
  await system.parts.db.write((tx) => tx.update(users).set({ passwordHash }).where(eq(users.id, person.id)).run())
  await expect(trying).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})

test('a changed password is told to its owner, and a change that meets a reset loses', async () => {
  const person = await system.customer()
  const token = await resetToken(person)
  const changing = person.post('/auth/change-password', {
    currentPassword: person.password,
    newPassword: 'lima ekor burung pipit',
  })
  const [changed, done] = await Promise.all([changing, reset(token)])
  const survivors = await Promise.all(['lima ekor burung pipit', newPassword].map((each) => signIn(person, each)))
  expect(changed.status === 200 ? [200, done.status] : [changed.status, 200]).toEqual(
    changed.status === 200 ? [200, 401] : [409, 200],
  )
  expect(survivors).toEqual(done.status === 200 ? [401, 200] : [200, 401])
  await mailTo(system, person.email, 'password-changed')
})

test('links that ran out are forgotten a day later, and what was asked for meanwhile stays', async () => {
  const person = await system.customer()
  await resetToken(person)
  clock.advance(26 * hour)
  await forgot(person.email)
  await settled()
  await forgetOldRows(system.parts, new AbortController().signal)
  const left = await system.parts.db.read.select().from(accountTokens).where(eq(accountTokens.userId, person.id)).all()
  expect(left.map(({ purpose }) => purpose).toSorted()).toEqual(['RESET_PASSWORD', 'VERIFY_EMAIL'])
})
