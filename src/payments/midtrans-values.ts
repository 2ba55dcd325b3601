import { unusableAnswer } from './payment-error'

const gmt7Ms = 7 * 60 * 60 * 1000

/** "10000.00" as whole rupiah. No float ever holds it; a fraction other than zero is refused, rupiah has none. */
export function parseAmount(text: string): bigint {
  const match = /^(\d{1,15})(?:\.0{1,2})?$/.exec(text)
  if (!match) throw unusableAnswer(`an amount that is not whole rupiah: ${text.slice(0, 24)}`)
  return BigInt(match[1]!)
}

/** "2026-01-31 23:59:59", which Midtrans means in GMT+7 without saying so. */
export function parseTime(text: string): Date {
  const match = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text)
  const time = match ? new Date(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}+07:00`) : null
  if (!time || Number.isNaN(time.getTime())) throw unusableAnswer(`a time that is none: ${text.slice(0, 32)}`)
  return time
}

export function findTime(text: string | null): Date | null {
  try {
    return text === null ? null : parseTime(text)
  } catch {
    return null
  }
}

/** "2026-01-31 23:59:59 +0700": requests may say the offset, and do. */
export function formatTime(time: Date): string {
  const local = new Date(time.getTime() + gmt7Ms).toISOString()
  return `${local.slice(0, 10)} ${local.slice(11, 19)} +0700`
}

/**
 * An address to show or follow. Wallets use schemes of their own (`gojek://`), so those that would run or read something
 * in the customer's browser are refused rather than the known ones allowed.
 */
export function parseLink(text: string): string {
  if (!URL.canParse(text)) throw unusableAnswer('an address that is none')
  const { protocol } = new URL(text)
  if (/^(javascript|data|vbscript|file|blob|about):$/.test(protocol)) {
    throw unusableAnswer(`an address of scheme ${protocol}`)
  }
  return text
}
