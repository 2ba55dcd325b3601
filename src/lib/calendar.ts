export type BillingCycle = 'MONTHLY' | 'QUARTERLY' | 'YEARLY'

export const monthsOf: Record<BillingCycle, number> = { MONTHLY: 1, QUARTERLY: 3, YEARLY: 12 }

/**
 * The end of period `index` (0-based), counted from the anchor and clamped to the month's end: 31 Jan → 28 Feb → 31 Mar.
 * Counted in the billing time zone, because "the 31st" is a day on the customer's calendar.
 */
export const periodBoundary = (anchor: Date, cycle: BillingCycle, index: number, timeZone: string): Date =>
  monthsAfter(anchor, monthsOf[cycle] * index, timeZone)

/** The same day and time so many months later, or the last day of a month that is shorter. */
export function monthsAfter(anchor: Date, months: number, timeZone: string): Date {
  const local = toLocal(anchor, timeZone)
  const count = local.month + months
  const year = local.year + Math.floor(count / 12)
  const month = ((count % 12) + 12) % 12
  const day = Math.min(local.day, daysInMonth(year, month))
  return fromLocal({ ...local, year, month, day }, timeZone)
}

let latest = { timeZone: '', from: 0, to: 0, month: '' }

/** The month in that time zone, as `2026-03`. The one that was asked for last is known: nearly all ask for the present one. */
export function monthIn(timeZone: string, at: Date): string {
  const moment = at.getTime()
  if (timeZone === latest.timeZone && moment >= latest.from && moment < latest.to) return latest.month
  const { year, month } = toLocal(at, timeZone)
  const start = { year, month, day: 1, hour: 0, minute: 0, second: 0, ms: 0 }
  const next = month === 11 ? { ...start, year: year + 1, month: 0 } : { ...start, month: month + 1 }
  const [from, to] = [start, next].map((edge) => fromLocal(edge, timeZone).getTime()) as [number, number]
  latest = { timeZone, from, to, month: `${year}-${String(month + 1).padStart(2, '0')}` }
  return latest.month
}

/** When the month began in that time zone that this moment is in. */
export function startOfMonth(timeZone: string, at: Date): Date {
  const { year, month } = toLocal(at, timeZone)
  return fromLocal({ year, month, day: 1, hour: 0, minute: 0, second: 0, ms: 0 }, timeZone)
}

/** The whole month before that moment's, in that time zone. */
export function monthBefore(timeZone: string, at: Date): { name: string; from: Date; to: Date } {
  const { year, month } = toLocal(at, timeZone)
  const start = { year, month, day: 1, hour: 0, minute: 0, second: 0, ms: 0 }
  const before = month === 0 ? { ...start, year: year - 1, month: 11 } : { ...start, month: month - 1 }
  const name = `${before.year}-${String(before.month + 1).padStart(2, '0')}`
  return { name, from: fromLocal(before, timeZone), to: fromLocal(start, timeZone) }
}

/** The day in that time zone, as `2026-03-31`. */
export const dayIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

export const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate()

interface LocalTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  ms: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(timeZone, format)
  }
  return format
}

const utcOf = (t: LocalTime): number => Date.UTC(t.year, t.month, t.day, t.hour, t.minute, t.second, t.ms)

function toLocal(instant: Date, timeZone: string): LocalTime {
  const shifted = new Date(instant.getTime() + offsetAt(instant.getTime(), timeZone))
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    ms: shifted.getUTCMilliseconds(),
  }
}

function fromLocal(local: LocalTime, timeZone: string): Date {
  const wanted = utcOf(local)
  // Two passes settle the offset, also across a change of it.
  let guess = wanted
  for (let pass = 0; pass < 2; pass++) guess = wanted - offsetAt(guess, timeZone)
  return new Date(guess)
}

const dayMs = 86_400_000
/** Days whose offset is kept, of all zones together: 27 years of one. */
const maxKeptDays = 10_000
const keptOffsets = new Map<string, number>()

/** Local time less UTC. Asking the calendar costs as much as a whole charge: a day without a change of the clocks is asked once. */
function offsetAt(ms: number, timeZone: string): number {
  const day = Math.floor(ms / dayMs)
  const key = `${timeZone} ${day}`
  const kept = keptOffsets.get(key)
  if (kept !== undefined) return kept
  const offset = askOffset(day * dayMs, timeZone)
  // No zone changes twice within a day.
  if (offset !== askOffset((day + 1) * dayMs, timeZone)) return askOffset(ms, timeZone)
  if (keptOffsets.size >= maxKeptDays) keptOffsets.clear()
  keptOffsets.set(key, offset)
  return offset
}

function askOffset(ms: number, timeZone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) parts[type] = Number(value)
  const { year, month, day, hour, minute, second } = parts
  const seconds = Math.floor(ms / 1000)
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - seconds * 1000
}
