import { fc } from '../../support/property'

/** So much of all that can be tried at each operation, the same for the same seed; with `FUZZ=1` all of it. */
export function chosen<T>(cases: T[], share: number): T[] {
  const part = Number(process.env.FUZZ ?? share)
  if (part >= 1) return cases
  const wanted = Math.ceil(cases.length * part)
  return fc.sample(fc.shuffledSubarray(cases, { minLength: wanted, maxLength: wanted }), 1)[0]!
}
