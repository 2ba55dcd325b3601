import { describe, expect, test } from 'bun:test'
import { AccessTokens, accessTokenSeconds } from '../../src/features/accounts/tokens'
import { VerifiedTokens } from '../../src/features/accounts/verified-tokens'
import { ManualClock, minute, second } from '../../src/lib/clock'
import { fixedRing, type KeyRing, type RingKey } from '../../src/lib/key-ring'
import { claimsOf, headerOf, signToken } from '../support/access-token'

const keyNamed = (id: string): RingKey => ({ id, key: Buffer.from(id.repeat(40).slice(0, 40)) })

/** A ring whose keys can be changed, as the file of secrets changes under a running server. */
function changingRing(...ids: string[]): KeyRing & { become(...ids: string[]): void } {
  let ring = fixedRing(ids.map(keyNamed))
  return {
    newest: () => ring.newest(),
    find: (id) => ring.find(id),
    all: () => ring.all(),
    become: (...next) => {
      ring = fixedRing(next.map(keyNamed))
    },
  }
}

function startTokens(...ids: string[]) {
  const clock = new ManualClock('2026-03-01T00:00:00Z')
  const ring = changingRing(...ids)
  return { clock, ring, tokens: new AccessTokens(ring, clock) }
}

const refusal = async (verify: () => unknown): Promise<string> => {
  try {
    await verify()
    return 'accepted'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test('a token names its key and carries person, session, issuer and end, by our clock', async () => {
  const { tokens, clock } = startTokens('k1')
  const token = await tokens.sign('usr_1', 'ses_1')
  const exp = clock.now().getTime() / 1000 + accessTokenSeconds
  expect(headerOf(token)).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'k1' })
  expect(claimsOf(token)).toEqual({ iss: 'minispod', sub: 'usr_1', sid: 'ses_1', exp })
  expect(signToken(headerOf(token), claimsOf(token), keyNamed('k1').key)).toBe(token)
})

test('after a rotation both keys’ tokens are good; a retired key’s are not, those seen before least of all', async () => {
  const { tokens, ring } = startTokens('k1')
  const old = await tokens.sign('usr_1', 'ses_1')
  expect(await tokens.verify(old)).toMatchObject({ userId: 'usr_1', sessionId: 'ses_1' })
  ring.become('k2', 'k1')
  const young = await tokens.sign('usr_2', 'ses_2')
  expect(await tokens.verify(old)).toMatchObject({ userId: 'usr_1' })
  expect(await tokens.verify(young)).toMatchObject({ userId: 'usr_2' })
  ring.become('k2')
  expect(await refusal(() => tokens.verify(old))).toBe('UNAUTHORIZED')
  expect(await tokens.verify(young)).toMatchObject({ userId: 'usr_2' })
})

test('a key of the same name but other bytes is another key', async () => {
  const { tokens } = startTokens('k1')
  const token = signToken(
    { alg: 'HS256', kid: 'k1' },
    { iss: 'minispod', sub: 'u', sid: 's', exp: 2e9 },
    keyNamed('k2').key,
  )
  expect(await refusal(() => tokens.verify(token))).toBe('UNAUTHORIZED')
})

test('what is seen again is answered at once, until it ends', async () => {
  const { tokens, clock } = startTokens('k1')
  const token = await tokens.sign('usr_1', 'ses_1')
  const first = tokens.verify(token)
  expect(first).toBeInstanceOf(Promise)
  // Left alone it might end when the clock below has moved on, and fail whatever test runs then.
  await first
  expect(tokens.verify(token)).not.toBeInstanceOf(Promise)
  clock.advance(15 * minute - second)
  expect(tokens.verify(token)).toMatchObject({ userId: 'usr_1' })
  clock.advance(second)
  expect(await refusal(() => tokens.verify(token))).toBe('TOKEN_EXPIRED')
  expect(await refusal(() => tokens.verify(token))).toBe('TOKEN_EXPIRED')
})

test('not one other text stands for a token that was seen', async () => {
  const { tokens } = startTokens('k1')
  const token = await tokens.sign('usr_1', 'ses_1')
  await tokens.verify(token)
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // The last character of a signature holds four of its bits: a lenient decoder takes four texts for one.
  for (const character of last.replace(token.at(-1)!, '')) {
    expect(await refusal(() => tokens.verify(token.slice(0, -1) + character))).toBe('UNAUTHORIZED')
  }
  for (const other of [`${token}=`, `${token} `, ` ${token}`, `${token}.`, token.toUpperCase(), `${token}\n`, '']) {
    expect(await refusal(() => tokens.verify(other))).toBe('UNAUTHORIZED')
  }
})

describe('signed with our own key, and yet refused', () => {
  const claims = { iss: 'minispod', sub: 'usr_1', sid: 'ses_1', exp: 2e9 }
  const header = { alg: 'HS256', typ: 'JWT', kid: 'k1' }
  const judge = (signedHeader: object, signedClaims: object) =>
    refusal(() => startTokens('k1').tokens.verify(signToken(signedHeader, signedClaims, keyNamed('k1').key)))

  test('but for the one that is in order', async () => {
    expect(await judge(header, claims)).toBe('accepted')
    expect(await judge(header, { ...claims, nbf: 1 })).toBe('accepted')
  })

  test.each([
    ['no algorithm', { ...header, alg: 'none' }, claims],
    ['another algorithm', { ...header, alg: 'HS512' }, claims],
    ['a public key’s algorithm', { ...header, alg: 'RS256' }, claims],
    ['no key', { alg: 'HS256' }, claims],
    ['a key that is no text', { ...header, kid: ['k1'] }, claims],
    ['an extension that must be understood', { ...header, crit: ['b64'], b64: true }, claims],
    ['a payload that is not encoded', { ...header, crit: ['b64'], b64: false }, claims],
    ['an unknown extension', { ...header, crit: ['exp'], exp: 1 }, claims],
    ['another issuer', header, { ...claims, iss: 'somebody' }],
    ['no end', header, { ...claims, exp: undefined }],
    ['an end that is no number', header, { ...claims, exp: '2000000000' }],
    ['a person who is no text', header, { ...claims, sub: 7 }],
    ['sessions', header, { ...claims, sid: ['ses_1'] }],
    ['a beginning that is to come', header, { ...claims, nbf: 1.9e9 }],
    ['a beginning that is no number', header, { ...claims, nbf: '1' }],
    ['claims that are a list', header, [claims]],
    ['more than any token of ours', header, { ...claims, more: 'x'.repeat(2_048) }],
  ])('with %s', async (_, signedHeader, signedClaims) => {
    expect(await judge(signedHeader, signedClaims)).toBe('UNAUTHORIZED')
  })
})

test('what is kept is bounded by number and by age', () => {
  const kept = new VerifiedTokens()
  const claims = { userId: 'u', sessionId: 's', expiresAt: 1 }
  let most = 0
  for (let n = 0; n < 45_000; n++) {
    kept.keep(`t${n}`, claims, 0)
    most = Math.max(most, kept.size)
  }
  expect(most).toBe(20_000)
  expect([kept.find('t29999'), kept.find('t30000'), kept.find('t44999')]).toEqual([undefined, claims, claims])
  kept.keep('a quarter of an hour later', claims, 15 * minute)
  kept.keep('and another', claims, 30 * minute)
  expect(kept.size).toBe(2)
})
