import { describe, expect, test } from 'bun:test'
import { leftOf, type Period, proratedRefund, upgradeCharge } from '../../src/features/billing'
import { day } from '../../src/lib/clock'
import { fc } from '../support/property'

const greatest = 12_000_000_000_000n
const money = fc.bigInt({ min: 0n, max: greatest })
const at = (ms: number) => new Date(ms)
const period: fc.Arbitrary<Period> = fc
  .tuple(fc.integer({ min: 0, max: 4_000_000_000_000 }), fc.integer({ min: 1, max: 366 * day }))
  .map(([start, length]) => ({ start: at(start), end: at(start + length) }))
/** A period and two moments around it, the earlier first. */
const moments = fc
  .tuple(period, fc.integer({ min: -40, max: 140 }), fc.integer({ min: 0, max: 100 }))
  .map(([of, percent, more]) => {
    const length = of.end.getTime() - of.start.getTime()
    const earlier = of.start.getTime() + Math.floor((length * percent) / 100)
    return { of, earlier: at(earlier), later: at(earlier + Math.floor((length * more) / 100)) }
  })
/** What was paid, and how much of it has gone back. */
const payment = fc.tuple(money, fc.bigInt({ min: 0n, max: 1_000n })).map(([paid, share]) => ({
  paid,
  refunded: (paid * share) / 1_000n,
}))

const paid = (price: bigint, ...periods: Period[]) => periods.map((one) => ({ ...one, price }))

const month: Period = { start: at(0), end: at(30 * day) }

describe('a prorated refund', () => {
  test.each([
    [100n, 0n, 0, 100n],
    [100n, 0n, 15, 50n],
    [100n, 0n, 20, 33n],
    [100n, 0n, 30, 0n],
    [100n, 0n, 31, 0n],
    [100n, 0n, -1, 100n],
    [100n, 60n, 15, 40n],
    [100n, 100n, 0, 0n],
    [0n, 0n, 0, 0n],
    [1n, 0n, 1, 0n],
  ])('of %p paid and %p refunded, on day %p, is %p', (paid, refunded, on, expected) => {
    expect(proratedRefund(paid, refunded, month, at(on * day))).toBe(expected)
  })

  test('is never negative, never more than is left of what was paid, and never grows with time', () => {
    fc.assert(
      fc.property(payment, moments, ({ paid, refunded }, { of, earlier, later }) => {
        const first = proratedRefund(paid, refunded, of, earlier)
        const then = proratedRefund(paid, refunded, of, later)
        expect(then >= 0n && then <= first && first <= paid - refunded).toBe(true)
      }),
    )
  })

  test('of parts is at most that of the whole, and at both ends it is exact', () => {
    fc.assert(
      fc.property(money, money, moments, (one, other, { of, later }) => {
        const parts = proratedRefund(one, 0n, of, later) + proratedRefund(other, 0n, of, later)
        expect(parts <= proratedRefund(one + other, 0n, of, later)).toBe(true)
        expect(proratedRefund(one, 0n, of, of.start)).toBe(one)
        expect(proratedRefund(one, 0n, of, of.end)).toBe(0n)
      }),
    )
  })
})

describe('the charge of an upgrade', () => {
  test.each([
    [100n, 200n, 0, 100n],
    [100n, 200n, 15, 50n],
    [100n, 200n, 20, 33n],
    [100n, 200n, 10, 67n],
    [100n, 101n, 15, 1n],
    [100n, 101n, 16, 0n],
    [100n, 100n, 0, 0n],
    [0n, 90n, 30, 0n],
  ])('from %p to %p on day %p is %p', (from, to, on, expected) => {
    expect(upgradeCharge(paid(from, month), to, at(on * day))).toBe(expected)
  })

  test('for a period that is paid ahead is that of the running one and all of the next', () => {
    const next = { start: month.end, end: at(61 * day) }
    expect(upgradeCharge(paid(100n, month, next), 200n, at(15 * day))).toBe(150n)
    expect(upgradeCharge(paid(0n, month, next), 31n, at(31 * day))).toBe(30n)
  })

  test('counts each period by what was paid for it', () => {
    const next = { start: month.end, end: at(60 * day), price: 130n }
    expect(upgradeCharge([{ ...month, price: 100n }, next], 200n, at(15 * day))).toBe(50n + 70n)
  })

  test('is rounded once: no rupiah from what is the exact charge', () => {
    fc.assert(
      fc.property(money, money, period, period, fc.nat({ max: 100 }), (old, more, one, other, percent) => {
        const moment = at(one.start.getTime() + Math.floor(((one.end.getTime() - one.start.getTime()) * percent) / 100))
        const [a, b] = [leftOf(one, moment), leftOf(other, moment)]
        const exactTimes = more * (a.remaining * b.total + b.remaining * a.total)
        const whole = a.total * b.total
        const off = 2n * (upgradeCharge(paid(old, one, other), old + more, moment) * whole - exactTimes)
        expect(off > -whole && off <= whole).toBe(true)
      }),
    )
  })

  test('is never negative, never more than the difference, never grows with time, and is exact at both ends', () => {
    fc.assert(
      fc.property(money, money, moments, (old, more, { of, earlier, later }) => {
        const first = upgradeCharge(paid(old, of), old + more, earlier)
        const then = upgradeCharge(paid(old, of), old + more, later)
        expect(then >= 0n && then <= first && first <= more).toBe(true)
        expect(upgradeCharge(paid(old, of), old + more, of.start)).toBe(more)
        expect(upgradeCharge(paid(old, of), old + more, of.end)).toBe(0n)
      }),
    )
  })

  test('to a lower price is a mistake, not a refund', () => {
    expect(() => upgradeCharge(paid(2n, month), 1n, at(0))).toThrow(RangeError)
  })
})

test('a period that does not last is a mistake', () => {
  expect(() => leftOf({ start: at(5), end: at(5) }, at(5))).toThrow(RangeError)
})
