import { type BillingCycle, monthsAfter, monthsOf } from '../../lib/calendar'
import type { Rupiah } from '../../lib/money'

/** A subscription that renews by itself. */
export interface Renewing {
  id: string
  /** Of two that are due at once the older one is charged first. */
  number: number
  name: string
  billingCycle: BillingCycle
  /** Its periods are counted from there: that one begins so many months after it. */
  anchorAt: Date
  anchorPeriod: number
  anchorMonths: number
  periodIndex: number
  currentPeriodEnd: Date
  /** What each of its coming renewals takes from the wallet. */
  amount: Rupiah
  /** What it takes instead where the period begins then or later, in that order: its plan was changed. */
  later?: { from: Date; amount: Rupiah }[]
}

export interface Renewal {
  subscriptionId: string
  name: string
  dueAt: Date
  amount: Rupiah
  /** Below zero it is what would be missing. */
  balanceAfter: Rupiah
}

interface Shortfall {
  renewal: Renewal
  missing: Rupiah
}

export interface Outlook {
  renewals: Renewal[]
  total: Rupiah
  /** The first renewal that the balance does not cover. */
  shortfall: Shortfall | undefined
}

interface Horizon {
  from: Date
  /** What is due at this moment is not in it any more. */
  until: Date
  timeZone: string
}

/** Every renewal in the order in which it will be charged, and where the balance ends if nothing is paid in. */
export function foresee(balance: Rupiah, renewing: Renewing[], horizon: Horizon): Outlook {
  const due = renewing
    .flatMap((subscription) => listDue(subscription, horizon).map((due) => ({ subscription, ...due })))
    .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime() || a.subscription.number - b.subscription.number)
  let left = balance
  let shortfall: Shortfall | undefined
  const renewals = due.map(({ subscription: { id, name }, dueAt, amount }) => {
    left -= amount
    const renewal = { subscriptionId: id, name, dueAt, amount, balanceAfter: left }
    // What costs nothing is never short, however deep the balance would be by then.
    if (left < 0n && amount > 0n) shortfall ??= { renewal, missing: -left }
    return renewal
  })
  return { renewals, total: balance - left, shortfall }
}

/** The ends of its periods, as renewing counts them: each from the anchor. What is overdue is due now. */
function listDue(subscription: Renewing, { from, until, timeZone }: Horizon): { dueAt: Date; amount: Rupiah }[] {
  const { anchorAt, anchorPeriod, anchorMonths, billingCycle, periodIndex, currentPeriodEnd } = subscription
  const startOf = (index: number) =>
    monthsAfter(anchorAt, anchorMonths + (index - anchorPeriod) * monthsOf[billingCycle], timeZone)
  const due: { dueAt: Date; amount: Rupiah }[] = []
  let dueAt = latest(currentPeriodEnd, from)
  let start = startOf(periodIndex + 1)
  for (let next = periodIndex + 2; dueAt < until; next++) {
    due.push({ dueAt, amount: amountOf(subscription, start) })
    start = startOf(next)
    // Never back in time, also where an administrator has moved the end of the current period.
    dueAt = latest(start, dueAt)
  }
  return due
}

const amountOf = ({ amount, later = [] }: Renewing, start: Date): Rupiah =>
  later.findLast(({ from }) => from <= start)?.amount ?? amount

const latest = (a: Date, b: Date): Date => (a > b ? a : b)
