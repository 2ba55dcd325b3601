export type BillingCycle = 'MONTHLY' | 'QUARTERLY' | 'YEARLY'

export const monthsOf: Record<BillingCycle, number> = { MONTHLY: 1, QUARTERLY: 3, YEARLY: 12 }

/**
 * The end of period `index` (0-based), counted from the anchor and clamped to the month's end: 31 Jan → 28 Feb → 31 Mar.
 * Counted in the billing time zone, because "the 31st" is a day on the customer's calendar.
 */
export function periodBoundary(anchor: Date, cycle: BillingCycle, index: number, timeZone: string): Date {
  const local = toLocal(anchor, timeZone)
  const months = local.month + monthsOf[cycle] * index
  const year = local.year + Math.floor(months / 12)
  const month = ((months % 12) + 12) % 12
  const day = Math.min(local.day, daysInMonth(year, month))
  return fromLocal({ ...local, year, month, day }, timeZone)
}

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

function toLocal(instant: Date, timeZone: string): LocalTime {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) parts[type] = Number(value)
  return {
    year: parts.year!,
    month: parts.month! - 1,
    day: parts.day!,
    hour: parts.hour!,
    minute: parts.minute!,
    second: parts.second!,
    ms: instant.getUTCMilliseconds(),
  }
}

const utcOf = (t: LocalTime): number => Date.UTC(t.year, t.month, t.day, t.hour, t.minute, t.second, t.ms)

function fromLocal(local: LocalTime, timeZone: string): Date {
  const wanted = utcOf(local)
  // Two passes settle the offset, also across a change of it.
  let guess = wanted
  for (let pass = 0; pass < 2; pass++) guess = wanted - (utcOf(toLocal(new Date(guess), timeZone)) - guess)
  return new Date(guess)
}
