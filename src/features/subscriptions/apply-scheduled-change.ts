import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Rupiah } from '../../lib/money'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import type { PlanTerms } from '../catalog'
import { enqueueMail } from '../mails'
import { namesOf } from './names'
import { nextPeriod } from './periods'
import type { FullSubscription } from './read'
import { findWanted, nothingBooked, recounted, termsOfChange, type Wanted } from './scheduled-change'
import { findUnfit, readChangeGround, type WhyNot } from './scheduled-obstacles'
import { subscriptions } from './tables'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue'>

interface Due {
  wanted: Wanted
  terms: PlanTerms
  price: Rupiah
  unfit: WhyNot | undefined
}

/** The change that the next renewal brings once it is due; undefined where none is booked. */
export async function findDueChange(
  parts: Pick<Parts, 'clock' | 'config' | 'platform'>,
  tx: Tx,
  found: FullSubscription,
): Promise<Due | undefined> {
  const { subscription } = found
  if (!subscription.scheduledPlanId) return undefined
  const { start } = nextPeriod(parts, subscription, parts.clock.now()).period
  const wanted = (await findWanted(tx, subscription))!
  const { terms, price } = await termsOfChange(tx, subscription, wanted, start)
  const unfit = findUnfit(found, wanted.plan, terms, await readChangeGround(parts, tx, found))
  return { wanted, terms, price, unfit: unfit?.why }
}

/**
 * Makes the change that is booked, before its period is renewed: plan, cycle, price and the day that periods count from. A trigger
 * moves the slot. Where it can’t be made the subscription goes on as it is, and its owner is told.
 */
export async function applyScheduledChange(parts: Needs, tx: Tx, found: FullSubscription): Promise<FullSubscription> {
  const now = parts.clock.now()
  // A period paid before it has begun is paid as it is: the change waits for the one after.
  if (nextPeriod(parts, found.subscription, now).period.start > now) return found
  const due = await findDueChange(parts, tx, found)
  if (!due) return found
  return due.unfit ? giveUp(parts, tx, found, due.wanted, due.unfit) : make(parts, tx, found, due)
}

async function make(
  parts: Needs,
  tx: Tx,
  found: FullSubscription,
  { wanted: { plan, billingCycle }, terms, price }: Due,
): Promise<FullSubscription> {
  const before = found.subscription
  const updatedAt = parts.clock.now()
  const changed = {
    ...{ planId: plan.id, termsNumber: terms.number, price, ...nothingBooked, updatedAt },
    ...(billingCycle !== before.billingCycle && recounted(before, billingCycle)),
  }
  await tx.update(subscriptions).set(changed).where(eq(subscriptions.id, before.id)).run()
  await recordAct(tx, {
    action: 'subscription.change',
    target: { kind: 'subscription', id: before.id },
    before: { planId: before.planId, billingCycle: before.billingCycle, price: toJson(before.price) },
    after: { planId: plan.id, billingCycle, price: toJson(price) },
    at: updatedAt,
  })
  return { ...found, subscription: { ...before, ...changed }, plan }
}

async function giveUp(
  parts: Needs,
  tx: Tx,
  found: FullSubscription,
  { plan: wanted, billingCycle }: Wanted,
  reason: WhyNot,
): Promise<FullSubscription> {
  const before = found.subscription
  const updatedAt = parts.clock.now()
  const changed = { ...nothingBooked, updatedAt }
  await tx.update(subscriptions).set(changed).where(eq(subscriptions.id, before.id)).run()
  await recordAct(tx, {
    action: 'subscription.change-not-made',
    target: { kind: 'subscription', id: before.id },
    reason,
    before: { scheduledPlanId: wanted.id, scheduledCycle: billingCycle },
    after: nothingBooked,
    at: updatedAt,
  })
  await enqueueMail(parts, tx, {
    key: `change-not-made:${before.id}:${before.periodIndex + 1}`,
    userId: before.userId,
    template: 'change-not-made',
    data: { ...namesOf(found), plan: found.plan.name, wantedPlan: wanted.name, reason },
  })
  return { ...found, subscription: { ...before, ...changed } }
}
