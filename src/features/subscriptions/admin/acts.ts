import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import type { BillingCycle } from '../../../lib/calendar'
import { toJson } from '../../../lib/money'
import type { Parts } from '../../../parts'
import { getChangeable } from '../../accounts'
import { recordAct } from '../../audit'
import { resumeByAdmin, suspendByAdmin } from '../admin-suspension'
import { endSubscription } from '../cancel'
import { assertPossible, stateOf } from '../lifecycle'
import { restore } from '../restore'
import { sell } from '../subscribe'
import { upgradeTo } from '../upgrade'
import type { Ground } from '../upgrade-storage'
import { type SubscriptionViewData, subscriptionViewOf } from '../view'
import { getChangeableSubscription } from './found'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler' | 'sealer'>

export interface GrantOrder {
  userId: string
  planId: string
  billingCycle?: BillingCycle
  name?: string
  config?: Record<string, unknown>
  /** At the price of the plan once its period is over; else it ends with it. */
  renews: boolean
  reason: string
}

/**
 * Gives somebody a subscription whose first period costs nothing. It takes a slot like any other, and as nothing was paid for it nothing
 * is ever given back.
 * @throws AppError NOT_FOUND, INVALID_STATE for a closed account, and what buying is refused with
 */
export async function grantSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  { userId, renews, reason, ...order }: GrantOrder,
): Promise<SubscriptionViewData> {
  await getChangeable(tx, actor, userId)
  const found = await sell(parts, tx, userId, order, { renews })
  const { subscription } = found
  await recordAct(tx, {
    actor,
    action: 'subscription.grant',
    target: { kind: 'subscription', id: subscription.id },
    reason,
    after: {
      ...{ userId, planId: subscription.planId, billingCycle: subscription.billingCycle, renews },
      currentPeriodEnd: subscription.currentPeriodEnd.toISOString(),
    },
    at: parts.clock.now(),
  })
  return subscriptionViewOf(parts, tx, found)
}

/** To a higher plan at once, paid from the customer’s wallet or as a gift. @throws AppError like upgrading by oneself */
export async function upgradeForCustomer(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  { bonus, ...order }: { planId: string; bonus?: boolean; reason: string; ground: Ground },
): Promise<SubscriptionViewData> {
  const found = await getChangeableSubscription(tx, actor, id)
  assertPossible('upgrade', found.subscription, 'admin')
  const upgraded = await upgradeTo(parts, tx, actor, found, { ...order, isGift: bonus === true })
  return subscriptionViewOf(parts, tx, upgraded)
}

/** Ends it as if it had lapsed. An app that was never ready is refunded in full, as ever. @throws AppError NOT_FOUND, INVALID_STATE */
export async function expireSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<SubscriptionViewData> {
  const found = await getChangeableSubscription(tx, actor, id)
  assertPossible('expire', found.subscription, 'admin')
  return subscriptionViewOf(parts, tx, await endSubscription(parts, tx, found, { status: 'EXPIRED', reason, actor }))
}

/** @throws AppError NOT_FOUND, INVALID_STATE */
export async function suspendForCustomer(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<SubscriptionViewData> {
  const found = await getChangeableSubscription(tx, actor, id)
  return subscriptionViewOf(parts, tx, await suspendByAdmin(parts, tx, actor, found, reason))
}

/** @throws AppError NOT_FOUND, INVALID_STATE */
export async function resumeForCustomer(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<SubscriptionViewData> {
  const found = await getChangeableSubscription(tx, actor, id)
  return subscriptionViewOf(parts, tx, await resumeByAdmin(parts, tx, actor, found, reason))
}

/** Brings back what has ended; the new period is paid from the customer’s wallet. @throws AppError like restoring by oneself */
export async function restoreForCustomer(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<SubscriptionViewData> {
  const found = await getChangeableSubscription(tx, actor, id)
  const restored = await restore(parts, tx, actor, found, 'admin')
  const { subscription } = restored
  await recordAct(tx, {
    actor,
    action: 'subscription.restore-for-customer',
    target: { kind: 'subscription', id },
    reason,
    before: { state: stateOf(found.subscription), price: toJson(found.subscription.price) },
    after: { state: stateOf(subscription), price: toJson(subscription.price) },
    at: parts.clock.now(),
  })
  return subscriptionViewOf(parts, tx, restored)
}
