import type { Tx } from '../../db'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import { type AnnouncedTerms, findTermsFor, priceOf } from '../catalog'
import { enqueueMail } from '../mails'
import { namesOf } from './names'
import { nextPeriod } from './periods'
import type { FullSubscription } from './read'
import { findWanted, termsOfChange } from './scheduled-change'

/**
 * Tells somebody who has booked a plan that what it will cost them has changed: where these terms are the ones that count when its first
 * period begins. Of later ones they hear once they have the plan.
 */
export async function tellBookedTerms(
  parts: Pick<Parts, 'clock' | 'config' | 'queue'>,
  tx: Tx,
  found: FullSubscription,
  key: string,
  { planId, number }: AnnouncedTerms,
): Promise<void> {
  const { subscription } = found
  const wanted = await findWanted(tx, subscription)
  if (wanted?.plan.id !== planId) return
  const { start } = nextPeriod(parts, subscription, parts.clock.now()).period
  const { terms, price } = await termsOfChange(tx, subscription, wanted, start)
  const before = terms.number === number ? await findTermsFor(tx, planId, number - 1, parts.clock.now()) : undefined
  if (!before) return
  const costs = (price: bigint) => toJson(quoteOf(parts.config, price).total)
  await enqueueMail(parts, tx, {
    key,
    userId: subscription.userId,
    template: 'plan-changed',
    data: {
      ...namesOf(found),
      plan: wanted.plan.name,
      billingCycle: wanted.billingCycle,
      price: costs(priceOf(before, wanted.billingCycle)),
      nextPrice: costs(price),
      from: start.toISOString(),
      booked: true,
    },
  })
}
