import { day, minute, monthsLater, monthsOf } from './calendar'
import type { Model, Span, Subscription } from './state'

export const graceMs = 3 * day
export const suspensionMs = 7 * day
export const keptMs = 7 * day
export const provisioningMs = 60 * minute
/** Before the end of a period. */
export const reminderDays = [7, 3, 1]
/** A last look at an app before it is given up. */
export const lastLookMs = minute
/** How long a payment that is under way holds back the end of a stage. */
export const heldMs = day

/** When so much time will have passed since then in which the house was at work. */
export function deadline({ absences }: Model, since: number, ms: number): number {
  let end = since + ms
  for (const absence of absences) {
    if (absence.end <= since || absence.start >= end) continue
    end += absence.end - Math.max(absence.start, since)
  }
  return end
}

type Anchored = Pick<Subscription, 'anchor' | 'anchorMonths' | 'anchorIndex' | 'cycle'>

export function periodOf({ anchor, anchorMonths, anchorIndex, cycle }: Anchored, index: number): Span {
  const boundary = (at: number) => monthsLater(anchor, anchorMonths + (at - anchorIndex) * monthsOf[cycle])
  return { start: boundary(index), end: boundary(index + 1) }
}

/**
 * Paid within the days of grace a period begins where the last one ended. Paid later, or after a suspension or an end, it begins
 * with the payment, and those after it count from there.
 */
export function nextPeriod(subscription: Subscription, now: number): Span & { isAnchor: boolean } {
  const { state, endedAt, end, index, cycle } = subscription
  // In grace its app has run on, also while a payment under way held back the end of it.
  const lateMs = state === 'GRACE' ? graceMs + heldMs : graceMs
  const goesOn = endedAt === undefined && state !== 'SUSPENDED/unpaid' && now - end <= lateMs
  if (goesOn) return { ...periodOf(subscription, index + 1), isAnchor: false }
  const anchored = { anchor: now, anchorMonths: 0, anchorIndex: index + 1, cycle }
  return { ...periodOf(anchored, index + 1), isAnchor: true }
}
