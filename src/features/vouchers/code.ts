import { randomBytes } from '../../lib/ids'

/** Without what is read for something else: no 0 and O, no 1, I and L. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
/** 59 bits: nobody guesses one. */
const length = 12

/** One code however it is written: `hemat-10` is `HEMAT10`. */
export const normaliseCode = (written: string): string => written.replaceAll(/[ -]/g, '').toUpperCase()

export function newCode(prefix = ''): string {
  let code = normaliseCode(prefix)
  while (code.length < normaliseCode(prefix).length + length) {
    // A byte that would make the first letters likelier than the others is thrown away.
    const [byte] = randomBytes(1)
    if (byte! < alphabet.length * 8) code += alphabet[byte! % alphabet.length]
  }
  return code
}
