import { expect, test } from 'bun:test'
import { firstIdAt, isId, newId, randomPart } from '../../src/lib/ids'
import { isKind, type KindWithId, kinds } from '../../src/lib/kinds'
import { fc } from '../support/property'

test('an id says what it is and is valid in a label of the cluster', () => {
  expect(newId('subscription')).toMatch(/^sub_[0-9a-hjkmnp-tv-z]{24}$/)
})

test('an id made later sorts later', () => {
  const moments = fc.integer({ min: 0, max: 2 ** 45 - 1 })
  fc.assert(
    fc.property(moments, moments, (a, b) => {
      fc.pre(a !== b)
      expect(newId('transaction', a) < newId('transaction', b)).toBe(a < b)
    }),
  )
})

test('the first id of a moment sorts before all of that moment and after all before it, for any moment at all', () => {
  const moments = fc.integer({ min: 1, max: 2 ** 45 - 1 })
  fc.assert(
    fc.property(moments, (ms) => {
      const first = firstIdAt('job', new Date(ms))
      expect(first < newId('job', ms)).toBe(true)
      expect(first > newId('job', ms - 1)).toBe(true)
    }),
  )
  expect(firstIdAt('job', new Date('0001-01-01T00:00:00Z')) < newId('job', 0)).toBe(true)
  expect(firstIdAt('job', new Date('9999-12-31T00:00:00Z')) > newId('job')).toBe(true)
})

test('ids of one millisecond differ', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId('transaction', 1))).size).toBe(10_000)
})

test('a random part uses every letter, evenly', () => {
  const counts = new Map<string, number>()
  for (const letter of randomPart(64_000)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  expect(counts.size).toBe(32)
  for (const count of counts.values()) expect(Math.abs(count - 2_000)).toBeLessThan(400)
})

test('every kind of thing has a prefix of its own, or none', () => {
  const prefixes = Object.values(kinds).filter((prefix) => prefix !== undefined)
  expect(new Set(prefixes).size).toBe(prefixes.length)
  for (const [kind, prefix] of Object.entries(kinds)) {
    if (prefix !== undefined) expect(isId(newId(kind as KindWithId))).toBe(true)
  }
  expect([isKind('plan'), isKind('preview'), isKind('toString')]).toEqual([true, false, false])
})
