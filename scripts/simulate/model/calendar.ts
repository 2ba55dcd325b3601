export type Cycle = 'MONTHLY' | 'QUARTERLY' | 'YEARLY'

export const monthsOf: Record<Cycle, number> = { MONTHLY: 1, QUARTERLY: 3, YEARLY: 12 }

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** Jakarta keeps one time all year: seven hours ahead. */
const offset = 7 * hour

/** The same day and time of day so many months later on Jakarta's calendar; the last day of a month that is too short. */
export function monthsLater(anchor: number, months: number): number {
  const local = new Date(anchor + offset)
  const first = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months, 1))
  const nextFirst = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1)
  const daysOfMonth = Math.round((nextFirst - first.getTime()) / day)
  const timeOfDay = (anchor + offset) % day
  return first.getTime() + (Math.min(local.getUTCDate(), daysOfMonth) - 1) * day + timeOfDay - offset
}
