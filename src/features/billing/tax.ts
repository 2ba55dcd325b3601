import type { Config } from '../../config'
import { proportion, type Rupiah } from '../../lib/money'

/** How a price is taxed: a rate on a fraction of the price, as the Indonesian PPN takes 12 % of 11/12 of it. */
export interface TaxRule {
  name: string
  /** Hundredths of a percent; 0 where there is no tax. */
  rateBp: number
  baseNumerator: number
  baseDenominator: number
  /** Whether the prices of the catalog contain it already. */
  pricesIncludeTax: boolean
}

/** What a price comes to: `net + tax = total`, to the rupiah; `total` leaves the wallet. */
export interface Quote {
  rule: TaxRule
  net: Rupiah
  tax: Rupiah
  total: Rupiah
}

/** 100 %, in hundredths of a percent. */
const wholeBp = 10_000n

type TaxConfig = Pick<Config, 'taxName' | 'taxRate' | 'taxBase' | 'taxPrices'>

export const taxRuleOf = ({ taxName, taxRate, taxBase, taxPrices }: TaxConfig): TaxRule => ({
  name: taxName,
  rateBp: taxRate,
  baseNumerator: taxBase.numerator,
  baseDenominator: taxBase.denominator,
  pricesIncludeTax: taxPrices === 'inclusive',
})

/** Taxes a price, rounded half up in one division; a part of the price never rounds to more than the whole. */
export function quote(rule: TaxRule, price: Rupiah): Quote {
  if (price < 0n) throw new RangeError('a price is not negative')
  const rate = BigInt(rule.rateBp) * BigInt(rule.baseNumerator)
  const whole = wholeBp * BigInt(rule.baseDenominator)
  if (rule.pricesIncludeTax) {
    const tax = proportion(price, rate, whole + rate)
    return { rule, net: price - tax, tax, total: price }
  }
  const tax = proportion(price, rate, whole)
  return { rule, net: price, tax, total: price + tax }
}

/** The part of a net price that the rate is taken of: what an Indonesian invoice shows as its tax base. */
export const taxableOf = ({ baseNumerator, baseDenominator }: TaxRule, net: Rupiah): Rupiah =>
  proportion(net, BigInt(baseNumerator), BigInt(baseDenominator))

/** What a price of the catalog comes to for who buys it now. */
export const quoteOf = (config: TaxConfig, price: Rupiah): Quote => quote(taxRuleOf(config), price)

/**
 * What of the tax, or of the discount, goes back with a part of a charge. Counted on all that went back so far, so that many small
 * refunds return exactly what one large one does, and a full refund all of it.
 */
export function shareOfRefund(whole: Rupiah, total: Rupiah, refunded: Rupiah, amount: Rupiah): Rupiah {
  const until = (sum: Rupiah): Rupiah => proportion(whole, sum, total)
  return until(refunded + amount) - until(refunded)
}
