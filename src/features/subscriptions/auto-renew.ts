import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { byAdministrator } from './cancel'
import { assertPossible, invalidState } from './lifecycle'
import { getOwnSubscription } from './read'
import { subscriptions } from './tables'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform'>

/** Idempotent. Turning it on takes back a cancellation for the period's end: both can't be meant. @throws AppError INVALID_STATE */
export async function setAutoRenew(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  autoRenew: boolean,
): Promise<SubscriptionViewData> {
  const found = await getOwnSubscription(tx, actor, id)
  const { subscription } = found
  assertPossible(
    'auto-renew',
    subscription,
    'customer',
    subscription.endedAt ? 'This subscription has ended' : undefined,
  )
  if (autoRenew && subscription.cancelAtPeriodEnd && subscription.endReason === byAdministrator)
    throw invalidState(subscription, 'customer', 'An administrator has ended it for the end of its period')
  const cancelAtPeriodEnd = subscription.cancelAtPeriodEnd && !autoRenew
  const before = { autoRenew: subscription.autoRenew, cancelAtPeriodEnd: subscription.cancelAtPeriodEnd }
  const after = { autoRenew, cancelAtPeriodEnd }
  if (before.autoRenew === autoRenew && before.cancelAtPeriodEnd === cancelAtPeriodEnd)
    return subscriptionViewOf(parts, tx, found)
  const at = parts.clock.now()
  // What is unpaid is renewed by the next step of the clock, if there is money.
  const isOverdue = autoRenew && subscription.nextStepAt !== null && subscription.currentPeriodEnd <= at
  const changed = { ...after, nextStepAt: isOverdue ? at : subscription.nextStepAt, updatedAt: at }
  await tx.update(subscriptions).set(changed).where(eq(subscriptions.id, id)).run()
  const target: Thing = { kind: 'subscription', id }
  await recordAct(tx, { actor, action: 'subscription.auto-renew', target, before, after, at })
  return subscriptionViewOf(parts, tx, { ...found, subscription: { ...subscription, ...changed } })
}
