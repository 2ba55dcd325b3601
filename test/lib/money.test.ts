import { describe, expect, test } from 'bun:test'
import { maxRupiah, proportion, rupiah, toJson } from '../../src/lib/money'
import { fc } from '../support/property'

const amounts = fc.bigInt({ min: -maxRupiah, max: maxRupiah })
const counts = fc.bigInt({ min: 0n, max: 10n ** 12n })
const totals = fc.bigInt({ min: 1n, max: 10n ** 12n })

describe('a proportion', () => {
  test.each([
    [1n, 1n, 2n, 1n],
    [-1n, 1n, 2n, 0n],
    [3n, 1n, 2n, 2n],
    [-3n, 1n, 2n, -1n],
    [5n, 1n, 4n, 1n],
    [-5n, 1n, 4n, -1n],
    [-7n, 1n, 4n, -2n],
    [-2n, 1n, 2n, -1n],
    [0n, 7n, 9n, 0n],
    [49_999n, 95n, 100n, 47_499n],
    [50_010n, 95n, 100n, 47_510n],
  ])('of %s · %s / %s is %s: half up, below zero too', (value, numerator, denominator, expected) => {
    expect(proportion(value, numerator, denominator)).toBe(expected)
  })

  test('is within half a rupiah of the truth, and of two equally near ones the upper', () => {
    fc.assert(
      fc.property(amounts, counts, totals, (value, numerator, denominator) => {
        // Twice the error, in units of 1/denominator: above -denominator, up to and with +denominator.
        const twiceError = 2n * (proportion(value, numerator, denominator) * denominator - value * numerator)
        expect(twiceError > -denominator && twiceError <= denominator).toBe(true)
      }),
    )
  })

  test('of a whole is the whole, and of a part never more than the whole', () => {
    fc.assert(
      fc.property(amounts, totals, totals, (value, a, b) => {
        expect(proportion(value, a, a)).toBe(value)
        const [part, total] = a < b ? [a, b] : [b, a]
        if (value >= 0n) expect(proportion(value, part, total) <= value).toBe(true)
      }),
    )
  })

  test.each([0n, -1n])('refuses a denominator of %s', (denominator) => {
    expect(() => proportion(1n, 1n, denominator)).toThrow(RangeError)
  })
})

test('money survives the way to JSON and back', () => {
  fc.assert(fc.property(amounts, (value) => expect(rupiah(toJson(value))).toBe(value)))
})

test('money that JSON could not carry exactly is refused', () => {
  for (const value of [maxRupiah + 1n, -maxRupiah - 1n]) expect(() => toJson(value)).toThrow(RangeError)
})

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%p is no number of rupiah', (value) => {
  expect(() => rupiah(value)).toThrow(RangeError)
})
