import { expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { AppError } from '../../src/lib/errors'
import { fixedRing, type RingKey } from '../../src/lib/key-ring'
import { createSealer, parseSealingKeys, SealError } from '../../src/lib/seal'
import { fc } from '../support/property'

const keyOf = (id: string): RingKey => ({ id, key: crypto.getRandomValues(new Uint8Array(32)) })
const key = keyOf('k1')
const sealer = createSealer(fixedRing([key]))
const newer = keyOf('k2')
const rotated = createSealer(fixedRing([newer, key]))

function refusal(attempt: () => unknown): SealError {
  try {
    attempt()
  } catch (error) {
    if (error instanceof SealError) return error
    throw error
  }
  throw new Error('it opened')
}

test('what was sealed opens in its own context', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, context) => {
      expect(sealer.open(sealer.seal(plain, context), context)).toBe(plain)
    }),
  )
})

test('the same text is sealed to something else each time, under a key of its own, and shows nothing of itself', () => {
  const sealed = Array.from({ length: 100 }, () => sealer.seal('correct horse', 'row').split('.'))
  for (const part of [2, 3]) expect(new Set(sealed.map((each) => each[part])).size).toBe(100)
  expect(sealed.some((each) => Buffer.from(each[3]!, 'base64url').includes('horse'))).toBe(false)
})

test('a sealed value that was moved to another row does not open', () => {
  const sealed = sealer.seal('secret', 'instances/a/sealed_secrets')
  expect(refusal(() => sealer.open(sealed, 'instances/b/sealed_secrets')).reason).toBe('damaged')
  expect(refusal(() => rotated.rewrap(sealed, 'instances/b/sealed_secrets')).reason).toBe('damaged')
})

test('a wrapped key of another value opens nothing, also in the same place', () => {
  const [first, second] = [sealer.seal('one', 'row'), sealer.seal('two', 'row')].map((each) => each.split('.'))
  expect(refusal(() => sealer.open([...first!.slice(0, 3), second![3]].join('.'), 'row')).reason).toBe('damaged')
  // Nor can the wrapped key be taken for the text of a value.
  expect(() => sealer.open([...first!.slice(0, 2), first![2], first![2]].join('.'), 'row')).toThrow(SealError)
})

test('a changed byte anywhere is noticed', () => {
  const parts = sealer.seal('secret', 'row').split('.')
  for (const part of [2, 3]) {
    const bytes = Buffer.from(parts[part]!, 'base64url')
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes)
      changed[index]! ^= 1
      const sealed = parts.with(part, changed.toString('base64url')).join('.')
      expect(refusal(() => sealer.open(sealed, 'row')).reason).toBe('damaged')
    }
  }
})

test('a value cut short, of another version or of another form is refused', () => {
  const sealed = sealer.seal('secret', 'row')
  const [version, id, wrapped, text] = sealed.split('.')
  const bad = ['', 'v1', 'v1.k1', 'v1.k1..', `v1.k1.${wrapped}`, `v1.k1.${wrapped}.`, `v1.k1.AAAA.${text}`]
  bad.push(
    sealed.slice(0, -4),
    sealed.replace('v1', 'v2'),
    `${sealed}.x`,
    `${version}.${id} .${wrapped}.${text}`,
    'hunter2',
  )
  for (const each of bad) expect(refusal(() => sealer.open(each, 'row')).reason).toBe('damaged')
})

test('a refusal names the place and the key, and nothing of the value or the keys', () => {
  const sealed = rotated.seal('hunter2', 'users/u1/sealed_totp')
  const unknown = refusal(() => sealer.open(sealed, 'users/u1/sealed_totp'))
  expect(unknown.reason).toBe('unknown-key')
  expect(unknown.message).toBe('users/u1/sealed_totp was sealed with the key k2, which is not in the ring')
  const impostor = createSealer(fixedRing([keyOf('k2')]))
  const damaged = refusal(() => impostor.open(sealed, 'users/u1/sealed_totp'))
  const plain = refusal(() => sealer.open('hunter2', 'users/u1/sealed_totp'))
  for (const error of [unknown, damaged, plain]) {
    const shown = inspect(error, { depth: 9, showHidden: true })
    expect(shown).toContain('users/u1/sealed_totp')
    for (const secret of ['hunter2', ...sealed.split('.').slice(2)]) expect(shown).not.toContain(secret)
  }
})

test('after a rotation the new key seals and the old one still opens', () => {
  const old = sealer.seal('secret', 'row')
  expect(rotated.open(old, 'row')).toBe('secret')
  expect(rotated.seal('secret', 'row')).toStartWith('v1.k2.')
  expect(() => sealer.open(rotated.seal('secret', 'row'), 'row')).toThrow(SealError)
})

test('a value that is put under the newest key keeps its text, and opens without the old key', () => {
  const old = sealer.seal('secret', 'row')
  const fresh = rotated.rewrap(old, 'row')!
  expect(fresh).toStartWith('v1.k2.')
  expect(fresh.split('.')[3]).toBe(old.split('.')[3]!)
  expect(createSealer(fixedRing([newer])).open(fresh, 'row')).toBe('secret')
  expect(rotated.rewrap(fresh, 'row')).toBeUndefined()
})

test('sealing is cheap enough for the way of a subscription', () => {
  let looks = 0
  const ring = fixedRing([key])
  const counted = createSealer({
    ...ring,
    newest: () => {
      looks++
      return ring.newest()
    },
  })
  // One look at the ring and one cipher each: no key is derived, nothing is read, nothing is waited for.
  for (let index = 0; index < 5_000; index++) expect(typeof counted.seal('x'.repeat(300), 'row')).toBe('string')
  expect(looks).toBe(5_000)
})

test('keys are read newest first, and a wrong one is named by its place and never shown', () => {
  const text = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64')
  expect(parseSealingKeys(`new:${text(32)}, old:${text(32)}`).map(({ id }) => id)).toEqual(['new', 'old'])
  const wrong = [`old:${text(31)}`, `:${text(32)}`, 'hunter2', `new:${text(32)}`]
  for (const bad of wrong.map((second) => `new:${text(32)},${second}`)) {
    try {
      parseSealingKeys(bad)
      throw new Error('it was taken')
    } catch (error) {
      expect(error).toBeInstanceOf(AppError)
      expect((error as Error).message).toContain('entry 2')
      expect(inspect(error)).not.toContain(text(31).slice(0, 8))
      expect(inspect(error)).not.toContain('hunter2')
    }
  }
  expect(() => fixedRing([])).toThrow(RangeError)
})
