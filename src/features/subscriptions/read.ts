import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { countUpTo, type Drizzle, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import { AppError, notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import { plans, services } from '../catalog/tables'
import { type Instance, instanceViewOf } from '../instances'
import { instances } from '../instances/tables'
import { runningPeriodStart } from './periods'
import type { Subscription, Upgrade } from './tables'
import { type SubscriptionStatus, subscriptions, upgrades } from './tables'

const selection = {
  subscription: subscriptions,
  service: { id: services.id, slug: services.slug, name: services.name },
  plan: { id: plans.id, name: plans.name, tier: plans.tier },
  instance: instances,
  upgrade: upgrades,
}

const subscriptionById = prepared((db) =>
  joined(db)
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

function joined(db: Drizzle | Tx) {
  return db
    .select(selection)
    .from(subscriptions)
    .innerJoin(services, eq(services.id, subscriptions.serviceId))
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .leftJoin(instances, eq(instances.subscriptionId, subscriptions.id))
    .leftJoin(upgrades, and(eq(upgrades.subscriptionId, subscriptions.id), sql`${upgrades.status} = 'PENDING'`))
}

export interface FullSubscription {
  subscription: Subscription
  service: { id: string; slug: string; name: string }
  plan: { id: string; name: string; tier: number }
  instance: Instance | null
  /** The one that is under way. */
  upgrade: Upgrade | null
}

/** The caller's own subscription. @throws AppError NOT_FOUND, or FORBIDDEN for somebody else's */
export async function getOwnSubscription(on: Drizzle | Tx, actor: Actor, id: string): Promise<FullSubscription> {
  const found = await subscriptionById(on).get({ id })
  if (!found) throw notFound('Subscription')
  if (found.subscription.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This subscription is not yours')
  return found
}

export const findSubscription = (on: Drizzle | Tx, id: string): Promise<FullSubscription | undefined> =>
  subscriptionById(on).get({ id })

export async function listOwnSubscriptions(
  parts: Pick<Parts, 'db' | ViewParts>,
  actor: Actor,
  filter: { status?: SubscriptionStatus; sort?: 'newest' | 'oldest' },
  { page, limit }: Page,
) {
  const where = and(
    eq(subscriptions.userId, actor.userId),
    filter.status ? eq(subscriptions.status, filter.status) : undefined,
  )
  const rows = await joined(parts.db.read)
    .where(where)
    .orderBy(filter.sort === 'oldest' ? asc(subscriptions.number) : desc(subscriptions.number))
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  const total = await countUpTo(parts.db.read, subscriptions, where)
  return { rows: rows.map((row) => subscriptionViewOf(parts, row)), total }
}

type ViewParts = 'platform' | 'config' | 'clock'

const billed: ReadonlySet<SubscriptionStatus> = new Set(['PENDING', 'ACTIVE', 'GRACE'])

export function subscriptionViewOf(
  parts: Pick<Parts, ViewParts>,
  { subscription, service, plan, instance, upgrade }: FullSubscription,
) {
  const periodEnd = subscription.currentPeriodEnd.toISOString()
  const willBeBilled = billed.has(subscription.status) && subscription.autoRenew && !subscription.cancelAtPeriodEnd
  return {
    id: subscription.id,
    name: subscription.name,
    billingId: `BILL-${subscription.number}`,
    service: { id: service.id, slug: service.slug, name: service.name },
    plan: { id: plan.id, name: plan.name, tier: plan.tier },
    status: subscription.status,
    suspendedBy: subscription.suspendedBy,
    billingCycle: subscription.billingCycle,
    price: toJson(subscription.price),
    priceWithTax: toJson(quoteOf(parts.config, subscription.price).total),
    isBonus: subscription.isBonus,
    startDate: subscription.anchorAt.toISOString(),
    currentPeriodStart: runningPeriodStart(parts, subscription).toISOString(),
    currentPeriodEnd: periodEnd,
    nextBilling: willBeBilled ? periodEnd : null,
    autoRenew: subscription.autoRenew,
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    scheduledChange: subscription.scheduledPlanId
      ? { planId: subscription.scheduledPlanId, effectiveAt: periodEnd }
      : null,
    pendingUpgrade: upgrade ? { fromPlanId: upgrade.fromPlanId, startedAt: upgrade.createdAt.toISOString() } : null,
    instance: instance ? instanceViewOf(parts, instance) : null,
    createdAt: subscription.createdAt.toISOString(),
  }
}

export type SubscriptionViewData = ReturnType<typeof subscriptionViewOf>
