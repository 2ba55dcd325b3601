import type { Actor } from '../../http/access'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import type { Template } from '../../templates'
import { quoteOf } from '../billing'
import { listPlansOf, type Plan, shownSlots } from '../catalog'
import { getBalance } from '../ledger'
import { type FullSubscription, getOwnSubscription } from './read'
import { findObstacle, needsGrowth, readApp } from './upgrade-obstacles'
import { priceUpgrade } from './upgrade-price'
import { type Ground, readGround } from './upgrade-storage'

type Needs = Pick<Parts, 'clock' | 'config' | 'db' | 'kube' | 'platform'>

/** The other plans of a subscription's service that are for sale, and what stands between it and each of them. */
export async function listUpgradeOptions(parts: Needs, actor: Actor, id: string) {
  const { read } = parts.db
  const found = await getOwnSubscription(read, actor, id)
  const plans = (await listPlansOf(read, found.service.id)).filter((plan) => plan.id !== found.plan.id)
  const balance = await getBalance(read, actor.userId)
  const app = await readApp(read, found)
  const ground = await readGroundOfAny(parts, found, app.template, plans)
  return Promise.all(plans.map((plan) => optionOf(parts, found, plan, { ...app, ground }, balance)))
}

/** The cluster is asked only where an answer depends on it. */
function readGroundOfAny(
  parts: Needs,
  { instance, plan: current }: FullSubscription,
  template: Template | undefined,
  plans: Plan[],
): Promise<Ground> {
  const asks = instance && plans.some((plan) => plan.tier > current.tier && needsGrowth(instance, template, plan))
  return readGround(parts, parts.db.read, asks ? instance : undefined)
}

async function optionOf(
  parts: Needs,
  found: FullSubscription,
  plan: Plan,
  app: { template: Template | undefined; isUpdating: boolean; ground: Ground },
  balance: bigint,
) {
  const { subscription } = found
  const now = parts.clock.now()
  const { cyclePrice, now: due } = await priceUpgrade(parts, parts.db.read, found, plan, now)
  const obstacle = findObstacle({ ...app, found, now }, plan)
  return {
    direction: plan.tier > found.plan.tier ? ('upgrade' as const) : ('downgrade' as const),
    plan: {
      id: plan.id,
      name: plan.name,
      tier: plan.tier,
      cpuMillicores: plan.cpuMillicores,
      memoryMb: plan.memoryMb,
      storageGb: plan.storageGb,
      features: plan.features,
      ...shownSlots(plan),
    },
    billingCycle: subscription.billingCycle,
    price: toJson(cyclePrice),
    chargeNow: { net: toJson(due.net), tax: toJson(due.tax), total: toJson(due.total) },
    nextRenewal: {
      at: subscription.currentPeriodEnd.toISOString(),
      price: toJson(quoteOf(parts.config, cyclePrice).total),
    },
    affordable: balance >= due.total,
    possible: obstacle === undefined,
    reason: obstacle ? { code: obstacle.code, message: obstacle.message } : null,
  }
}
