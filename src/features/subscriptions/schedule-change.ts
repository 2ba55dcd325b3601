import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import type { BillingCycle } from '../../lib/calendar'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { findPlan, getSellablePlan } from '../catalog'
import { invalidState } from './lifecycle'
import { nextPeriod } from './periods'
import { type FullSubscription, getOwnSubscription } from './read'
import { findScheduledChange, nothingBooked, termsOfChange, type Wanted } from './scheduled-change'
import { findUnfit, findWrongChange, findWrongTime, readChangeGround } from './scheduled-obstacles'
import { type Subscription, subscriptions } from './tables'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform'>

export interface ChangeOrder {
  planId?: string
  billingCycle?: BillingCycle
}

/** The caller’s own booking. @throws AppError NOT_FOUND, FORBIDDEN */
export async function getOwnScheduledChange(parts: Pick<Parts, 'db' | 'clock' | 'config'>, actor: Actor, id: string) {
  const { subscription } = await getOwnSubscription(parts.db.read, actor, id)
  return findScheduledChange(parts, parts.db.read, subscription)
}

/**
 * Books a lower plan, another cycle, or both, for the next period that is not paid yet. Nothing is charged and no slot is held: both
 * happen with the renewal.
 * @throws AppError NOT_FOUND, FORBIDDEN, VALIDATION_ERROR, INVALID_STATE, INVALID_PLAN, INSUFFICIENT_RESOURCES, QUOTA_EXCEEDED
 */
export async function scheduleChange(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  order: ChangeOrder,
): Promise<SubscriptionViewData> {
  if (order.planId === undefined && order.billingCycle === undefined)
    throw invalid('body', [{ path: '/planId', message: 'Expected with no `billingCycle`' }])
  const found = await getOwnSubscription(tx, actor, id)
  await assertNothingBooked(parts, tx, found)
  const refusal = findWrongTime(found)
  if (refusal) throw refusal
  const wanted = await wantedBy(tx, found, order)
  const wrong = findWrongChange(found, wanted)
  if (wrong) throw wrong
  const { start } = nextPeriod(parts, found.subscription, parts.clock.now()).period
  const { terms } = await termsOfChange(tx, found.subscription, wanted, start)
  const unfit = findUnfit(found, wanted.plan, terms, await readChangeGround(parts, tx, found))
  if (unfit) throw unfit.error
  const change = { scheduledPlanId: wanted.plan.id, scheduledCycle: wanted.billingCycle }
  return subscriptionViewOf(parts, tx, await save(parts, tx, actor, found, 'subscription.schedule-change', change))
}

/** Takes it back. @throws AppError NOT_FOUND, FORBIDDEN, INVALID_STATE where nothing is booked */
export async function undoScheduledChange(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<SubscriptionViewData> {
  const found = await getOwnSubscription(tx, actor, id)
  const { subscription } = found
  if (!subscription.scheduledPlanId) throw invalidState(subscription, 'customer', 'No change is booked')
  const undone = await save(parts, tx, actor, found, 'subscription.undo-scheduled-change', nothingBooked)
  return subscriptionViewOf(parts, tx, undone)
}

/** Of two changes one would go unseen: the one that is there has to be taken back by somebody who has seen it. */
async function assertNothingBooked(parts: Needs, tx: Tx, { subscription }: FullSubscription): Promise<void> {
  if (!subscription.scheduledPlanId) return
  const refusal = invalidState(subscription, 'customer', 'Another change is booked already; take it back first')
  refusal.details!.scheduledChange = await findScheduledChange(parts, tx, subscription)
  throw refusal
}

async function wantedBy(tx: Tx, found: FullSubscription, { planId, billingCycle }: ChangeOrder): Promise<Wanted> {
  const { subscription } = found
  const cycle = billingCycle ?? subscription.billingCycle
  if (planId === undefined || planId === subscription.planId)
    return { plan: (await findPlan(tx, subscription.planId))!, billingCycle: cycle }
  return { plan: (await getSellablePlan(tx, planId)).plan, billingCycle: cycle }
}

type Booking = Pick<Subscription, 'scheduledPlanId' | 'scheduledCycle'>

async function save(
  { clock }: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Actor,
  found: FullSubscription,
  action: string,
  change: Booking,
): Promise<FullSubscription> {
  const { subscription } = found
  const at = clock.now()
  // What is unpaid is renewed by the next step of the clock, if there is money for this.
  const isOverdue = subscription.nextStepAt !== null && subscription.currentPeriodEnd <= at
  const changed = { ...change, nextStepAt: isOverdue ? at : subscription.nextStepAt, updatedAt: at }
  await tx.update(subscriptions).set(changed).where(eq(subscriptions.id, subscription.id)).run()
  const bookingOf = ({ scheduledPlanId, scheduledCycle }: Booking) => ({ scheduledPlanId, scheduledCycle })
  await recordAct(tx, {
    actor,
    action,
    target: { kind: 'subscription', id: subscription.id },
    before: bookingOf(subscription),
    after: bookingOf(change),
    at,
  })
  return { ...found, subscription: { ...subscription, ...changed } }
}
