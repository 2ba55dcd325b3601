import { type Cycle, monthsOf } from './calendar'
import { cyclePrice, termsFor } from './prices'
import type { Plan, Subscription } from './state'

/** Books a lower plan, another cycle, or both, for the next period that is not paid yet. */
export function book(subscription: Subscription, plan: Plan, cycle: Cycle, now: number): string {
  const { state, upgrade, cancelAtEnd, booked, plan: own } = subscription
  const isTime = state === 'ACTIVE' || state === 'GRACE' || state === 'SUSPENDED/unpaid'
  if (booked || !isTime || upgrade || cancelAtEnd) return 'INVALID_STATE'
  if (plan.service !== own.service || (plan === own && cycle === subscription.cycle)) return 'INVALID_PLAN'
  if (plan !== own && plan.tier >= own.tier) return 'INVALID_PLAN'
  if (plan !== own && plan.used >= plan.slots) return 'QUOTA_EXCEEDED'
  subscription.booked = { plan, cycle }
  lookAgain(subscription, now)
  return 'ok'
}

export function unbook(subscription: Subscription, now: number): string {
  if (!subscription.booked) return 'INVALID_STATE'
  subscription.booked = undefined
  lookAgain(subscription, now)
  return 'ok'
}

/** What is unpaid may be paid now. */
function lookAgain(subscription: Subscription, now: number): void {
  if (subscription.end <= now) subscription.markedAt = now
}

/** Whether a slot is left for what is booked; its own plan it has. */
export const canChange = ({ booked, plan }: Subscription): boolean =>
  booked !== undefined && (booked.plan === plan || booked.plan.used < booked.plan.slots)

/** The subscription as it would be with what is booked: the day that periods count from stays. */
export function changed(subscription: Subscription, start: number): Subscription {
  const { plan, cycle } = subscription.booked!
  const own = plan === subscription.plan ? subscription.termsNumber : 1
  const terms = termsFor(plan, own, start)
  const price = cyclePrice(terms.monthly, cycle)
  const next = subscription.index + 1
  const months = subscription.anchorMonths + (next - subscription.anchorIndex) * monthsOf[subscription.cycle]
  const counted = cycle === subscription.cycle ? {} : { anchorIndex: next, anchorMonths: months }
  return { ...subscription, plan, cycle, price, termsNumber: terms.number, ...counted, booked: undefined }
}

export function moveSlot(from: Plan, to: Plan): void {
  from.used--
  to.used++
}
