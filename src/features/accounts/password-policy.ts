import { invalid } from '../../http/input/input'
import { findWeakness, type Weakness } from './password-strength'

/** In characters as a person counts them, not in UTF-16 units. */
export const minPasswordLength = 10
export const maxPasswordLength = 200
/** So many signs beside the own address or name save nothing. */
const maxFrills = 6
/** Digits alone are a telephone number or a date. */
const minDigits = 16
const shortestWord = 3

export interface Person {
  email: string
  name: string
}

const words: Record<Weakness, string> = {
  pattern: 'Expected no simple pattern',
  'own words': 'Expected something other than your own name or address',
  common: 'Expected a less common password',
}

/**
 * Refuses what would be guessed: too short, on every list of common passwords, or the person's own address or name.
 * @param field where it stood in the body
 * @throws AppError VALIDATION_ERROR, which says the rule and nothing of the password
 */
export async function assertGoodPassword(password: string, person: Person, field: string): Promise<void> {
  const rule = await findBrokenRule(password, person)
  if (rule === undefined) return
  throw invalid('body', [{ path: `/${field}`, message: rule }])
}

async function findBrokenRule(password: string, person: Person): Promise<string | undefined> {
  const { length } = [...password.normalize('NFC')]
  if (length < minPasswordLength) return `Expected at least ${minPasswordLength} characters`
  if (length > maxPasswordLength) return `Expected at most ${maxPasswordLength} characters`
  const plain = plainOf(password)
  if (isShortNumber(plain)) return 'Expected more than a number'
  const own = textsOf(person)
  if (own.some((text) => plain.replaceAll(text, '').length <= maxFrills)) return words['own words']
  const weakness = await findWeakness(plain, [...own, ...own.flatMap((text) => text.split(/[^\p{L}\p{Nd}]+/u))])
  return weakness && words[weakness]
}

function isShortNumber(plain: string): boolean {
  const digits = plain.replace(/\P{Nd}/gu, '').length
  return !/\p{L}/u.test(plain) && digits < minDigits && digits * 2 > plain.length
}

const plainOf = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s/g, '')

/** The address, what stands before its @, and the name. */
function textsOf({ email, name }: Person): string[] {
  return [email, email.split('@')[0]!, name].map(plainOf).filter(({ length }) => length >= shortestWord)
}
