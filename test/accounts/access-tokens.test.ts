import { afterAll, beforeAll, expect, test } from 'bun:test'
import { ManualClock, minute, second } from '../../src/lib/clock'
import { type Claims, claimsOf, headerOf, signToken } from '../support/access-token'
import { startSystem, type TestCustomer, type TestSystem } from '../support/system'

const secret = 'a signing secret of more than thirty-two characters'
const clock = new ManualClock('2026-03-01T00:00:00Z')
let system: TestSystem
let person: TestCustomer
let neighbour: TestCustomer
beforeAll(async () => {
  system = await startSystem({ clock, environment: { JWT_SECRET: secret } })
  person = await system.customer()
  neighbour = await system.customer()
})
afterAll(() => system.close())

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const genuineHeader = () => headerOf(person.accessToken)
const genuine = (): Claims => claimsOf(person.accessToken)
const sign = (claims: Claims, key = secret) => signToken(genuineHeader(), claims, key)

async function codeFor(token: string): Promise<[number, string | undefined]> {
  const { status, body } = await system.anybody.get('/auth/me', { authorization: `Bearer ${token}` })
  return [status, body.error?.code]
}

test('a token put together from the same claims and the right key is as good as ours', async () => {
  expect(await codeFor(sign(genuine()))).toEqual([200, undefined])
})

test('a token that is not signed by us is 401', async () => {
  const [header, payload, signature] = person.accessToken.split('.') as [string, string, string]
  const forged = [
    `${base64({ ...genuineHeader(), alg: 'none' })}.${payload}.`,
    `${base64({ ...genuineHeader(), alg: 'none' })}.${payload}.${signature}`,
    `${base64({ ...genuineHeader(), alg: 'None' })}.${payload}.`,
    `${header}.${payload}.`,
    `${header}.${base64({ ...genuine(), sub: neighbour.id })}.${signature}`,
    `${header}.${payload}.${signature.split('').toReversed().join('')}`,
    `${base64({ ...genuineHeader(), alg: 'HS512' })}.${payload}.${signature}`,
    sign(genuine(), 'another secret of more than thirty-two characters'),
    signToken({ ...genuineHeader(), alg: 'HS512' }, genuine(), secret, 'sha512'),
    sign(genuine(), ''),
    `${header}.${payload}.x`,
    `${header}.${payload}`,
    payload,
  ]
  for (const token of forged) expect([token, ...(await codeFor(token))]).toEqual([token, 401, 'UNAUTHORIZED'])
})

test('a token of ours that lacks a claim, or has a foreign one, is 401', async () => {
  const { exp, sub, sid, iss, ...rest } = genuine()
  const all = { exp, sub, sid, iss, ...rest }
  for (const missing of ['exp', 'sub', 'sid', 'iss']) {
    const claims = Object.fromEntries(Object.entries(all).filter(([name]) => name !== missing))
    expect([missing, ...(await codeFor(sign(claims)))]).toEqual([missing, 401, 'UNAUTHORIZED'])
  }
  const strange = [
    { ...all, iss: 'somebody-else' },
    { ...all, sid: 'ses_unknown' },
    // A session of one and the name of the other.
    { ...all, sub: neighbour.id },
    { ...all, sid: claimsOf(neighbour.accessToken).sid },
    { ...all, sid: ['ses'] },
    { ...all, exp: 'tomorrow' },
    { ...all, nbf: Number(exp) - 60 },
  ]
  for (const claims of strange) expect((await codeFor(sign(claims)))[0]).toBe(401)
})

test('a token that has run out is TOKEN_EXPIRED, at the second and for those seen before too', async () => {
  const { body } = await system.anybody.post('/auth/login', { email: person.email, password: person.password })
  const { accessToken } = body.data
  expect(await codeFor(accessToken)).toEqual([200, undefined])
  clock.advance(15 * minute - second)
  expect(await codeFor(accessToken)).toEqual([200, undefined])
  clock.advance(second)
  expect(await codeFor(accessToken)).toEqual([401, 'TOKEN_EXPIRED'])
  expect(await codeFor(accessToken)).toEqual([401, 'TOKEN_EXPIRED'])
  // Expired and forged is forged: an attacker learns nothing of the clock.
  expect(await codeFor(sign({ ...genuine(), exp: 1 }, `${secret}!`))).toEqual([401, 'UNAUTHORIZED'])
})
