import { expect, spyOn, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { users } from '../../src/features/accounts/tables'
import { sharedSystem, type TestSystem } from '../support/system'

const system = sharedSystem()
const password = 'correct horse battery'
let people = 0
const newEmail = () => `person-${++people}@example.com`

const suspend = ({ parts }: TestSystem, id: string) =>
  parts.db.write((tx) => tx.update(users).set({ status: 'SUSPENDED' }).where(eq(users.id, id)).run())

test('whoever registers is signed in at once, and is told nothing but themselves', async () => {
  const { anybody, url } = await system()
  const email = newEmail()
  const { status, body } = await anybody.post('/auth/register', { email, password, name: '  Siti Rahma ' })
  expect(status).toBe(201)
  const { user, accessToken, refreshToken, expiresIn } = body.data
  expect(user).toEqual({
    id: expect.stringMatching(/^usr_/),
    email,
    name: 'Siti Rahma',
    role: 'USER',
    status: 'ACTIVE',
    emailVerified: false,
    locale: 'id',
    mailProblem: null,
    monthlyStatement: false,
    creditBalance: 0,
    totalTopUp: 0,
    totalSpent: 0,
    createdAt: expect.stringMatching(/Z$/),
  })
  expect(expiresIn).toBe(900)
  expect(refreshToken).toMatch(/^mpr_[\w-]{43}$/)
  const me = await fetch(`${url}/api/auth/me`, { headers: { authorization: `bearer ${accessToken}` } })
  expect((await me.json()).data).toEqual(user)
})

test('an e-mail address is one whatever its letters’ case, at registration and at sign-in', async () => {
  const { anybody } = await system()
  const email = newEmail()
  const shouted = email.toUpperCase()
  const first = await anybody.post('/auth/register', { email: shouted, password, name: 'A' })
  expect([first.status, first.body.data.user.email]).toEqual([201, email])
  const second = await anybody.post('/auth/register', { email, password: `${password}!`, name: 'B' })
  expect(second).toFail(409, 'CONFLICT')
  for (const spelt of [email, shouted, ` ${email} `]) {
    expect((await anybody.post('/auth/login', { email: spelt, password })).status).toBe(200)
  }
})

test('of twenty who register one address at once one gets it', async () => {
  const { anybody, parts } = await system()
  const email = newEmail()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      anybody.post('/auth/register', { email: index % 2 ? email : email.toUpperCase(), password, name: `N${index}` }),
    ),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(19).fill(409)])
  expect(await parts.db.read.select().from(users).where(eq(users.email, email)).all()).toHaveLength(1)
})

test.each([
  ['no address', { email: 'nobody' }, '/email'],
  ['an empty address', { email: '' }, '/email'],
  ['spaces around it', { email: ' a@example.com' }, '/email'],
  ['a short password', { password: 'short' }, '/password'],
  ['a password of a kilometre', { password: 'x'.repeat(201) }, '/password'],
  ['a blank name', { name: '   ' }, '/name'],
  ['a long name', { name: 'x'.repeat(101) }, '/name'],
])('%s is refused by name', async (_, wrong, path) => {
  const { anybody } = await system()
  const { status, body } = await anybody.post('/auth/register', { email: newEmail(), password, name: 'N', ...wrong })
  expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
  expect(body.error.details.problems.map((problem: { path: string }) => problem.path)).toEqual([path])
})

test('nobody gives themselves a role, a balance, a status or another id', async () => {
  const { anybody, customer, parts } = await system()
  const grab = {
    role: 'ADMINISTRATOR',
    status: 'CLOSED',
    emailVerified: true,
    emailVerifiedAt: 1,
    creditBalance: 1_000_000,
    id: 'usr_mine',
    passwordHash: 'x',
  }
  const unknown = Object.keys(grab).map((name) => ({ path: `/${name}`, message: 'Not a known name' }))
  const email = newEmail()
  const registered = await anybody.post('/auth/register', { email, password, name: 'Eve', ...grab })
  expect([registered.status, registered.body.error.details.problems]).toEqual([422, unknown])
  expect((await anybody.post('/auth/login', { email, password })).status).toBe(401)
  const eve = await customer()
  const patched = await eve.patch('/auth/me', { name: 'Eve', ...grab })
  expect([patched.status, patched.body.error.details.problems]).toEqual([422, unknown])
  expect((await eve.get('/auth/me')).body.data).toMatchObject({ role: 'USER', status: 'ACTIVE', name: 'Budi' })
  const stored = await parts.db.read.select().from(users).where(eq(users.id, eve.id)).get()
  expect(stored).toMatchObject({ role: 'USER', status: 'ACTIVE', emailVerifiedAt: null })
  expect(stored!.passwordHash).toStartWith('$argon2id$')
  expect((await eve.get('/admin/jobs')).status).toBe(403)
})

test('name and language can be changed, each alone', async () => {
  const { customer } = await system()
  const person = await customer({ name: 'Before' })
  expect((await person.patch('/auth/me', { locale: 'en' })).body.data).toMatchObject({ name: 'Before', locale: 'en' })
  expect((await person.patch('/auth/me', { name: ' After ' })).body.data).toMatchObject({ name: 'After', locale: 'en' })
  expect((await person.patch('/auth/me', {})).body.data).toMatchObject({ name: 'After', locale: 'en' })
  for (const wrong of [{ locale: 'fr' }, { name: '' }, { name: ' ' }, { name: null }]) {
    expect((await person.patch('/auth/me', wrong)).status).toBe(422)
  }
})

test('a wrong password and an unknown address get the same answer', async () => {
  const { anybody, customer } = await system()
  const { email } = await customer()
  const wrong = await anybody.post('/auth/login', { email, password: 'not the password' })
  const unknown = await anybody.post('/auth/login', { email: newEmail(), password: 'not the password' })
  for (const { status, body } of [wrong, unknown]) {
    expect([status, body.error]).toEqual([401, { code: 'UNAUTHORIZED', message: 'E-mail or password is wrong' }])
  }
})

test('a wrong password and an unknown address take as long as each other: one check of one hash of one cost', async () => {
  const { anybody, customer } = await system()
  const { email } = await customer()
  const checked = spyOn(Bun.password, 'verify')
  try {
    for (const address of [email, newEmail(), newEmail()]) {
      await anybody.post('/auth/login', { email: address, password: 'not the password' })
    }
    const costs = checked.mock.calls.map(
      ([, hash]) => /^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$/.exec(String(hash))?.[0],
    )
    expect(costs).toEqual(Array(3).fill('$argon2id$v=19$m=8,t=1,p=1$'))
  } finally {
    checked.mockRestore()
  }
})

test('a suspended person can’t sign in, is told so, and an open session ends with the next request', async () => {
  const running = await system()
  const { anybody, customer } = running
  const person = await customer()
  expect((await person.get('/auth/me')).status).toBe(200)
  await suspend(running, person.id)
  const inside = await person.get('/auth/me')
  expect(inside).toFail(403, 'FORBIDDEN')
  const outside = await anybody.post('/auth/login', { email: person.email, password: person.password })
  expect(outside).toFail(403, 'FORBIDDEN')
  // Who does not know the password does not learn of the suspension.
  expect((await anybody.post('/auth/login', { email: person.email, password: 'a guess' })).status).toBe(401)
  expect((await anybody.post('/auth/refresh', { refreshToken: person.refreshToken })).status).toBe(403)
})

test('another password ends every other session, and only the new one opens the next', async () => {
  const { anybody, customer } = await system()
  const person = await customer()
  const { email } = person
  const other = (await anybody.post('/auth/login', { email, password: person.password })).body.data
  const wrong = await person.post('/auth/change-password', {
    currentPassword: 'a guess',
    newPassword: 'three umbrellas in may',
  })
  expect(wrong).toFail(403, 'FORBIDDEN')
  const short = await person.post('/auth/change-password', { currentPassword: person.password, newPassword: 'short' })
  expect(short.status).toBe(422)
  const right = { currentPassword: person.password, newPassword: 'three umbrellas in may' }
  expect((await person.post('/auth/change-password', right)).body).toEqual({ success: true, data: null })
  expect((await person.get('/auth/me')).status).toBe(200)
  expect((await anybody.get('/auth/me', { authorization: `Bearer ${other.accessToken}` })).status).toBe(401)
  expect((await anybody.post('/auth/refresh', { refreshToken: other.refreshToken })).status).toBe(401)
  expect((await anybody.post('/auth/login', { email, password: person.password })).status).toBe(401)
  expect((await anybody.post('/auth/login', { email, password: 'three umbrellas in may' })).status).toBe(200)
})

test('more sign-ins at a time than can be worked on are told when to come again, and the rest succeed', async () => {
  const { anybody, customer } = await system()
  const { email, password } = await customer()
  const answers = await Promise.all(Array.from({ length: 130 }, () => anybody.post('/auth/login', { email, password })))
  const refused = answers.filter(({ status }) => status !== 200)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(40)
  for (const { status, body, headers } of refused) {
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([429, 'RATE_LIMITED', '2'])
  }
  expect((await anybody.post('/auth/login', { email, password })).status).toBe(200)
})
