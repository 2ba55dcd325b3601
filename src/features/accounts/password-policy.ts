import { AppError } from '../../lib/errors'
import { commonWords } from './common-words'
import { isPattern, isShortRepeat, surprisesIn } from './password-patterns'

/** In characters as a person counts them, not in UTF-16 units. */
export const minPasswordLength = 10
export const maxPasswordLength = 200
/** More common words than that are a passphrase. */
const maxWords = 3
/** So many surprising digits and signs around common words save nothing. */
const maxFrills = 6
/** Digits alone are a telephone number or a date. */
const minDigits = 16

export interface Person {
  email: string
  name: string
}

/**
 * Refuses what would be guessed: too short, on every list of common passwords, or the person's own address or name.
 * @param field where it stood in the body
 * @throws AppError VALIDATION_ERROR, which says the rule and nothing of the password
 */
export function assertGoodPassword(password: string, person: Person, field: string): void {
  const rule = brokenRule(password, person)
  if (rule === undefined) return
  throw new AppError('VALIDATION_ERROR', 'The password is not acceptable', {
    in: 'body',
    problems: [{ path: `/${field}`, message: rule }],
  })
}

function brokenRule(password: string, person: Person): string | undefined {
  const plain = password.normalize('NFKC').toLowerCase()
  const { length } = [...password.normalize('NFC')]
  if (length < minPasswordLength) return `Expected at least ${minPasswordLength} characters`
  if (length > maxPasswordLength) return `Expected at most ${maxPasswordLength} characters`
  if (isShortRepeat(plain, minPasswordLength) || isPattern(plain)) return 'Expected no simple pattern'
  if (isShortNumber(plain)) return 'Expected more than a number'
  if (isOwnText(plain, person) || isMadeOf(plain, wordsOf(person))) {
    return 'Expected something else than the own name or address'
  }
  if (isMadeOf(plain, commonWords, wordsOf(person))) return 'Expected a less common password'
  return undefined
}

function isShortNumber(plain: string): boolean {
  const digits = plain.replace(/\P{Nd}/gu, '').length
  return !/\p{L}/u.test(plain) && digits < minDigits && digits * 2 > plain.length
}

/** One to three of the words, spelt in letters or in the digits that look like them, with a few digits and signs. */
function isMadeOf(plain: string, ...lists: ReadonlySet<string>[]): boolean {
  if (surprisesIn(plain.replace(/\p{L}+/gu, '')) > maxFrills) return false
  const known = (word: string): boolean => lists.some((list) => list.has(word))
  const core = plain.replace(/^[^\p{L}$@]+|[^\p{L}]+$/gu, '')
  const readings = [plain, unleet(core, 'i'), unleet(core, 'l')]
  return readings.some((reading) => splits(reading.replace(/\P{L}/gu, ''), known, maxWords))
}

const lookAlikes: Record<string, string> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
}

const unleet = (text: string, one: string): string => text.replace(/[0134578@$!]/g, (sign) => lookAlikes[sign] ?? one)

const shortestWord = 3
const longestWord = 40

function splits(letters: string, known: (word: string) => boolean, words: number): boolean {
  if (letters === '') return words < maxWords
  if (words === 0) return false
  const longest = Math.min(letters.length, longestWord)
  for (let end = shortestWord; end <= longest; end++) {
    if (known(letters.slice(0, end)) && splits(letters.slice(end), known, words - 1)) return true
  }
  return false
}

function textsOf({ email, name }: Person): string[] {
  const [local = ''] = email.split('@')
  return [email, local, name].map((text) => text.normalize('NFKC').toLowerCase())
}

/** The address or the name as it stands, digits and all, and little else. */
function isOwnText(plain: string, person: Person): boolean {
  const bare = (text: string): string => text.replace(/\s/g, '')
  return textsOf(person)
    .map(bare)
    .some((own) => own.length >= shortestWord && bare(plain).replaceAll(own, '').length <= maxFrills)
}

/** The pieces of the address and the name, and each of them whole, in letters alone. */
function wordsOf(person: Person): ReadonlySet<string> {
  const pieces = textsOf(person).flatMap((text) => [text.replace(/\P{L}/gu, ''), ...text.split(/\P{L}+/u)])
  return new Set(pieces.filter((piece) => piece.length >= shortestWord))
}
