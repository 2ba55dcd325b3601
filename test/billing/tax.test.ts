import { describe, expect, test } from 'bun:test'
import { parseConfig } from '../../src/config'
import { quote, quoteOf, type TaxRule, taxRuleOf } from '../../src/features/billing'
import { shareOfRefund, taxableOf } from '../../src/features/billing/tax'
import { fc } from '../support/property'

const ppn = (pricesIncludeTax: boolean): TaxRule => ({
  name: 'PPN',
  rateBp: 1_200,
  baseNumerator: 11,
  baseDenominator: 12,
  pricesIncludeTax,
})

const money = fc.bigInt({ min: 0n, max: 12_000_000_000_000n })
const rule: fc.Arbitrary<TaxRule> = fc
  .record({
    name: fc.constant('PPN'),
    rateBp: fc.integer({ min: 0, max: 10_000 }),
    baseNumerator: fc.integer({ min: 1, max: 9_999 }),
    baseDenominator: fc.integer({ min: 1, max: 9_999 }),
    pricesIncludeTax: fc.boolean(),
  })
  .filter(({ baseNumerator, baseDenominator }) => baseNumerator <= baseDenominator)

describe('a price is quoted', () => {
  test.each([
    // 12 % of 11/12 is 11 %, without a rounding in between.
    [false, 100_000n, 100_000n, 11_000n, 111_000n],
    [false, 50_000n, 50_000n, 5_500n, 55_500n],
    [false, 50n, 50n, 6n, 56n],
    [false, 49n, 49n, 5n, 54n],
    [false, 1n, 1n, 0n, 1n],
    [false, 0n, 0n, 0n, 0n],
    [true, 111_000n, 100_000n, 11_000n, 111_000n],
    [true, 100_000n, 90_090n, 9_910n, 100_000n],
    [true, 1n, 1n, 0n, 1n],
    [true, 0n, 0n, 0n, 0n],
  ])('with PPN inside: %p, %p becomes net %p, tax %p, total %p', (inclusive, price, net, tax, total) => {
    expect(quote(ppn(inclusive), price)).toMatchObject({ net, tax, total })
  })

  test('so that net and tax are the total, nothing is negative, and a dearer price never costs less', () => {
    fc.assert(
      fc.property(rule, money, money, (by, price, more) => {
        const { net, tax, total } = quote(by, price)
        expect(net + tax).toBe(total)
        expect(net >= 0n && tax >= 0n && tax <= net).toBe(true)
        expect(by.pricesIncludeTax ? total : net).toBe(price)
        const dearer = quote(by, price + more)
        expect(dearer.total >= total && dearer.tax >= tax && dearer.net >= net - 1n).toBe(true)
      }),
    )
  })

  test('within half a rupiah of the exact tax', () => {
    fc.assert(
      fc.property(rule, money, (by, price) => {
        const rate = BigInt(by.rateBp) * BigInt(by.baseNumerator)
        const whole = 10_000n * BigInt(by.baseDenominator) + (by.pricesIncludeTax ? rate : 0n)
        const off = 2n * (quote(by, price).tax * whole - price * rate)
        expect(off > -whole && off <= whole).toBe(true)
      }),
    )
  })

  test('without tax as it stands, and never below nothing', () => {
    expect(quoteOf(parseConfig({}), 49_999n)).toMatchObject({ net: 49_999n, tax: 0n, total: 49_999n })
    expect(() => quote(ppn(false), -1n)).toThrow(RangeError)
  })
})

describe('the tax that goes back with a refund', () => {
  test('is never negative, never more than was taken, and all of it in the end, in however many steps', () => {
    fc.assert(
      fc.property(
        rule,
        fc.bigInt({ min: 1n, max: 12_000_000_000_000n }),
        fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 10 }),
        (by, price, permille) => {
          const charge = quote(by, price)
          let refunded = 0n
          let taxBack = 0n
          const giveBack = (amount: bigint) => {
            const tax = shareOfRefund(charge.tax, charge.total, refunded, amount)
            expect(tax >= 0n && tax <= amount).toBe(true)
            refunded += amount
            taxBack += tax
            expect(taxBack <= charge.tax).toBe(true)
          }
          for (const part of permille) giveBack(((charge.total - refunded) * BigInt(part)) / 1_000n)
          giveBack(charge.total - refunded)
          expect(taxBack).toBe(charge.tax)
        },
      ),
    )
  })
})

test('the tax base on a receipt is the fraction of the net price', () => {
  expect(taxableOf(ppn(false), 100_000n)).toBe(91_667n)
})

describe('the configuration of the tax', () => {
  const mistakeOf = (environment: Record<string, string>): string => {
    try {
      parseConfig(environment)
    } catch (error) {
      return (error as Error).message
    }
    return ''
  }

  test.each([
    [
      { TAX_RATE: '12', TAX_BASE: '11/12' },
      { rateBp: 1_200, baseNumerator: 11, baseDenominator: 12 },
    ],
    [{ TAX_RATE: '0.75' }, { rateBp: 75, baseNumerator: 1, baseDenominator: 1 }],
    [{ TAX_RATE: '7.5' }, { rateBp: 750 }],
    [
      { TAX_RATE: '100', TAX_PRICES: 'inclusive' },
      { rateBp: 10_000, pricesIncludeTax: true },
    ],
    [{ TAX_NAME: 'VAT' }, { name: 'VAT', rateBp: 0, pricesIncludeTax: false }],
  ])('%p is understood', (environment, expected) => {
    expect(taxRuleOf(parseConfig(environment))).toMatchObject(expected)
  })

  test.each([
    ['TAX_RATE', '-1'],
    ['TAX_RATE', '100.01'],
    ['TAX_RATE', '12%'],
    ['TAX_RATE', '12,5'],
    ['TAX_RATE', '1.234'],
    ['TAX_RATE', '1e1'],
    ['TAX_BASE', '12/11'],
    ['TAX_BASE', '0/12'],
    ['TAX_BASE', '11/0'],
    ['TAX_BASE', '2'],
    ['TAX_BASE', '0.9'],
    ['TAX_PRICES', 'gross'],
    ['TAX_NAME', 'x'.repeat(41)],
    ['BUSINESS_NAME', 'two\nlines'],
    ['BUSINESS_ADDRESS', 'x'.repeat(301)],
    ['BUSINESS_TAX_ID', 'x'.repeat(61)],
  ])('%s=%p is one clear line', (name, value) => {
    expect(mistakeOf({ [name]: value })).toMatch(new RegExp(`^${name}: must be [^\n]+$`))
  })
})
