import type { Drizzle, Tx } from '../../db'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { type Period, quoteOf } from '../billing'
import { inForceAt, listNewerTerms, type PlanTerms, priceOf } from '../catalog'
import type { Instance } from '../instances'
import { periodOf } from './periods'
import { sizeAfterRenewal } from './resize-by-terms'
import type { Subscription } from './tables'

type Living = Pick<
  Subscription,
  'planId' | 'termsNumber' | 'billingCycle' | 'anchorAt' | 'anchorPeriod' | 'anchorMonths' | 'periodIndex'
>
type App = Pick<
  Instance,
  'cpuMillicores' | 'memoryMb' | 'storageGb' | 'templateName' | 'templateVersion' | 'storageClass'
>

/** The first period that is still to be paid and begins then or later. */
export function firstRenewalFrom(parts: Pick<Parts, 'config'>, subscription: Living, from: Date): Period {
  for (let index = subscription.periodIndex + 1; ; index++) {
    const period = periodOf(parts, subscription, index)
    if (period.start >= from) return period
  }
}

interface Coming {
  terms: PlanTerms
  /** When the renewal is from which they count. */
  at: Date
}

/** The terms that a subscription goes on to, at the first renewal that is by others than its own; undefined where none are announced. */
export async function findComingTerms(
  parts: Pick<Parts, 'config'>,
  on: Drizzle | Tx,
  { subscription, plan }: { subscription: Living; plan: { termsNumber: number } },
): Promise<Coming | undefined> {
  if (subscription.termsNumber === plan.termsNumber) return undefined
  const chain = await listNewerTerms(on, subscription.planId, subscription.termsNumber)
  if (!chain[0]) return undefined
  const { start: at } = firstRenewalFrom(parts, subscription, chain[0].effectiveAt)
  return { terms: inForceAt(chain, at)!, at }
}

/** What changes at that renewal, as its owner sees it; null where nothing is announced or nothing is renewed any more. */
export async function findNextTerms(
  parts: Pick<Parts, 'config' | 'platform'>,
  on: Drizzle | Tx,
  found: {
    subscription: Living & Pick<Subscription, 'status' | 'cancelAtPeriodEnd' | 'scheduledPlanId'>
    plan: { termsNumber: number }
    instance: App | null
  },
) {
  const { status, cancelAtPeriodEnd, scheduledPlanId, billingCycle } = found.subscription
  // What is booked says itself what it will cost.
  if (scheduledPlanId) return null
  if (cancelAtPeriodEnd || status === 'CANCELLED' || status === 'EXPIRED') return null
  const coming = await findComingTerms(parts, on, found)
  if (!coming) return null
  const price = priceOf(coming.terms, billingCycle)
  const renewal = { offer: coming.terms, isAhead: false }
  const { cpuMillicores, memoryMb, storageGb } = found.instance
    ? await sizeAfterRenewal(parts, on, found.instance, renewal)
    : coming.terms
  return {
    effectiveAt: coming.at.toISOString(),
    price: toJson(price),
    priceWithTax: toJson(quoteOf(parts.config, price).total),
    cpuMillicores,
    memoryMb,
    storageGb,
  }
}
