import { describe, expect, test } from 'bun:test'
import { type BillingCycle, dayIn, daysInMonth, monthsOf, periodBoundary } from '../../src/lib/calendar'
import { fc } from '../support/property'

const jakarta = 'Asia/Jakarta'
const cycles = fc.constantFrom<BillingCycle>('MONTHLY', 'QUARTERLY', 'YEARLY')
const zones = fc.constantFrom(jakarta, 'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu')
const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
const indexes = fc.integer({ min: 0, max: 60 })

const localOf = (instant: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(instant)
const boundaries = (anchor: string, cycle: BillingCycle, count: number, timeZone = jakarta) =>
  Array.from({ length: count }, (_, index) =>
    localOf(periodBoundary(new Date(anchor), cycle, index, timeZone), timeZone),
  )

describe('a period', () => {
  test('that is anchored on the 31st ends on the last day of a shorter month, and comes back to the 31st', () => {
    expect(boundaries('2026-01-31T03:00:00Z', 'MONTHLY', 5)).toEqual([
      '2026-01-31 10:00:00',
      '2026-02-28 10:00:00',
      '2026-03-31 10:00:00',
      '2026-04-30 10:00:00',
      '2026-05-31 10:00:00',
    ])
  })

  test('of a year from the 29th of February ends on the 28th, and on the 29th in the next leap year', () => {
    expect(boundaries('2024-02-29T03:00:00Z', 'YEARLY', 5).map((day) => day.slice(0, 10))).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ])
  })

  test('of a quarter is clamped as well', () => {
    expect(boundaries('2025-11-30T03:00:00Z', 'QUARTERLY', 3).map((day) => day.slice(0, 10))).toEqual([
      '2025-11-30',
      '2026-02-28',
      '2026-05-30',
    ])
  })

  test('counts days on the customer’s calendar: late on the 31st in UTC is the 1st in Jakarta', () => {
    const end = periodBoundary(new Date('2026-01-31T20:00:00Z'), 'MONTHLY', 1, jakarta)
    expect(end.toISOString()).toBe('2026-02-28T20:00:00.000Z')
    expect(localOf(end, jakarta)).toBe('2026-03-01 03:00:00')
  })

  test('keeps the hour on the clock across a change to summer time', () => {
    expect(boundaries('2026-02-28T11:00:00Z', 'MONTHLY', 3, 'Europe/Berlin')).toEqual([
      '2026-02-28 12:00:00',
      '2026-03-28 12:00:00',
      '2026-04-28 12:00:00',
    ])
  })

  test('that would end in an hour which summer time skips ends in the hour beside it', () => {
    const end = periodBoundary(new Date('2026-02-28T01:30:00Z'), 'MONTHLY', 1, 'Europe/Berlin')
    expect(end.toISOString()).toBe('2026-03-28T01:30:00.000Z')
    const skipped = periodBoundary(new Date('2026-01-29T01:30:00Z'), 'MONTHLY', 2, 'Europe/Berlin')
    expect(Math.abs(skipped.getTime() - Date.parse('2026-03-29T01:00:00Z'))).toBeLessThanOrEqual(3_600_000)
  })
})

test('the boundary of index 0 is the anchor itself, to the millisecond', () => {
  fc.assert(
    fc.property(instants, cycles, (anchor, cycle) => {
      expect(periodBoundary(anchor, cycle, 0, jakarta)).toEqual(anchor)
    }),
  )
})

test('periods follow each other, and none is shorter than its months allow', () => {
  fc.assert(
    fc.property(instants, cycles, indexes, zones, (anchor, cycle, index, zone) => {
      const start = periodBoundary(anchor, cycle, index, zone).getTime()
      const days = (periodBoundary(anchor, cycle, index + 1, zone).getTime() - start) / 86_400_000
      expect(days).toBeGreaterThan(28 * monthsOf[cycle] - 0.1)
      expect(days).toBeLessThan(31.1 * monthsOf[cycle])
    }),
  )
})

test('the day is the anchor’s, or the last of a month that is too short for it', () => {
  fc.assert(
    fc.property(instants, cycles, indexes, (anchor, cycle, index) => {
      const dayOf = (instant: Date) =>
        localOf(instant, jakarta).slice(0, 10).split('-').map(Number) as [number, number, number]
      const [anchorYear, anchorMonth, anchorDay] = dayOf(anchor)
      const [year, month, day] = dayOf(periodBoundary(anchor, cycle, index, jakarta))
      expect(year * 12 + month).toBe(anchorYear * 12 + anchorMonth + index * monthsOf[cycle])
      expect(day).toBe(Math.min(anchorDay, daysInMonth(year, month - 1)))
    }),
  )
})

test('a day is that of the time zone, written so that files sort by it', () => {
  const at = new Date('2026-03-31T18:30:00Z')
  expect([dayIn('Asia/Jakarta', at), dayIn('UTC', at)]).toEqual(['2026-04-01', '2026-03-31'])
})
