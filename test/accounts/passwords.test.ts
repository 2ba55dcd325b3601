import { expect, test } from 'bun:test'
import { generatePassword, Passwords } from '../../src/features/accounts'
import { assertGoodPassword } from '../../src/features/accounts/password-policy'
import { users } from '../../src/features/accounts/tables'
import { AppError } from '../../src/lib/errors'
import { testCost } from '../support/people'
import { sharedSystem, startSystem } from '../support/system'

const system = sharedSystem()
const budi = { email: 'budi.santoso@example.com', name: 'Budi Santoso' }

/** The rule that a password breaks; undefined for a good one. */
async function ruleAgainst(password: string, person = budi): Promise<string | undefined> {
  try {
    await assertGoodPassword(password, person, 'password')
    return undefined
  } catch (error) {
    const { code, details, message } = error as AppError
    expect([error instanceof AppError, code]).toEqual([true, 'VALIDATION_ERROR'])
    expect(JSON.stringify([message, details])).not.toContain(password)
    return (details!.problems as [{ message: string }])[0].message
  }
}

/** Of published lists of the passwords that are used most. */
const fromLists = [
  ...['princess12', 'chocolate1', 'liverpool1', 'basketball', 'jonathan12', 'christopher', 'butterfly1', 'ihateyou123'],
  ...['m1ch3ll3123', 'superstar@123', 'Halloween2025!', 'strawb3rry1', 'Spaghetti2024', 'wonderful123'],
]
/** What people here choose. */
const indonesian = [
  ...['kucingku123', 'Bismillah123', 'rahasia1234', 'persebaya99', 'merahputih45', 'cintaku123', 'Surabaya2024'],
  ...['yogyakarta12', 'alhamdulillah', 'sayangmama1', 'Nurhayati99', 'setiawan123', 'm3rdek4123'],
]

test.each([
  ['short one', 'Expected at least 10 characters'],
  ['😀🎉🐼🚀🌈', 'Expected at least 10 characters'],
  ['éüöäñ'.normalize('NFD'), 'Expected at least 10 characters'],
  ['x9!'.repeat(67), 'Expected at most 200 characters'],
  ['password12', 'Expected a less common password'],
  ['Password123!', 'Expected a less common password'],
  ['P@ssw0rd2024', 'Expected a less common password'],
  ['2024welcome!', 'Expected a less common password'],
  ['$unshine1998', 'Expected a less common password'],
  ['admin-admin-2023', 'Expected no simple pattern'],
  ['dragonmonkey12', 'Expected a less common password'],
  ['Sayangku1998', 'Expected a less common password'],
  ['indonesia1945', 'Expected a less common password'],
  ['minispod2026', 'Expected a less common password'],
  ['qwertyuiop', 'Expected a less common password'],
  ['1q2w3e4r5t', 'Expected a less common password'],
  ['1qaz2wsx3edc', 'Expected a less common password'],
  ['abcdefghijkl', 'Expected no simple pattern'],
  ['0987654321', 'Expected more than a number'],
  ['aaaaaaaaaaaaaaa', 'Expected no simple pattern'],
  ['x7$kx7$kx7$k', 'Expected no simple pattern'],
  ['081356902417', 'Expected more than a number'],
  ['17-08-1945 00', 'Expected more than a number'],
  ['budi.santoso@example.com', 'Expected something other than your own name or address'],
  ['BudiSantoso99', 'Expected something other than your own name or address'],
  ['santoso_budi!', 'Expected something other than your own name or address'],
  ['budipassword1', 'Expected a less common password'],
  ...[...fromLists, ...indonesian].map((word): [string, string] => [word, 'Expected a less common password']),
])('%p is refused: %s', async (password, rule) => {
  expect(await ruleAgainst(password)).toBe(rule)
})

test.each([
  'correct horse battery staple',
  'kuda makan nasi goreng',
  'sepeda hujan nelayan jembatan',
  'x9#kQz!r2Lw8',
  'tr4ktor-ungu-menari',
  'budi likes purple elephants',
  'Tr0ub4dor&3x!q',
  '8f3kd92jf0',
  '😀🎉🐼🚀🌈🍕🎸🏀🎯🧩',
  'мой пароль сложный',
  '4821 9073 5512 6640',
  '🐼🚀'.repeat(10) + '😀🎉🐼🚀🌈🍕🎸🏀🎯🧩'.repeat(18),
])('%p is good', async (password) => {
  expect(await ruleAgainst(password)).toBeUndefined()
})

test('a name is only its owner’s to avoid', async () => {
  expect(await ruleAgainst('Kartikasari99')).toBeUndefined()
  expect(await ruleAgainst('Kartikasari99', { email: 'a@example.com', name: 'Kartika Sari' })).toBe(
    'Expected something other than your own name or address',
  )
})

test.each([
  'r2d2c3po90210@example.com',
  'r2d2c3po90210',
  'R2D2C3PO90210!?',
  'r2d2c3po90210r2d2c3po90210',
  '7of9 X4Y6Z8Q1',
])('an address or a name of digits (%p) is no password either', async (password) => {
  const rule = 'Expected something other than your own name or address'
  expect(await ruleAgainst(password, { email: 'r2d2c3po90210@example.com', name: '7of9 x4y6z8q1' })).toBe(rule)
})

test('what the house makes itself follows its own rules', async () => {
  for (let made = 0; made < 200; made++) expect(await ruleAgainst(generatePassword())).toBeUndefined()
})

/** Unbounded, the worst of these took half a second. */
const mostCpuMs = 25

test.each([
  'testpassword'.repeat(16),
  `${'abc'.repeat(60)}z9`,
  'a1'.repeat(100),
  '@$!'.repeat(66),
  'pass'.repeat(49),
  '4@8391!0$57'.repeat(18),
  'p@$$w0rd'.repeat(25),
  '19980317201'.repeat(18),
  '19/8/1998'.repeat(22),
  '🎉a😀1'.repeat(50),
])('%p is judged in no time', async (hard) => {
  for (let round = 0; round < 20; round++) await ruleAgainst(hard)
  const before = process.cpuUsage()
  for (let round = 0; round < 20; round++) await ruleAgainst(hard)
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000 / 20).toBeLessThan(mostCpuMs)
})

test('registration and a change of the password say the rule, and nothing of the password', async () => {
  const { anybody, customer } = await system()
  const weak = 'Password2024!'
  const refused = await anybody.post('/auth/register', { email: 'weak@example.com', password: weak, name: 'W' })
  const person = await customer()
  const change = { currentPassword: person.password, newPassword: weak }
  const changed = await person.post('/auth/change-password', change)
  for (const [{ status, body }, path] of [
    [refused, '/password'],
    [changed, '/newPassword'],
  ] as const) {
    expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
    expect(body.error.details.problems).toEqual([{ path, message: 'Expected a less common password' }])
    expect(JSON.stringify(body)).not.toContain(weak)
  }
  expect((await anybody.post('/auth/login', { email: person.email, password: person.password })).status).toBe(200)
})

test('a password of 200 signs that are two units each signs in, whichever way its accents were typed', async () => {
  const { anybody } = await system()
  const email = 'accents@example.com'
  const password = `${'é'.repeat(2)}ü${'🐼🚀🌈🍕🎸🏀🎯🧩😀'.repeat(20)}`
  expect((await anybody.post('/auth/register', { email, password, name: 'A' })).status).toBe(201)
  const typed = password.normalize('NFD')
  expect(typed).not.toBe(password)
  expect((await anybody.post('/auth/login', { email, password: typed })).status).toBe(200)
  expect((await anybody.post('/auth/login', { email, password: password.slice(1) })).status).toBe(401)
})

test('two passwords are hashed at a time, a hundred may wait, and one more is refused at once', async () => {
  const passwords = new Passwords(testCost)
  const hashes = Array.from({ length: 110 }, () => passwords.hash('correct horse battery'))
  expect(passwords.work).toEqual({ running: 2, waiting: 100 })
  const outcomes = await Promise.allSettled(hashes)
  expect(outcomes.map(({ status }) => status)).toEqual([...Array(102).fill('fulfilled'), ...Array(8).fill('rejected')])
  const { reason } = outcomes.at(-1) as PromiseRejectedResult
  expect([reason.code, reason.details]).toEqual(['RATE_LIMITED', { retryAfterSeconds: 2 }])
  expect(passwords.work).toEqual({ running: 0, waiting: 0 })
})

test('the product hashes with argon2id, 19 MiB and two passes, what is stored and what nobody’s address is checked against', async () => {
  const { parts, anybody, close } = await startSystem({ passwordCost: 'product' })
  try {
    const registration = { email: 'product@example.com', password: 'correct horse battery', name: 'P' }
    expect((await anybody.post('/auth/register', registration)).status).toBe(201)
    const stored = await parts.db.read.select({ hash: users.passwordHash }).from(users).all()
    expect(stored.map(({ hash }) => hash.slice(0, 31))).toEqual(Array(2).fill('$argon2id$v=19$m=19456,t=2,p=1$'))
  } finally {
    await close()
  }
})
