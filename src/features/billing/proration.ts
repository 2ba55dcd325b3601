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
 * @param periods the running one, and the next if it is paid ahead; both prices are those of one whole period
 */
export function upgradeCharge(oldPrice: Rupiah, newPrice: Rupiah, periods: Period[], at: Date): Rupiah {
  if (newPrice < oldPrice || oldPrice < 0n) throw new RangeError('an upgrade goes to a price that is not lower')
  let numerator = 0n
  let denominator = 1n
  for (const period of periods) {
    const { remaining, total } = leftOf(period, at)
    numerator = numerator * total + remaining * denominator
    denominator *= total
  }
  return proportion(newPrice - oldPrice, numerator, denominator)
}

/** What goes back of a charge for the rest of its period: min(floor(paid · remaining / total), paid − refunded). */
export function proratedRefund(paid: Rupiah, refunded: Rupiah, period: Period, at: Date): Rupiah {
  const { remaining, total } = leftOf(period, at)
  const unused = (paid * remaining) / total
  return lesser(unused, paid - refunded)
}
