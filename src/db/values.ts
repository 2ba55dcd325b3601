import { DatabaseError } from './errors'

/** What the native module may be given. Anything else is refused here: it aborts the whole process on a boolean. */
export type BoundValue = null | string | number | bigint | Uint8Array

/** What a column holds once read: integers are numbers where that is exact, else bigints. */
export type SqlValue = null | string | number | bigint | Uint8Array

const minInteger = -(2n ** 63n)
const maxInteger = 2n ** 63n - 1n
const minSafe = BigInt(Number.MIN_SAFE_INTEGER)
const maxSafe = BigInt(Number.MAX_SAFE_INTEGER)

/** One argument as SQLite is to see it: whole numbers as INTEGER (the driver alone would send REAL), booleans as 0 and 1. */
function toBound(value: unknown): BoundValue {
  switch (typeof value) {
    case 'string':
      // The driver reads text back only up to the first NUL.
      if (value.includes('\0')) throw refused('text with a NUL character')
      return value
    case 'number':
      return numberToBound(value)
    case 'bigint':
      if (value < minInteger || value > maxInteger) throw refused('an integer beyond 64 bits')
      return value
    case 'boolean':
      return value ? 1n : 0n
    case 'object':
      return objectToBound(value)
    default:
      throw refused(typeof value)
  }
}

export function toBoundAll(args: readonly unknown[]): BoundValue[] {
  const bound = new Array<BoundValue>(args.length)
  for (let index = 0; index < args.length; index++) bound[index] = toBound(args[index])
  return bound
}

/** Turns the bigints of a row into numbers, in place, wherever a number is exact. */
export function narrowIntegers(row: SqlValue[]): SqlValue[] {
  for (let index = 0; index < row.length; index++) {
    const value = row[index]
    if (typeof value === 'bigint' && value >= minSafe && value <= maxSafe) row[index] = Number(value)
  }
  return row
}

function numberToBound(value: number): BoundValue {
  if (Number.isSafeInteger(value)) return BigInt(value)
  if (!Number.isFinite(value)) throw refused('a number that is not finite')
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63)
    throw refused('an integer too large for a number: use a bigint')
  return value
}

function objectToBound(value: object | null): BoundValue {
  if (value === null) return null
  if (value instanceof Uint8Array) return value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refused('an invalid date')
    return BigInt(value.getTime())
  }
  throw refused(`a value of type ${value.constructor?.name ?? 'object'}`)
}

const refused = (what: string): DatabaseError => new DatabaseError(`${what} cannot be stored`, 'INVALID_ARGUMENT')
