import { periodBoundary } from '../../lib/calendar'
import type { Parts } from '../../parts'
import type { Period } from '../billing'
import type { Subscription } from './tables'

type Anchored = Pick<Subscription, 'anchorAt' | 'billingCycle'>
type Paid = Anchored & Pick<Subscription, 'periodIndex' | 'currentPeriodStart' | 'currentPeriodEnd'>

/** A period of a subscription, counted from its anchor. */
export function periodOf(
  { config }: Pick<Parts, 'config'>,
  { anchorAt, billingCycle }: Anchored,
  index: number,
): Period {
  const boundary = (at: number) => periodBoundary(anchorAt, billingCycle, at, config.billingTimeZone)
  return { start: boundary(index), end: boundary(index + 1) }
}

/** Whether the last period that is paid has yet to begin. A subscription is never paid further ahead than that. */
export const isPaidAhead = ({ currentPeriodStart }: Paid, now: Date): boolean => currentPeriodStart > now

/** The periods that are paid and not over, or the last one if all are. The row names the last; one may run before it. */
export function openPeriods(parts: Pick<Parts, 'config'>, paid: Paid, now: Date): (Period & { index: number })[] {
  const { periodIndex: index, currentPeriodStart: start, currentPeriodEnd: end } = paid
  const last = { index, start, end }
  return isPaidAhead(paid, now) ? [{ index: index - 1, ...periodOf(parts, paid, index - 1) }, last] : [last]
}

export function runningPeriodStart(parts: Pick<Parts, 'config' | 'clock'>, paid: Paid): Date {
  return openPeriods(parts, paid, parts.clock.now())[0]!.start
}
