import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { getOpenUser } from '../accounts'
import { findPlan } from '../catalog'
import { assertPossible, invalidState } from './lifecycle'
import { findLive } from './live-subscription'
import { findSoldOut } from './plan-refusals'
import { type FullSubscription, getOwnSubscription } from './read'
import { renewSubscription } from './renew'
import { subscriptions } from './tables'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'platform'>

/**
 * Brings back what has ended while its data is kept: a slot of its plan, a new period from now at what the plan costs now, the app with
 * its data as it was.
 * @throws AppError NOT_FOUND, FORBIDDEN, INVALID_STATE, DUPLICATE_SUBSCRIPTION, QUOTA_EXCEEDED, INSUFFICIENT_BALANCE
 */
export async function restoreSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<SubscriptionViewData> {
  const found = await getOwnSubscription(tx, actor, id)
  return subscriptionViewOf(parts, tx, await restore(parts, tx, actor, found, 'customer'))
}

/** The same for an administrator, who pays from their customer's wallet. */
export async function restore(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  found: FullSubscription,
  who: 'customer' | 'admin',
): Promise<FullSubscription> {
  const { subscription, instance } = found
  assertPossible('restore', subscription, who, whyNot(found))
  if (!instance || instance.desiredState === 'DELETED')
    throw invalidState(subscription, who, 'Its app was removed with its data: there is nothing to bring back')
  await getOpenUser(tx, subscription.userId)
  await assertNoOther(tx, found)
  const soldOut = findSoldOut((await findPlan(tx, subscription.planId))!)
  if (soldOut) throw soldOut
  await tx
    .update(subscriptions)
    .set({ autoRenew: true, cancelAtPeriodEnd: false })
    .where(eq(subscriptions.id, subscription.id))
    .run()
  const revived = { ...found, subscription: { ...subscription, autoRenew: true, cancelAtPeriodEnd: false } }
  return renewSubscription(parts, tx, actor, revived)
}

const whyNot = ({ subscription }: FullSubscription): string =>
  subscription.endedAt ? 'Its data is removed: there is nothing to bring back' : 'This subscription has not ended'

/** One live subscription per service and customer; the database says so too. */
async function assertNoOther(tx: Tx, { subscription }: FullSubscription): Promise<void> {
  const other = await findLive(tx, subscription)
  if (!other) return
  throw new AppError('DUPLICATE_SUBSCRIPTION', 'You have a live subscription to this service by now', {
    subscriptionId: other.id,
    planId: other.planId,
    upgradePlans: [],
  })
}
