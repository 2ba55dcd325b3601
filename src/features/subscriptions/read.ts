import { and, eq, sql } from 'drizzle-orm'
import type { SQLiteSelect } from 'drizzle-orm/sqlite-core'
import { type Drizzle, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError, notFound } from '../../lib/errors'
import type { Offer } from '../catalog'
import { plans, services } from '../catalog/tables'
import type { Instance } from '../instances'
import { instances } from '../instances/tables'
import { type Subscription, subscriptions, type Upgrade, upgrades } from './tables'

export const service = { id: services.id, slug: services.slug, name: services.name }
export const plan = { id: plans.id, name: plans.name, tier: plans.tier, termsNumber: plans.termsNumber }

const { price, quarterlyDiscountPercent, yearlyDiscountPercent, cpuMillicores, memoryMb, storageGb } = plans
/** What its newest terms say: most subscriptions live by them. */
const offer = { price, quarterlyDiscountPercent, yearlyDiscountPercent, cpuMillicores, memoryMb, storageGb }

/** All there is to know, for a verb that changes it. */
const all = {
  subscription: subscriptions,
  service,
  plan: { ...plan, ...offer },
  instance: instances,
  upgrade: upgrades,
}

const subscriptionById = prepared((db) =>
  withAll(db.select(all).from(subscriptions).$dynamic())
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

/** With its service, its plan, its app and the upgrade that is under way. */
export function withAll<S extends SQLiteSelect>(query: S) {
  return query
    .innerJoin(services, eq(services.id, subscriptions.serviceId))
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .leftJoin(instances, eq(instances.subscriptionId, subscriptions.id))
    .leftJoin(upgrades, and(eq(upgrades.subscriptionId, subscriptions.id), sql`${upgrades.status} = 'PENDING'`))
}

export interface FullSubscription {
  subscription: Subscription
  service: { id: string; slug: string; name: string }
  plan: { id: string; name: string; tier: number; termsNumber: number } & Offer
  instance: Instance | null
  /** The one that is under way. */
  upgrade: Upgrade | null
}

/** The caller's own subscription. @throws AppError NOT_FOUND, or FORBIDDEN for somebody else's */
export async function getOwnSubscription(on: Drizzle | Tx, actor: Actor, id: string): Promise<FullSubscription> {
  return assertOwn(actor, await subscriptionById(on).get({ id }))
}

/** @throws AppError NOT_FOUND, or FORBIDDEN for somebody else's */
export function assertOwn<S extends { subscription: { userId: string } }>({ userId }: Actor, found: S | undefined): S {
  if (!found) throw notFound('Subscription')
  if (found.subscription.userId !== userId) throw new AppError('FORBIDDEN', 'This subscription is not yours')
  return found
}

export const findSubscription = (on: Drizzle | Tx, id: string): Promise<FullSubscription | undefined> =>
  subscriptionById(on).get({ id })
