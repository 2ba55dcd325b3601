import type { Model, Subscription, Voucher } from './state'

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** What a code comes to for a sum; undefined where this customer can't use it any more. */
export function fit({ vouchers }: Model, place: number, customer: number, sum: bigint): bigint | undefined {
  const voucher = vouchers[place]!
  if (voucher.users.size >= voucher.most || voucher.users.has(customer)) return undefined
  return worthOf(voucher, sum)
}

/** Percent are rounded down; a discount is never more than the price. */
export function worthOf({ percent, maximum, purpose }: Voucher, sum: bigint): bigint {
  if (percent === undefined) return maximum
  const worth = smaller((sum * BigInt(percent)) / 100n, maximum)
  return purpose === 'first_period' ? smaller(worth, sum) : worth
}

/** A code can be used again if the app that it was used for was never ready. */
export function releaseVoucher({ vouchers }: Model, { voucher, customer }: Subscription): void {
  if (voucher !== undefined) vouchers[voucher]!.users.delete(customer)
}
