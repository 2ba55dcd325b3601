import { type KindWithId, kinds } from './kinds'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const timeLength = 9
const randomLength = 15

/**
 * An opaque id: the prefix of its kind, 45 bits of time, 75 random bits, in lower-case Crockford base 32.
 * Ids made later sort later, which keeps index inserts at the right edge; they are valid in a Kubernetes label value.
 */
export function newId(kind: KindWithId, now = Date.now()): string {
  return `${kinds[kind]}_${encodeTime(now)}${randomPart(randomLength)}`
}

/** Sorts before every id of that moment and after those of all before it. */
export function firstIdAt(kind: KindWithId, at: Date): string {
  const ms = Math.min(Math.max(0, at.getTime()), 32 ** timeLength - 1)
  return `${kinds[kind]}_${encodeTime(ms)}`
}

const prefixes = Object.values(kinds).filter((prefix) => prefix !== undefined)
const shape = new RegExp(`^(?:${prefixes.join('|')})_[${alphabet}]{1,${timeLength + randomLength}}$`)

/** Whether a text that came from outside can be an id of ours, and so nobody's name, address or secret. */
export const isId = (text: string): boolean => shape.test(text)

/** As `generateSecrets` asks for them: nobody can guess one. */
export const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

/** Random lower-case letters and digits, for names that must be unguessable or unique (a subdomain, an order id). */
export function randomPart(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  let text = ''
  for (const byte of bytes) text += alphabet[byte & 31]
  return text
}

function encodeTime(ms: number): string {
  let text = ''
  let rest = ms
  for (let index = 0; index < timeLength; index++) {
    text = alphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text
}
