import type { Actor } from '../../http/access'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import type { Template } from '../../templates'
import { quoteOf } from '../billing'
import { listPlansOf, type Plan, shownSlots } from '../catalog'
import { getBalance } from '../ledger'
import { nextPeriod } from './periods'
import { type FullSubscription, getOwnSubscription } from './read'
import { termsOfChange } from './scheduled-change'
import { findUnfit, findWrongChange, findWrongTime } from './scheduled-obstacles'
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

interface AppSeen {
  template: Template | undefined
  isUpdating: boolean
  ground: Ground
}

async function optionOf(parts: Needs, found: FullSubscription, plan: Plan, app: AppSeen, balance: bigint) {
  const { subscription, instance } = found
  const isUpgrade = plan.tier > found.plan.tier
  const { due, cyclePrice, obstacle, at } = isUpgrade
    ? await upgradeOf(parts, found, plan, app)
    : await downgradeOf(parts, found, plan, app)
  return {
    direction: isUpgrade ? ('upgrade' as const) : ('downgrade' as const),
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
      at: at.toISOString(),
      price: toJson(quoteOf(parts.config, cyclePrice).total),
    },
    appStorageGb: Math.max(plan.storageGb, instance?.storageGb ?? 0),
    affordable: balance >= due.total,
    possible: obstacle === undefined,
    reason: obstacle ? { code: obstacle.code, message: obstacle.message } : null,
  }
}

async function upgradeOf(parts: Needs, found: FullSubscription, plan: Plan, app: AppSeen) {
  const now = parts.clock.now()
  const { cyclePrice, now: due } = await priceUpgrade(parts, parts.db.read, found, plan, now)
  return {
    due,
    cyclePrice,
    obstacle: findObstacle({ ...app, found, now }, plan),
    at: found.subscription.currentPeriodEnd,
  }
}

/** What booking it would come to: nothing now, and what is in force when its first period begins. */
async function downgradeOf(parts: Needs, found: FullSubscription, plan: Plan, { template, ground }: AppSeen) {
  const { subscription, instance } = found
  const wanted = { plan, billingCycle: subscription.billingCycle }
  const { start: at } = nextPeriod(parts, subscription, parts.clock.now()).period
  const { terms, price } = await termsOfChange(parts.db.read, subscription, wanted, at)
  const storageClass = instance?.storageClass ?? ground.storageClass
  const obstacle =
    findWrongTime(found) ??
    findWrongChange(found, wanted) ??
    findUnfit(found, plan, terms, { ...ground, template, storageClass })?.error
  return { due: quoteOf(parts.config, 0n), cyclePrice: price, obstacle, at }
}
