import type { Drizzle, Tx } from '../../db'
import type { Rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import { type Quote, quoteOf, upgradeCharge } from '../billing'
import { type Plan, priceOf } from '../catalog'
import { openPeriods } from './periods'
import { renewalPrice } from './renew'
import type { Subscription } from './tables'

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
  subscription: Subscription,
  plan: Plan,
  at: Date,
): Promise<UpgradePrice> {
  const cyclePrice = priceOf(plan, subscription.billingCycle)
  const current = await renewalPrice(on, subscription)
  const periods = openPeriods(parts, subscription, at)
  const prorated = cyclePrice > current ? upgradeCharge(current, cyclePrice, periods, at) : 0n
  return { cyclePrice, prorated, now: quoteOf(parts.config, prorated) }
}
