import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { deadlineOf, timeBefore } from '../../src/features/downtime'
import { hour } from '../../src/lib/clock'

const at = (hours: number) => new Date(hours * hour)
const down = (from: number, to: number) => ({ startedAt: at(from), endedAt: at(to) })

describe('a deadline', () => {
  test.each([
    ['without a downtime', [], 13],
    ['with one before it', [down(1, 2)], 13],
    ['with one within it', [down(11, 21)], 23],
    ['with one that began before', [down(5, 15)], 18],
    ['with one that begins at its end', [down(13, 20)], 13],
    ['with one at its end that another pushed it into', [down(11, 12), down(13, 20)], 21],
    ['with several', [down(10, 11), down(12, 14)], 16],
  ])('%s', (_, downtimes, hours) => {
    expect(deadlineOf(at(10), 3 * hour, downtimes)).toEqual(at(hours))
  })
})

test('what a deadline allows is what is not yet too old', () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 0, maxLength: 8 }).map((all) => {
    const sorted = all.toSorted((a, b) => a - b)
    return sorted.flatMap((from, index) =>
      index % 2 === 0 && sorted[index + 1] !== undefined ? [down(from, sorted[index + 1]!)] : [],
    )
  })
  const span = fc.integer({ min: 1, max: 20 })
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: 0, max: 60 }),
      span,
      fc.integer({ min: 0, max: 40 }),
      (downtimes, since, ms, passed) => {
        const now = at(since + passed)
        // A moment within a downtime is nobody's present.
        fc.pre(!downtimes.some(({ startedAt, endedAt }) => startedAt < now && now < endedAt))
        const known = downtimes.filter(({ endedAt }) => endedAt <= now)
        const isOver = deadlineOf(at(since), ms * hour, known) <= now
        expect(at(since) <= timeBefore(now, ms * hour, known)).toBe(isOver)
      },
    ),
  )
})
