import { lesser, type Rupiah } from '../../lib/money'
import type { Voucher } from './tables'

type Worth = Pick<Voucher, 'amount' | 'percent' | 'maximum'>

/** So much of a sum, rounded down to the rupiah. */
function worthOf({ amount, percent, maximum }: Worth, sum: Rupiah): Rupiah {
  if (amount !== null) return amount
  const part = (sum * BigInt(percent!)) / 100n
  return maximum === null ? part : lesser(part, maximum)
}

/** What comes off a price: never more than the price itself. */
export const discountOf = (voucher: Worth, price: Rupiah): Rupiah => lesser(worthOf(voucher, price), price)

/** What comes on top of a top-up once it is paid. */
export const bonusOf = (voucher: Worth, toppedUp: Rupiah): Rupiah => worthOf(voucher, toppedUp)

/** How much of a bonus stands while so much of its top-up does, rounded down: with the whole top-up the whole bonus goes. */
export const bonusStanding = (bonus: Rupiah, kept: Rupiah, toppedUp: Rupiah): Rupiah => (bonus * kept) / toppedUp
