import { monthsAfter } from '../../lib/calendar'
import { day, hour, minute, second } from '../../lib/clock'

const form = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** The moment that is an ISO 8601 duration later, such as P1M or P3DT12H; undefined for what is none, or is nothing. Years and months are the calendar's. */
export function laterBy(from: Date, duration: string, timeZone: string): Date | undefined {
  const found = form.exec(duration)
  if (!found || duration.endsWith('T')) return undefined
  const [years, months, weeks, days, hours, minutes, seconds] = found
    .slice(1)
    .map((count) => Number(count ?? 0)) as number[]
  const ms = (weeks! * 7 + days!) * day + hours! * hour + minutes! * minute + seconds! * second
  const later = new Date(monthsAfter(from, years! * 12 + months!, timeZone).getTime() + ms)
  return later > from ? later : undefined
}
