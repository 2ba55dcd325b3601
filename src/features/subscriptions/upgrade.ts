import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { chargeFor, quoteOf } from '../billing'
import { getSellablePlan, type Plan } from '../catalog'
import { resizeInstance } from '../instances'
import { enqueueMail } from '../mails'
import { namesOf } from './names'
import { type FullSubscription, getOwnSubscription } from './read'
import type { Upgrade } from './tables'
import { subscriptions } from './tables'
import { findObstacle, readApp } from './upgrade-obstacles'
import { priceUpgrade, type UpgradePrice } from './upgrade-price'
import { insertUpgrade, nextUpgradeNumber, upgradeSource } from './upgrade-rows'
import type { Ground } from './upgrade-storage'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>

/**
 * Goes to a higher plan for the rest of what is paid: slot, charge, price and the app's new size stand or fall together. It
 * is decided by what is seen of the app then; until that the old slot is held, and all of it can be taken back.
 * @throws AppError INVALID_STATE, INVALID_PLAN, INSUFFICIENT_RESOURCES, QUOTA_EXCEEDED, INSUFFICIENT_BALANCE
 */
export async function upgradeSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  planId: string,
  ground: Ground,
): Promise<SubscriptionViewData> {
  const found = await getOwnSubscription(tx, actor, id)
  return subscriptionViewOf(parts, tx, await upgradeTo(parts, tx, actor, found, { planId, ground }))
}

export interface UpgradeOrder {
  planId: string
  ground: Ground
  /** Nothing is charged for the rest of what is paid. */
  isGift?: boolean
  reason?: string
}

/** The same for whoever’s it is. */
export async function upgradeTo(parts: Needs, tx: Tx, actor: Actor, found: FullSubscription, order: UpgradeOrder) {
  const { plan } = await getSellablePlan(tx, order.planId)
  const app = await readApp(tx, found)
  const obstacle = findObstacle({ ...app, found, ground: order.ground, now: parts.clock.now() }, plan)
  if (obstacle) throw obstacle
  const asked = await priceUpgrade(parts, tx, found, plan, parts.clock.now())
  const price = order.isGift ? { ...asked, prorated: 0n, now: quoteOf(parts.config, 0n) } : asked
  const upgrade = await beginUpgrade(parts, tx, found, plan, price)
  await chargeUpgrade(parts, tx, found, plan, upgrade, price)
  // The volumes follow once the app runs at its new size.
  const size = { cpuMillicores: plan.cpuMillicores, memoryMb: plan.memoryMb }
  const instance = await resizeInstance(parts, tx, found.instance!, size, { actor, reason: `upgrade to ${plan.name}` })
  const { toPlanId: onPlan, toTermsNumber: termsNumber, toPrice, createdAt: updatedAt } = upgrade
  const subscription = { ...found.subscription, planId: onPlan, termsNumber, price: toPrice, updatedAt }
  await tell(parts, tx, actor, found, plan, upgrade, order)
  return { ...found, subscription, plan, instance, upgrade }
}

/** Takes the slot of the new plan and goes on holding the one of the old: triggers do, and the CHECK on plans refuses. */
async function beginUpgrade(
  { clock }: Needs,
  tx: Tx,
  { subscription, instance }: FullSubscription,
  plan: Plan,
  { cyclePrice, now: { total } }: UpgradePrice,
): Promise<Upgrade> {
  const at = clock.now()
  const changed = { planId: plan.id, termsNumber: plan.termsNumber, price: cyclePrice, updatedAt: at }
  await tx.update(subscriptions).set(changed).where(eq(subscriptions.id, subscription.id)).run()
  const { cpuMillicores, memoryMb, storageGb, status } = instance!
  const upgrade: Upgrade = {
    subscriptionId: subscription.id,
    number: await nextUpgradeNumber(tx, subscription.id),
    fromPlanId: subscription.planId,
    toPlanId: plan.id,
    fromTermsNumber: subscription.termsNumber,
    toTermsNumber: plan.termsNumber,
    fromPrice: subscription.price,
    toPrice: cyclePrice,
    charged: total,
    fromCpuMillicores: cpuMillicores,
    fromMemoryMb: memoryMb,
    fromStorageGb: storageGb,
    toStorageGb: Math.max(storageGb, plan.storageGb),
    wasFailing: status === 'ERROR',
    status: 'PENDING',
    resizedAt: null,
    reason: null,
    createdAt: at,
    endedAt: null,
  }
  await insertUpgrade(tx, upgrade)
  return upgrade
}

const chargeUpgrade = (
  parts: Needs,
  tx: Tx,
  { subscription, service }: FullSubscription,
  plan: Plan,
  upgrade: Upgrade,
  { prorated: price }: UpgradePrice,
) =>
  chargeFor(parts, tx, {
    userId: subscription.userId,
    subscription,
    terms: { planId: plan.id, number: upgrade.toTermsNumber },
    kind: 'upgrade',
    periodIndex: subscription.periodIndex,
    period: { start: upgrade.createdAt, end: subscription.currentPeriodEnd },
    price,
    serviceName: service.name,
    planName: plan.name,
    source: upgradeSource(upgrade),
    description: `${service.name}, upgraded to ${plan.name}`,
    at: upgrade.createdAt,
  })

async function tell(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  { subscription, service, plan: before }: FullSubscription,
  plan: Plan,
  { number, charged, fromPrice, toPrice, createdAt }: Upgrade,
  { reason, isGift }: Pick<UpgradeOrder, 'reason' | 'isGift'>,
): Promise<void> {
  await recordAct(tx, {
    actor,
    action: 'subscription.upgrade',
    target: { kind: 'subscription', id: subscription.id },
    reason,
    before: { planId: before.id, price: toJson(fromPrice) },
    after: { planId: plan.id, price: toJson(toPrice), charged: toJson(charged), ...(isGift && { gift: true }) },
    at: createdAt,
  })
  await enqueueMail(parts, tx, {
    key: `subscription-upgraded:${subscription.id}:${number}`,
    userId: subscription.userId,
    template: 'subscription-upgraded',
    data: {
      ...namesOf({ service, subscription }),
      fromPlan: before.name,
      plan: plan.name,
      charged: toJson(charged),
      nextPrice: toJson(quoteOf(parts.config, toPrice).total),
      periodEnd: subscription.currentPeriodEnd.toISOString(),
    },
  })
}
