import type { Drizzle, Tx } from '../../db'
import { type BillingCycle, monthsOf } from '../../lib/calendar'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import { findPlan, findTerms, findTermsFor, type Plan, type PlanTerms, priceOf } from '../catalog'
import { nextPeriod } from './periods'
import type { Subscription } from './tables'

/** What a subscription goes on to with its next period. */
export interface Wanted {
  plan: Plan
  billingCycle: BillingCycle
}

type Living = Pick<
  Subscription,
  | 'planId'
  | 'termsNumber'
  | 'billingCycle'
  | 'anchorAt'
  | 'anchorPeriod'
  | 'anchorMonths'
  | 'periodIndex'
  | 'currentPeriodEnd'
  | 'status'
  | 'suspendedBy'
  | 'endedAt'
>
export type Booked = Living & Pick<Subscription, 'scheduledPlanId' | 'scheduledCycle'>

export const nothingBooked = { scheduledPlanId: null, scheduledCycle: null }

/** What is booked for the next period. */
export async function findWanted(
  on: Drizzle | Tx,
  { scheduledPlanId, scheduledCycle }: Pick<Subscription, 'scheduledPlanId' | 'scheduledCycle'>,
): Promise<Wanted | undefined> {
  if (!scheduledPlanId || !scheduledCycle) return undefined
  return { plan: (await findPlan(on, scheduledPlanId))!, billingCycle: scheduledCycle }
}

/** What the first period of a change costs and gives that begins then: by the terms that are in force by then. */
export async function termsOfChange(
  on: Drizzle | Tx,
  { planId, termsNumber }: Pick<Subscription, 'planId' | 'termsNumber'>,
  { plan, billingCycle }: Wanted,
  start: Date,
): Promise<{ terms: PlanTerms; price: Rupiah }> {
  // Of its own plan no older ones than it has; what was agreed before there were any has no price for another cycle.
  const own = plan.id === planId ? Math.max(termsNumber, 1) : 1
  const terms = (await findTermsFor(on, plan.id, own, start)) ?? (await findTerms(on, plan.id, own))!
  return { terms, price: priceOf(terms, billingCycle) }
}

/** Its periods as they are counted from the next one on, in another cycle: the day stays that of the anchor. */
export function recounted(
  subscription: Pick<Living, 'anchorAt' | 'anchorPeriod' | 'anchorMonths' | 'periodIndex' | 'billingCycle'>,
  billingCycle: BillingCycle,
) {
  const { anchorAt, anchorPeriod, anchorMonths, periodIndex } = subscription
  const next = periodIndex + 1
  const months = anchorMonths + (next - anchorPeriod) * monthsOf[subscription.billingCycle]
  return { anchorAt, anchorPeriod: next, anchorMonths: months, billingCycle }
}

/** The change that is booked, as its owner sees it. */
export async function findScheduledChange(
  parts: Pick<Parts, 'clock' | 'config'>,
  on: Drizzle | Tx,
  subscription: Booked,
) {
  const wanted = await findWanted(on, subscription)
  if (!wanted) return null
  const { start } = nextPeriod(parts, subscription, parts.clock.now()).period
  const { price } = await termsOfChange(on, subscription, wanted, start)
  return {
    planId: wanted.plan.id,
    planName: wanted.plan.name,
    billingCycle: wanted.billingCycle,
    price: toJson(price),
    priceWithTax: toJson(quoteOf(parts.config, price).total),
    effectiveAt: start.toISOString(),
  }
}
