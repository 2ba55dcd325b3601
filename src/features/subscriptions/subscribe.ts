import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { placeholdersFor, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import { type BillingCycle, periodBoundary } from '../../lib/calendar'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { getOpenUser } from '../accounts'
import { getTemplate } from '../app-templates'
import { chargeFor, type Discount, type Quote, quoteOf } from '../billing'
import { classFor, findMisfit, readClusterFacts } from '../capacity'
import { getSellablePlan, type Plan, priceOf, type Service } from '../catalog'
import { plans } from '../catalog/tables'
import { desireInstance } from '../instances'
import { sources } from '../ledger'
import { enqueueMail } from '../mails'
import { fitFirstPeriod, useForFirstPeriod } from '../vouchers'
import { findLive } from './live-subscription'
import { namesOf } from './names'
import { findSoldOut, findTooSmall } from './plan-refusals'
import { clockOf } from './stage'
import type { Subscription } from './tables'
import { subscriptions } from './tables'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

export interface Order {
  planId: string
  billingCycle?: BillingCycle
  autoRenew?: boolean
  name?: string
  config?: Record<string, unknown>
  /** The code of one, for the first period. */
  voucher?: string
}

type Needs = Pick<Parts, 'clock' | 'config' | 'sealer' | 'queue' | 'reconciler' | 'platform'>

/** Sells one slot: slot, charge, subscription, the app's desired state and the mail stand or fall together. */
export async function subscribe(parts: Needs, tx: Tx, actor: Actor, order: Order): Promise<SubscriptionViewData> {
  await getOpenUser(tx, actor.userId)
  // It begins now: no downtime counts for it.
  return subscriptionViewOf(parts, tx, await sell(parts, tx, actor.userId, order), [])
}

/** A first period that costs nothing: renewed afterwards at the price of its plan, or ended. */
export interface Gift {
  renews: boolean
}

/** The same for whoever it is for, as a gift of the house where it is one. */
export async function sell(parts: Needs, tx: Tx, userId: string, order: Order, gift?: Gift) {
  const { plan, service, templateVersion } = await getSellablePlan(tx, order.planId)
  await assertNoLiveSubscription(tx, userId, plan, gift)
  const template = await getTemplate(tx, service.templateName, templateVersion)
  const facts = await readClusterFacts(tx)
  const { storageClass } = parts.platform
  const refusal = findTooSmall(template, plan) ?? findMisfit(facts, storageClass, template, plan) ?? findSoldOut(plan)
  if (refusal) throw refusal
  const fit = order.voucher ? await fitOrder(parts, tx, userId, plan, { ...order, voucher: order.voucher }) : undefined
  const subscription = await insertSubscription(parts, tx, userId, plan, { name: service.name, ...order, gift })
  const discount = fit && (await useForFirstPeriod(tx, fit, subscription))
  const { total } = await chargeFirstPeriod(parts, tx, subscription, { service, plan, discount })
  const instance = await desireInstance(parts, tx, {
    subscriptionId: subscription.id,
    userId,
    templateName: service.templateName,
    templateVersion,
    plan,
    storageClass: (facts && classFor(facts.storageClasses, storageClass)?.name) ?? null,
    service,
    config: order.config ?? {},
  })
  await tellOfOrder(parts, tx, { subscription, service, plan, total, discount, gift })
  return {
    ...{ subscription, service, plan, upgrade: null },
    instance: { ...instance, soldVersion: templateVersion },
  }
}

interface Ordered {
  subscription: Subscription
  service: Service
  plan: Plan
  total: Rupiah
  discount: Discount | undefined
  gift: Gift | undefined
}

async function tellOfOrder(parts: Needs, tx: Tx, { subscription, service, plan, total, discount, gift }: Ordered) {
  const { id, userId, currentPeriodEnd, autoRenew } = subscription
  const bought = { ...namesOf({ service, subscription }), plan: plan.name, periodEnd: currentPeriodEnd.toISOString() }
  const mail = { key: `subscription-created:${id}`, userId }
  if (gift) return enqueueMail(parts, tx, { ...mail, template: 'subscription-granted', data: bought })
  const voucher = discount && { voucher: savedBy(parts, discount, subscription, total) }
  const data = { ...bought, price: toJson(total), autoRenew, ...voucher }
  return enqueueMail(parts, tx, { ...mail, template: 'subscription-created', data })
}

const savedBy = ({ config }: Needs, { code }: Discount, { price }: Subscription, paid: Rupiah) => {
  const { total } = quoteOf(config, price)
  return { code, saved: toJson(total - paid), nextPrice: toJson(total) }
}

/** Before it is sold: whether its customer is a new one is asked of what they have had until now. */
const fitOrder = (
  parts: Needs,
  tx: Tx,
  userId: string,
  plan: Plan,
  { voucher, billingCycle = 'MONTHLY' }: Order & { voucher: string },
) =>
  fitFirstPeriod(parts, tx, voucher, {
    userId,
    planId: plan.id,
    serviceId: plan.serviceId,
    price: priceOf(plan, billingCycle),
  })

/** One live subscription per service and customer; the database says so too. */
async function assertNoLiveSubscription(tx: Tx, userId: string, plan: Plan, gift: Gift | undefined): Promise<void> {
  const existing = await findLive(tx, { userId, serviceId: plan.serviceId })
  if (!existing) return
  const details = {
    subscriptionId: existing.id,
    planId: existing.planId,
    upgradePlans: await higherPlans(tx, plan.serviceId, existing.tier),
  }
  if (gift) throw new AppError('DUPLICATE_SUBSCRIPTION', 'They have a live subscription to this service', details)
  if (plan.tier > existing.tier) {
    throw new AppError('UPGRADE_REQUIRED', 'You have this service already; upgrade its plan instead', details)
  }
  throw new AppError('DUPLICATE_SUBSCRIPTION', 'You have a live subscription to this service', details)
}

async function higherPlans(tx: Tx, serviceId: string, tier: number) {
  const rows = await tx
    .select()
    .from(plans)
    .where(and(eq(plans.serviceId, serviceId), eq(plans.status, 'ACTIVE'), gt(plans.tier, tier)))
    .orderBy(asc(plans.tier))
    .all()
  return rows.map(({ id, name, tier, price }) => ({ id, name, tier, price: toJson(price) }))
}

async function insertSubscription(
  parts: Pick<Parts, 'clock' | 'config'>,
  tx: Tx,
  userId: string,
  plan: Plan,
  { name, billingCycle = 'MONTHLY', autoRenew = true, gift }: Order & { name: string; gift?: Gift },
): Promise<Subscription> {
  const now = parts.clock.now()
  const begun = {
    id: newId('subscription', now.getTime()),
    userId,
    serviceId: plan.serviceId,
    planId: plan.id,
    name,
    status: 'PENDING' as const,
    suspendedBy: null,
    billingCycle,
    termsNumber: plan.termsNumber,
    price: gift ? 0n : priceOf(plan, billingCycle),
    isBonus: gift !== undefined,
    anchorAt: now,
    periodIndex: 0,
    anchorPeriod: 0,
    anchorMonths: 0,
    pausedMs: 0,
    currentPeriodStart: now,
    currentPeriodEnd: periodBoundary(now, billingCycle, 1, parts.config.billingTimeZone),
    autoRenew: gift ? gift.renews : autoRenew,
    cancelAtPeriodEnd: gift !== undefined && !gift.renews,
    scheduledPlanId: null,
    scheduledCycle: null,
    firstReadyAt: null,
    endedAt: null,
    endReason: null,
    appRemovedAt: null,
    stageSince: now,
    createdAt: now,
    updatedAt: now,
  }
  const row = { ...begun, ...clockOf(parts, begun, now) }
  const inserted = await insertRow(tx).get(row)
  return { ...row, number: inserted!.number }
}

const insertRow = prepared((db) =>
  db
    .insert(subscriptions)
    .values({
      ...placeholdersFor(subscriptions),
      number: sql`(select coalesce(max(number), 100) + 1 from subscriptions)` as never,
    })
    .returning({ number: subscriptions.number })
    .prepare(),
)

function chargeFirstPeriod(
  parts: Pick<Parts, 'config'>,
  tx: Tx,
  subscription: Subscription,
  { service, plan, discount }: { service: Service; plan: Plan; discount: Discount | undefined },
): Promise<Quote> {
  const { id, userId, price, periodIndex, currentPeriodStart, currentPeriodEnd } = subscription
  return chargeFor(parts, tx, {
    userId,
    subscription,
    terms: { planId: plan.id, number: subscription.termsNumber },
    kind: 'period',
    periodIndex,
    period: { start: currentPeriodStart, end: currentPeriodEnd },
    price,
    discount,
    serviceName: service.name,
    planName: plan.name,
    source: sources.period.build({ subscription: id, index: periodIndex }),
    description: discount
      ? `${service.name} ${plan.name}, with voucher ${discount.code}`
      : `${service.name} ${plan.name}`,
    at: currentPeriodStart,
  })
}
