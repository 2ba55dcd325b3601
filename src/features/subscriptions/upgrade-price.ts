import type { Drizzle, Tx } from '../../db'
import { lesser, type Rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import { type Quote, quoteOf, upgradeCharge } from '../billing'
import { type Plan, priceOf } from '../catalog'
import { findPeriodPrice } from './period-price'
import { openPeriods } from './periods'
import type { FullSubscription } from './read'
import { presentPriceOf } from './renewal-terms'

export interface UpgradePrice {
  /** What one cycle costs afterwards, as the catalog has it. */
  cyclePrice: Rupiah
  /** The part of the difference that is for the rest of what is paid, likewise. */
  prorated: Rupiah
  /** What of it leaves the wallet now. */
  now: Quote
}

/**
 * What it costs to go to a plan for the rest of what is paid. A gift counts as what its plan costs: it is not taken back.
 * A plan that costs no more by now, or is lower, costs nothing now; and nothing goes back.
 */
export async function priceUpgrade(
  parts: Pick<Parts, 'config'>,
  on: Drizzle | Tx,
  found: FullSubscription,
  plan: Plan,
  at: Date,
): Promise<UpgradePrice> {
  const { subscription } = found
  const cyclePrice = priceOf(plan, subscription.billingCycle)
  const current = await presentPriceOf(on, found)
  const periods = []
  for (const { index, ...period } of openPeriods(parts, subscription, at)) {
    // The next one may be paid by newer terms than the one that runs.
    const price =
      index === subscription.periodIndex ? current : ((await findPeriodPrice(on, subscription.id, index)) ?? current)
    periods.push({
      ...period,
      start: runsFrom(subscription, index, period.start, at),
      price: lesser(price, cyclePrice),
    })
  }
  const prorated = upgradeCharge(periods, cyclePrice, at)
  return { cyclePrice, prorated, now: quoteOf(parts.config, prorated) }
}

/** The time in which it stood still is no part of what is paid: the running period counts from so much later. */
const runsFrom = (
  { periodIndex, pausedMs }: FullSubscription['subscription'],
  index: number,
  start: Date,
  at: Date,
): Date => (index === periodIndex && start <= at ? new Date(start.getTime() + pausedMs) : start)
