import { type Cycle, monthsOf } from './calendar'
import type { Plan, Span, Terms } from './state'

export const taxPercent = 11n

/** Rounded half up; nothing here is negative. */
export const rounded = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator)

export const withTax = (price: bigint): bigint => price + rounded(price * taxPercent, 100n)

/** Months less a discount: 5 % for a quarter, 15 % for a year, as the catalog of the program has them. */
const discountOf: Record<Cycle, bigint> = { MONTHLY: 0n, QUARTERLY: 5n, YEARLY: 15n }

export const cyclePrice = (monthly: bigint, cycle: Cycle): bigint =>
  rounded(monthly * BigInt(monthsOf[cycle]) * (100n - discountOf[cycle]), 100n)

/** What a plan costs whoever buys it now. */
export const presentTerms = ({ terms }: Plan): Terms => terms.at(-1)!

/** What a period costs and by which terms that begins then: the newest that count by then, but never older ones than one's own. */
export function termsFor(plan: Plan, own: number, start: number): Terms {
  const known = plan.terms.find(({ number }) => number === own)!
  return plan.terms.findLast(({ number, effectiveAt }) => number > own && effectiveAt <= start) ?? known
}

/** How much of a span is left. */
const leftOf = ({ start, end }: Span, at: number): bigint => BigInt(Math.min(Math.max(end - at, 0), end - start))

/** The dearer plan for the rest of the period. */
export const upgradePrice = (difference: bigint, period: Span, at: number): bigint =>
  difference <= 0n ? 0n : rounded(difference * leftOf(period, at), BigInt(period.end - period.start))

/** What is left of a charge for the time that is left of what it paid for. */
export function unusedOf(charge: Span & { total: bigint; refunded: bigint }, at: number): bigint {
  const unused = (charge.total * leftOf(charge, at)) / BigInt(charge.end - charge.start)
  const rest = charge.total - charge.refunded
  return unused < rest ? unused : rest
}
