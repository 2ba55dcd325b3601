import type { Drizzle, Tx } from '../../db'
import type { Rupiah } from '../../lib/money'
import { findTerms, findTermsFor, type Offer, priceOf, renewalPriceOf } from '../catalog'
import type { FullSubscription } from './read'
import type { Subscription } from './tables'

export interface RenewalTerms {
  /** Of the terms that count from that period on; 0 for what was agreed before they were written down. */
  number: number
  price: Rupiah
  /** What they give; undefined where that was not written down. */
  offer: Offer | undefined
}

type Renewed = {
  subscription: Pick<Subscription, 'planId' | 'termsNumber' | 'isBonus' | 'price' | 'billingCycle'>
  plan: Pick<FullSubscription['plan'], 'termsNumber'> & Offer
}

/** What a period costs and gives that begins then: by the newest terms of the plan that are in force by then, or by one's own. */
export async function findRenewalTerms(
  on: Drizzle | Tx,
  { subscription, plan }: Renewed & { subscription: Pick<Subscription, 'endedAt'> },
  start: Date,
): Promise<RenewalTerms> {
  const { planId, termsNumber, price, billingCycle, endedAt } = subscription
  // Who comes back after an end buys anew, at what the plan costs by then: an announced change leaves no time of notice to them.
  if (endedAt) return { number: plan.termsNumber, price: priceOf(plan, billingCycle), offer: plan }
  // Most live by what their plan says now: nothing is read for them.
  if (termsNumber === plan.termsNumber)
    return { number: termsNumber, price: renewalPriceOf(subscription, plan), offer: plan }
  const terms = await findTermsFor(on, planId, termsNumber, start)
  if (!terms) return { number: 0, price: await agreedBefore(on, subscription), offer: undefined }
  const moves = terms.number > termsNumber
  return {
    number: terms.number,
    price: moves ? priceOf(terms, billingCycle) : renewalPriceOf({ ...subscription, price }, terms),
    offer: terms,
  }
}

/** A gift costs what its plan cost when terms were first written down. */
async function agreedBefore(on: Drizzle | Tx, subscription: Renewed['subscription']): Promise<Rupiah> {
  if (!subscription.isBonus) return subscription.price
  return renewalPriceOf(subscription, (await findTerms(on, subscription.planId, 1))!)
}

/** What a period costs by what the subscription lives by now: its price, or for a gift what its terms say. */
export async function presentPriceOf(on: Drizzle | Tx, { subscription, plan }: Renewed): Promise<Rupiah> {
  if (!subscription.isBonus) return subscription.price
  if (subscription.termsNumber === plan.termsNumber) return renewalPriceOf(subscription, plan)
  const own = await findTerms(on, subscription.planId, Math.max(subscription.termsNumber, 1))
  return renewalPriceOf(subscription, own!)
}
