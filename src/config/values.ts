import { findWebUrl } from '../lib/html'
import { isInRanges, parseIpRanges } from '../lib/ip-ranges'
import { parseSealingKeys } from '../lib/seal'
import { emailForm } from '../lib/text-forms'

/** Reads one value of the environment. @throws Error that says what it must be, without its name and without the value */
export type Parse<T> = (text: string) => T

export const text: Parse<string> = (value) => value

export function integer(min: number, max: number): Parse<number> {
  return (value) => {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < min || number > max)
      throw new Error(`must be a whole number from ${min} to ${max}`)
    return number
  }
}

export function oneOf<T extends string>(...allowed: T[]): Parse<T> {
  return (value) => {
    if (!(allowed as string[]).includes(value)) throw new Error(`must be one of ${allowed.join(', ')}`)
    return value as T
  }
}

export function url(...protocols: string[]): Parse<string> {
  return (value) => {
    const protocol = URL.canParse(value) ? new URL(value).protocol : ''
    if (!protocols.includes(protocol))
      throw new Error(`must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`)
    return value.replace(/\/+$/, '')
  }
}

const maxDays = 60
const maxDayCount = 8

/** Whole days, comma separated, the most first; `none` for none. */
export const dayList: Parse<number[]> = (value) => {
  if (value.trim() === 'none') return []
  const days = list(value).map(integer(1, maxDays))
  if (days.length > maxDayCount) throw new Error(`takes ${maxDayCount} numbers at most`)
  return [...new Set(days)].sort((a, b) => b - a)
}

export const list: Parse<string[]> = (value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

export const origins: Parse<string[]> = (value) => list(value).map(originOf)

/** A browser sends `https://example.com` and nothing after it; to allow everybody would make the list a joke. */
function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isBare = url?.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  if (!url || !['http:', 'https:'].includes(url.protocol) || !isBare || /[*?#@]/.test(text))
    throw new Error('must be exact origins such as https://app.example.com, without a path; `*` is none')
  return url.origin
}

export const ipRanges: Parse<string[]> = (value) => {
  const texts = list(value)
  try {
    if (texts.some(holdsAllOfVersion4)) throw new RangeError()
    return texts
  } catch {
    throw new Error('must be addresses or ranges such as 10.0.0.0/8, and not all there are')
  }
}

/** So does `::/0`: it holds the IPv4-mapped ones. */
function holdsAllOfVersion4(text: string): boolean {
  const range = parseIpRanges([text])
  return isInRanges(range, '0.0.0.0') && isInRanges(range, '255.255.255.255')
}

/** By how much every rate limit is multiplied. */
export const limitFactor: Parse<number> = (value) => {
  if (value === 'on') return 1
  if (value === 'off') return 0
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error('must be on, off or a whole number from 1 to 9999')
  return Number(value)
}

export function dnsName(value: string): string {
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:\d+)?$/.test(value))
    throw new Error('must be a domain name')
  return value
}

export function namespacePrefix(value: string): string {
  if (!/^[a-z]([-a-z0-9]{0,20})$/.test(value))
    throw new Error('must be lower-case letters, digits and dashes, 21 at most')
  return value
}

export function timeZone(value: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
  } catch {
    throw new Error('must be a time zone such as Asia/Jakarta')
  }
  return value
}

/** A percentage with two decimals at most, in hundredths of a percent. */
export const percentage: Parse<number> = (value) => {
  const [, whole, decimals = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(value) ?? []
  const hundredths = Number(`${whole}${decimals.padEnd(2, '0')}`)
  if (whole === undefined || hundredths > 10_000)
    throw new Error('must be a percentage from 0 to 100 with two decimals at most, such as 12 or 0.75')
  return hundredths
}

export interface Fraction {
  numerator: number
  denominator: number
}

/** A part of something, more than nothing and not more than all of it. */
export const fraction: Parse<Fraction> = (value) => {
  const [, above, below = '1'] = /^(\d{1,4})(?:\/(\d{1,4}))?$/.exec(value) ?? []
  const parsed = { numerator: Number(above), denominator: Number(below) }
  if (above === undefined || parsed.numerator < 1 || parsed.numerator > parsed.denominator)
    throw new Error('must be 1 or a fraction below it, such as 11/12')
  return parsed
}

/** Words that are shown as they stand. */
export function shortText(max: number): Parse<string> {
  return (value) => {
    if (value.length > max || /\p{Cc}/u.test(value)) throw new Error(`must be one line of ${max} characters at most`)
    return value
  }
}

const email = new RegExp(emailForm)
const phone = /^(?:tel:|(?=\+))(\+?\d(?:[ .()-]*\d){3,19})$/

/** Where people ask for help: what a browser can open. A phone number is kept without the `tel:` before it. */
export const supportAddress: Parse<string> = (value) => {
  const number = phone.exec(value)?.[1]
  const isShort = value.length <= 200 && !/[\s\p{Cc}]/u.test(value)
  if (number === undefined && !(isShort && (email.test(value) || findWebUrl(value))))
    throw new Error(
      'must be an e-mail address, a URL that starts with http:// or https://, or a phone number such as +62812…',
    )
  return number ?? value
}

const minSecretLength = 32

const minWordLength = 16

/** As a header can carry it. */
export function secretWord(value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value) || value.length < minWordLength)
    throw new Error(`must be at least ${minWordLength} characters of ASCII, without spaces`)
  return value
}

export function signingSecrets(value: string): string {
  if (value.split(',').some((secret) => secret.trim().length < minSecretLength))
    throw new Error(`must be at least ${minSecretLength} characters, each of several too`)
  return value
}

const cpuQuantity = /^(\d+m|\d+(\.\d+)?)$/
const memoryQuantity = /^\d+(\.\d+)?([KMGT]i|[kMGT])?$/

export function resourceLimits(value: string): { cpu: string; memory: string } {
  const { cpu, memory } = parseObject(value)
  if (typeof cpu !== 'string' || typeof memory !== 'string' || !cpuQuantity.test(cpu) || !memoryQuantity.test(memory))
    throw new Error('must be JSON like {"cpu":"1","memory":"1Gi"}')
  return { cpu, memory }
}

function parseObject(value: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(value))
  } catch {
    return {}
  }
}

export function sealingKeys(value: string): string {
  try {
    parseSealingKeys(value)
  } catch (error) {
    throw new Error((error as Error).message.replace(/^ENCRYPTION_KEYS: /, ''))
  }
  return value
}
