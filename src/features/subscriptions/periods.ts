import { monthsAfter, monthsOf } from '../../lib/calendar'
import type { Parts } from '../../parts'
import type { Period } from '../billing'
import { graceMs, heldMs } from './stage'
import type { Subscription } from './tables'

type Anchored = Pick<Subscription, 'anchorAt' | 'anchorPeriod' | 'anchorMonths' | 'billingCycle'>
type Paid = Anchored & Pick<Subscription, 'periodIndex' | 'currentPeriodStart' | 'currentPeriodEnd'>

/** A period of a subscription, counted from its anchor. */
export function periodOf(
  { config }: Pick<Parts, 'config'>,
  { anchorAt, anchorPeriod, anchorMonths, billingCycle }: Anchored,
  index: number,
): Period {
  const boundary = (at: number) =>
    monthsAfter(anchorAt, anchorMonths + (at - anchorPeriod) * monthsOf[billingCycle], config.billingTimeZone)
  return { start: boundary(index), end: boundary(index + 1) }
}

type Anchor = Pick<Subscription, 'anchorAt' | 'anchorPeriod' | 'anchorMonths'>

export interface NextPeriod {
  index: number
  period: Period
  /** What it, and those after it, count from. */
  anchor: Anchor
}

type Renewable = Anchored &
  Pick<Subscription, 'status' | 'periodIndex' | 'currentPeriodEnd' | 'suspendedBy' | 'endedAt'>

/**
 * The period that is paid next. Paid within the days of grace it begins where the last one ended. Paid later, or after a suspension or
 * an end, it begins now: nobody pays for time that is over, or in which their app stood still.
 */
export function nextPeriod(parts: Pick<Parts, 'config'>, subscription: Renewable, now: Date): NextPeriod {
  const { status, periodIndex, currentPeriodEnd, suspendedBy, endedAt, billingCycle } = subscription
  // The app of one in grace has run all the time: also while a payment under way held back its end.
  const lateMs = graceMs(parts) + (status === 'GRACE' ? heldMs : 0)
  const index = periodIndex + 1
  const overdueMs = now.getTime() - currentPeriodEnd.getTime()
  if (endedAt === null && suspendedBy !== 'unpaid' && overdueMs <= lateMs) {
    const { anchorAt, anchorPeriod, anchorMonths } = subscription
    return { index, period: periodOf(parts, subscription, index), anchor: { anchorAt, anchorPeriod, anchorMonths } }
  }
  const anchor = { anchorAt: now, anchorPeriod: index, anchorMonths: 0 }
  return { index, period: periodOf(parts, { ...anchor, billingCycle }, index), anchor }
}

/** Whether the last period that is paid has yet to begin. A subscription is never paid further ahead than that. */
export const isPaidAhead = ({ currentPeriodStart }: Paid, now: Date): boolean => currentPeriodStart > now

/** The periods that are paid and not over, or the last one if all are. The row names the last; one may run before it. */
export function openPeriods(parts: Pick<Parts, 'config'>, paid: Paid, now: Date): (Period & { index: number })[] {
  const { periodIndex: index, currentPeriodStart: start, currentPeriodEnd: end } = paid
  const last = { index, start, end }
  return isPaidAhead(paid, now) ? [{ index: index - 1, start: startBefore(parts, paid), end: start }, last] : [last]
}

/** When the period before the last one began; where the end of the last was moved the anchor tells no more of it. */
function startBefore(parts: Pick<Parts, 'config'>, paid: Paid): Date {
  const { periodIndex: index, anchorPeriod, currentPeriodStart, billingCycle } = paid
  if (anchorPeriod <= index) return periodOf(parts, paid, index - 1).start
  return monthsAfter(currentPeriodStart, -monthsOf[billingCycle], parts.config.billingTimeZone)
}

export function runningPeriodStart(parts: Pick<Parts, 'config' | 'clock'>, paid: Paid): Date {
  return openPeriods(parts, paid, parts.clock.now())[0]!.start
}
