import { lesser, proportion, type Rupiah } from '../../lib/money'

/** A time that is paid for. */
export interface Period {
  start: Date
  end: Date
}

/** How much of a period is left at a moment, in milliseconds: all of one that has not begun, nothing of one that is over. */
export function leftOf({ start, end }: Period, at: Date): { remaining: bigint; total: bigint } {
  const total = end.getTime() - start.getTime()
  if (total <= 0) throw new RangeError('a period ends after it starts')
  const remaining = Math.min(Math.max(end.getTime() - at.getTime(), 0), total)
  return { remaining: BigInt(remaining), total: BigInt(total) }
}

/**
 * What the change to a dearer plan costs for the rest of what is paid: (new − old) · remaining / total, rounded half up once.
 * @param periods the running one, and the next if it is paid ahead, each with what one whole such period was agreed to cost
 */
export function upgradeCharge(periods: (Period & { price: Rupiah })[], newPrice: Rupiah, at: Date): Rupiah {
  let numerator = 0n
  let denominator = 1n
  for (const { price, ...period } of periods) {
    if (newPrice < price || price < 0n) throw new RangeError('an upgrade goes to a price that is not lower')
    const { remaining, total } = leftOf(period, at)
    numerator = numerator * total + (newPrice - price) * remaining * denominator
    denominator *= total
  }
  return proportion(1n, numerator, denominator)
}

/** What goes back of a charge for the rest of its period: min(floor(paid · remaining / total), paid − refunded). */
export function proratedRefund(paid: Rupiah, refunded: Rupiah, period: Period, at: Date): Rupiah {
  const { remaining, total } = leftOf(period, at)
  const unused = (paid * remaining) / total
  return lesser(unused, paid - refunded)
}
