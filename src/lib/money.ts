/** Rupiah, whole. Inside the house money is a bigint; only a view turns it into a JSON integer. */
export type Rupiah = bigint

/** Above this a JSON number would no longer be exact. No balance can reach it: the ledger's columns refuse more. */
export const maxRupiah: Rupiah = BigInt(Number.MAX_SAFE_INTEGER)

/** A JSON integer from the outside as money; the caller's schema has already said it is an integer in range. */
export function rupiah(value: number): Rupiah {
  if (!Number.isSafeInteger(value)) throw new RangeError('not a whole number of rupiah')
  return BigInt(value)
}

/** Money as the JSON integer an answer shows. */
export function toJson(value: Rupiah): number {
  if (value > maxRupiah || value < -maxRupiah) throw new RangeError('amount beyond what JSON can carry exactly')
  return Number(value)
}

export const lesser = (a: Rupiah, b: Rupiah): Rupiah => (a < b ? a : b)
export const greater = (a: Rupiah, b: Rupiah): Rupiah => (a > b ? a : b)

/** `value · numerator / denominator`, rounded half up, one division. */
export function proportion(value: Rupiah, numerator: bigint, denominator: bigint): Rupiah {
  if (denominator <= 0n) throw new RangeError('denominator must be positive')
  const doubled = 2n * value * numerator + denominator
  const quotient = doubled / (2n * denominator)
  // BigInt division truncates towards zero; half up means towards plus infinity.
  return doubled < 0n && doubled % (2n * denominator) !== 0n ? quotient - 1n : quotient
}
