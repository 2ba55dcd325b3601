import { eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, notByIndex, prepared, type Tx, up } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import type { Locale } from '../../lib/locale'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import { type Downtime, listDowntimes } from '../downtime'
import { instanceViewOf, type ShownInstance, shownOfInstance, speakInstance } from '../instances'
import { possibleFor } from './lifecycle'
import { findNextTerms } from './next-terms'
import { runningPeriodStart } from './periods'
import { assertOwn, type FullSubscription, plan, service, withAll } from './read'
import { findScheduledChange } from './scheduled-change'
import { stageEnd } from './stage'
import { type Subscription, type SubscriptionStatus, subscriptions, type Upgrade, upgrades } from './tables'

const { number, id, userId, name, status, suspendedBy, billingCycle, price, isBonus, anchorAt } = subscriptions
const { planId, termsNumber, anchorPeriod, anchorMonths } = subscriptions
const { periodIndex, currentPeriodStart, currentPeriodEnd, autoRenew, cancelAtPeriodEnd } = subscriptions
const { scheduledPlanId, scheduledCycle, stageSince, endedAt, appRemovedAt, createdAt } = subscriptions

/** What a view shows of a subscription, or makes of. */
const shown = {
  subscription: {
    ...{ number, id, userId, name, status, suspendedBy, billingCycle, price, isBonus, anchorAt },
    ...{ periodIndex, currentPeriodStart, currentPeriodEnd, autoRenew, cancelAtPeriodEnd, scheduledPlanId, createdAt },
    ...{ planId, termsNumber, scheduledCycle, stageSince, endedAt, appRemovedAt, anchorPeriod, anchorMonths },
  },
  service,
  plan,
  instance: shownOfInstance,
  upgrade: { fromPlanId: upgrades.fromPlanId, createdAt: upgrades.createdAt },
}

type Shown = Pick<FullSubscription, 'service'> & {
  plan: Pick<FullSubscription['plan'], keyof typeof plan>
  subscription: Pick<Subscription, keyof typeof shown.subscription>
  instance: ShownInstance | null
  upgrade: Pick<Upgrade, keyof typeof shown.upgrade> | null
}

const shownById = prepared((db) =>
  withAll(db.select(shown).from(subscriptions).$dynamic())
    .where(eq(id, sql.placeholder('id')))
    .prepare(),
)

/** The caller's own, as they see it. @throws AppError NOT_FOUND, or FORBIDDEN for somebody else's */
export async function getOwnSubscriptionView(parts: Pick<Parts, 'db' | ViewParts>, actor: Actor, id: string) {
  const { read } = parts.db
  return subscriptionViewOf(parts, read, assertOwn(actor, await shownById(read).get({ id })))
}

const subscriptionList = defineList({
  table: subscriptions,
  rows: (db) => withAll(db.select(shown).from(subscriptions).$dynamic()),
  always: { userId: (value) => eq(userId, value) },
  // Their own are few: the index of all that stand so would leave more.
  conditions: { status: (value) => notByIndex(status, value) },
  sorts: { newest: down(number), oldest: up(number) },
})

export async function listOwnSubscriptions(
  parts: Pick<Parts, 'db' | ViewParts>,
  { userId }: Actor,
  filter: { status?: SubscriptionStatus; sort?: 'newest' | 'oldest' },
  page: Page,
) {
  const { rows, total } = await subscriptionList(parts.db.read, { ...filter, userId }, page)
  const { read } = parts.db
  // Once for all of them.
  const downtimes = rows.some(hasLimit) ? await listDowntimes(read) : []
  return { rows: await Promise.all(rows.map((row) => subscriptionViewOf(parts, read, row, downtimes))), total }
}

type ViewParts = 'platform' | 'config' | 'clock'

const billed: ReadonlySet<SubscriptionStatus> = new Set(['PENDING', 'ACTIVE', 'GRACE'])

export async function subscriptionViewOf(
  parts: Pick<Parts, ViewParts>,
  on: Drizzle | Tx,
  shown: Shown,
  downtimes?: readonly Downtime[],
) {
  const { subscription, service, plan, instance, upgrade } = shown
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
    startDate: subscription.createdAt.toISOString(),
    currentPeriodStart: runningPeriodStart(parts, subscription).toISOString(),
    currentPeriodEnd: periodEnd,
    nextBilling: willBeBilled ? periodEnd : null,
    ...limitsOf(parts, shown, downtimes ?? (hasLimit(shown) ? await listDowntimes(on) : [])),
    endedAt: subscription.endedAt?.toISOString() ?? null,
    possible: possibleFor('customer', subscription),
    autoRenew: subscription.autoRenew,
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    scheduledChange: await findScheduledChange(parts, on, subscription),
    nextTerms: await findNextTerms(parts, on, { subscription, plan, instance }),
    pendingUpgrade: upgrade ? { fromPlanId: upgrade.fromPlanId, startedAt: upgrade.createdAt.toISOString() } : null,
    instance: instance ? await instanceViewOf(parts, on, instance) : null,
    createdAt: subscription.createdAt.toISOString(),
  }
}

/** Most are paid, and no downtime counts for them. */
const hasLimit = ({ subscription }: Shown): boolean => subscription.status !== 'ACTIVE'

/** Until when it stays as it is. */
function limitsOf(parts: Pick<Parts, 'config'>, { subscription, instance }: Shown, downtimes: readonly Downtime[]) {
  const end = stageEnd(parts, subscription, downtimes, instance)?.toISOString() ?? null
  const hasData = instance !== null && instance.desiredState !== 'DELETED'
  return subscription.endedAt
    ? { stageEndsAt: null, dataKeptUntil: hasData ? end : null }
    : { stageEndsAt: end, dataKeptUntil: null }
}

export type SubscriptionViewData = Awaited<ReturnType<typeof subscriptionViewOf>>

/** The same view with what it says of its app in that language. */
export const speakSubscription = (view: SubscriptionViewData, locale: Locale | undefined): SubscriptionViewData => ({
  ...view,
  instance: view.instance && speakInstance(view.instance, locale),
})
