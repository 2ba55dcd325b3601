import { expect, test } from 'bun:test'
import { newId, randomPart } from '../../src/lib/ids'
import { fc } from '../support/property'

test('an id says what it is and is valid in a label of the cluster', () => {
  expect(newId('sub')).toMatch(/^sub_[0-9a-hjkmnp-tv-z]{24}$/)
})

test('an id made later sorts later', () => {
  const moments = fc.integer({ min: 0, max: 2 ** 45 - 1 })
  fc.assert(
    fc.property(moments, moments, (a, b) => {
      fc.pre(a !== b)
      expect(newId('txn', a) < newId('txn', b)).toBe(a < b)
    }),
  )
})

test('ids of one millisecond differ', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId('txn', 1))).size).toBe(10_000)
})

test('a random part uses every letter, evenly', () => {
  const counts = new Map<string, number>()
  for (const letter of randomPart(64_000)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  expect(counts.size).toBe(32)
  for (const count of counts.values()) expect(Math.abs(count - 2_000)).toBeLessThan(400)
})
