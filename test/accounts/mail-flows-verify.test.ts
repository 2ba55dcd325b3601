import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { accountTokens, users } from '../../src/features/accounts/tables'
import { auditEntries } from '../../src/features/audit/tables'
import { hour, ManualClock, second } from '../../src/lib/clock'
import { mailsTo, mailTo, tokenIn, tokenTo } from '../support/mailbox'
import { startSystem, type TestCustomer, type TestSystem } from '../support/system'

const clock = new ManualClock('2026-03-01T00:00:00Z')
let system: TestSystem
beforeAll(async () => {
  system = await startSystem({ clock, environment: { RATE_LIMITS: 'off' } })
})
afterAll(() => system.close())

const verify = (token: string) => system.anybody.post('/auth/verify-email', { token })
const isVerified = async (person: TestCustomer) => (await person.get('/auth/me')).body.data.emailVerified as boolean
const me = async (person: TestCustomer) => (await person.get('/auth/me')).body.data
let people = 0
const newAddress = () => `moved-${++people}@example.com`

test('whoever registers gets a link that verifies their address, once', async () => {
  const person = await system.customer()
  expect(await isVerified(person)).toBe(false)
  const token = await tokenTo(system, person.email, 'verify-email')
  expect(await isVerified(person)).toBe(false)
  expect((await verify(token)).body).toEqual({ success: true, data: null })
  expect(await isVerified(person)).toBe(true)
  const again = await verify(token)
  expect(again).toFail(401, 'UNAUTHORIZED')
})

test('what a newcomer calls themselves is mailed to nobody before the address is theirs', async () => {
  const email = newAddress()
  const name = 'You won! Claim at https://evil.example/prize'
  const { status } = await system.anybody.post('/auth/register', { email, password: 'a long enough pass phrase', name })
  expect(status).toBe(201)
  const admin = await system.admin()
  const textsOf = async () => {
    const found = await mailsTo(system, email)
    return Promise.all(found.map(async ({ id }) => JSON.stringify((await admin.get(`/admin/mails/${id}`)).body.data)))
  }
  const before = await textsOf()
  expect(before).toHaveLength(2)
  for (const text of before) expect(text).not.toContain('evil.example')
  expect((await verify(await tokenTo(system, email, 'verify-email'))).status).toBe(200)
  await system.anybody.post('/auth/forgot-password', { email })
  await mailTo(system, email, 'reset-password')
  expect((await textsOf()).filter((text) => text.includes('evil.example'))).toHaveLength(1)
})

test('of twenty who use one link at once one succeeds', async () => {
  const { email } = await system.customer()
  const token = await tokenTo(system, email, 'verify-email')
  const answers = await Promise.all(Array.from({ length: 20 }, () => verify(token)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(19).fill(401)])
})

test('a link is good for 48 hours and not a second longer', async () => {
  const [early, late] = [await system.customer(), await system.customer()]
  const tokens = await Promise.all([early, late].map(({ email }) => tokenTo(system, email, 'verify-email')))
  clock.advance(48 * hour - second)
  expect((await verify(tokens[0]!)).status).toBe(200)
  clock.advance(second)
  expect((await verify(tokens[1]!)).status).toBe(401)
})

test('a new link voids the one before; who is verified needs none', async () => {
  const person = await system.customer()
  const first = await tokenTo(system, person.email, 'verify-email')
  expect((await person.post('/auth/resend-verification')).body).toEqual({ success: true, data: null })
  const second = await tokenTo(system, person.email, 'verify-email', 2)
  expect(second).not.toBe(first)
  expect((await verify(first)).status).toBe(401)
  expect((await verify(second)).status).toBe(200)
  const needless = await person.post('/auth/resend-verification')
  expect(needless).toFail(409, 'INVALID_STATE')
})

test('five links an hour are enough, and an hour later there are more', async () => {
  const person = await system.customer()
  for (let sent = 1; sent < 5; sent++) expect((await person.post('/auth/resend-verification')).status).toBe(200)
  const refused = await person.post('/auth/resend-verification')
  expect([refused.status, refused.body.error.code, refused.headers.get('retry-after')]).toEqual([
    429,
    'RATE_LIMITED',
    '3600',
  ])
  // The last one that was sent still opens.
  expect(await tokenTo(system, person.email, 'verify-email', 5)).toBeString()
  const other = await system.customer()
  expect((await other.post('/auth/resend-verification')).status).toBe(200)
  clock.advance(hour)
  const { body } = await system.anybody.post('/auth/refresh', { refreshToken: person.refreshToken })
  const later = await system.anybody.post('/auth/resend-verification', undefined, {
    authorization: `Bearer ${body.data.accessToken}`,
  })
  expect(later.status).toBe(200)
})

test.each(['', 'x', `mpl_${'A'.repeat(43)}`, 'x'.repeat(101), `' or 1=1 --`])(
  'a token that was never sent (%p) opens nothing',
  async (token) => {
    for (const [path, more] of [
      ['/auth/verify-email', {}],
      ['/auth/reset-password', { newPassword: 'kuda makan nasi goreng' }],
    ] as const) {
      const { status, body } = await system.anybody.post(path, { token, ...more })
      expect(status).toBe(token === '' || token.length > 100 ? 422 : 401)
      if (token.length > 1) expect(JSON.stringify(body)).not.toContain(token)
    }
  },
)

test('the address changes when the new one is verified, and the old one is told', async () => {
  const person = await system.customer()
  const address = newAddress()
  const asked = await person.post('/auth/change-email', { password: person.password, newEmail: address.toUpperCase() })
  expect(asked.body).toEqual({ success: true, data: null })
  const token = await tokenTo(system, address, 'verify-email')
  expect(await me(person)).toMatchObject({ email: person.email, emailVerified: false })
  const logIn = async (email: string) =>
    (await system.anybody.post('/auth/login', { email, password: person.password })).status
  expect([await logIn(person.email), await logIn(address)]).toEqual([200, 401])

  await system.anybody.post('/auth/forgot-password', { email: person.email })
  const reset = await tokenTo(system, person.email, 'reset-password')
  const oldLink = await tokenTo(system, person.email, 'verify-email')
  expect((await verify(token)).status).toBe(200)
  expect(await me(person)).toMatchObject({ email: address, emailVerified: true })
  expect([await logIn(person.email), await logIn(address)]).toEqual([401, 200])
  expect(await mailsTo(system, address, 'email-changed')).toEqual([])
  await mailTo(system, person.email, 'email-changed')
  // Whoever reads the old mailbox can neither take the account back nor verify anything.
  const newPassword = 'kuda makan nasi goreng'
  expect((await system.anybody.post('/auth/reset-password', { token: reset, newPassword })).status).toBe(401)
  expect((await verify(oldLink)).status).toBe(401)
  const entry = await system.parts.db.read
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.action, 'email.change'))
    .get()
  expect(entry).toMatchObject({ actorId: person.id, targetId: person.id })
  expect(JSON.stringify(entry)).not.toContain('@example.com')
})

test('the address changes for nobody without the password, and for nobody to the one they have', async () => {
  const person = await system.customer()
  const wrong = await person.post('/auth/change-email', { password: 'a guess', newEmail: newAddress() })
  expect(wrong).toFail(403, 'FORBIDDEN')
  const same = await person.post('/auth/change-email', { password: person.password, newEmail: person.email })
  expect([same.status, same.body.error.details.problems[0].path]).toEqual([422, '/newEmail'])
  expect(
    await system.parts.db.read.select().from(accountTokens).where(eq(accountTokens.userId, person.id)).all(),
  ).toHaveLength(1)
})

test('an address that is somebody’s gets no mail, and the answer does not tell', async () => {
  const [person, owner] = [await system.customer(), await system.customer()]
  const free = await person.post('/auth/change-email', { password: person.password, newEmail: newAddress() })
  const taken = await person.post('/auth/change-email', { password: person.password, newEmail: owner.email })
  expect([taken.status, taken.body]).toEqual([free.status, free.body])
  expect((await mailsTo(system, owner.email)).map(({ template }) => template).toSorted()).toEqual([
    'verify-email',
    'welcome',
  ])
})

test('of two who prove one new address the first has it, and the second stays who they were', async () => {
  const pair = [await system.customer(), await system.customer()]
  const address = newAddress()
  const tokens: string[] = []
  for (const [index, person] of pair.entries()) {
    await person.post('/auth/change-email', { password: person.password, newEmail: address })
    tokens.push(await tokenTo(system, address, 'verify-email', index + 1))
  }
  const answers = await Promise.all(tokens.map(verify))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  const loser = pair[answers[0]!.status === 409 ? 0 : 1]!
  expect((await me(loser)).email).toBe(loser.email)
  expect(await system.parts.db.read.select().from(users).where(eq(users.email, address)).all()).toHaveLength(1)
})

test('a suspended person’s link opens nothing', async () => {
  const person = await system.customer()
  const token = await tokenTo(system, person.email, 'verify-email')
  await system.parts.db.write((tx) =>
    tx.update(users).set({ status: 'SUSPENDED' }).where(eq(users.id, person.id)).run(),
  )
  expect((await verify(token)).status).toBe(401)
})

test('no token stands in the database, and whoever is shown a link is written down', async () => {
  const { email } = await system.customer()
  const token = await tokenTo(system, email, 'verify-email')
  const files = readdirSync(system.dataDir).filter((name) => name.startsWith('minispod.db'))
  expect(files).toContain('minispod.db')
  for (const file of files) expect(readFileSync(join(system.dataDir, file)).includes(token)).toBe(false)
  const { id } = await mailTo(system, email, 'verify-email')
  const entry = await system.parts.db.read.select().from(auditEntries).where(eq(auditEntries.targetId, id)).get()
  expect(entry).toMatchObject({ action: 'mail.view-link', actorKind: 'user', targetKind: 'mail' })
  // Used once, it is no more to be seen.
  await verify(token)
  expect(await tokenIn(system, await mailTo(system, email, 'verify-email'))).toBeUndefined()
})
