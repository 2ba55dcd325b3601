import { type BillingCycle, monthsOf, periodBoundary } from '../../src/lib/calendar'
import type { ModelSubscription } from './state'

/** The house of the model sells with 11 % on top of every price. */
export const taxRatePercent = 11
export const timeZone = 'Asia/Jakarta'

/** Rounded half up; nothing here is negative. */
const rounded = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator)

export const withTax = (price: bigint): bigint => price + rounded(price * BigInt(taxRatePercent), 100n)

export const cyclePrice = (monthly: bigint, cycle: BillingCycle): bigint => monthly * BigInt(monthsOf[cycle])

type Anchored = Pick<ModelSubscription, 'anchor' | 'anchorPeriod' | 'cycle'>

export const boundary = ({ anchor, anchorPeriod, cycle }: Anchored, index: number): number =>
  periodBoundary(new Date(anchor), cycle, index - anchorPeriod, timeZone).getTime()

interface Span {
  start: number
  end: number
}

const leftOf = ({ start, end }: Span, at: number): bigint => BigInt(Math.min(Math.max(end - at, 0), end - start))
const lengthOf = ({ start, end }: Span): bigint => BigInt(end - start)

/** What the rest of one period costs more, or of two where the next is paid ahead: rounded once, at the end. */
export function upgradePrice(difference: bigint, periods: Span[], at: number): bigint {
  if (difference <= 0n) return 0n
  const denominator = periods.reduce((product, period) => product * lengthOf(period), 1n)
  const numerator = periods.reduce((sum, period) => sum + (leftOf(period, at) * denominator) / lengthOf(period), 0n)
  return rounded(difference * numerator, denominator)
}

/** What is left of a charge for the time that is left of what it paid for. */
export function unusedOf(
  { total, refunded, ...period }: Span & { total: bigint; refunded: bigint },
  at: number,
): bigint {
  const unused = (total * leftOf(period, at)) / lengthOf(period)
  return unused < total - refunded ? unused : total - refunded
}
