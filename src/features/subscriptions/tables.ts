import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, instant, rupiah } from '../../db/columns'
import type { BillingCycle } from '../../lib/calendar'
import { users } from '../accounts/tables'
import { plans, services } from '../catalog/tables'

export type SubscriptionStatus = 'PENDING' | 'ACTIVE' | 'GRACE' | 'SUSPENDED' | 'CANCELLED' | 'EXPIRED'
export const liveStatuses = ['PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED'] as const satisfies SubscriptionStatus[]

export const subscriptions = sqliteTable(
  'subscriptions',
  {
    /** Shown as BILL-number: from 101, without a gap. */
    number: integer('number').primaryKey(),
    id: text('id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    serviceId: text('service_id')
      .notNull()
      .references(() => services.id),
    planId: text('plan_id')
      .notNull()
      .references(() => plans.id),
    /** What its owner calls it; the service's name unless they chose one. */
    name: text('name').notNull(),
    status: text('status').$type<SubscriptionStatus>().notNull(),
    suspendedBy: text('suspended_by').$type<'customer' | 'admin' | 'unpaid'>(),
    billingCycle: text('billing_cycle').$type<BillingCycle>().notNull(),
    /** The terms of its plan that it lives by; 0 is what was agreed before terms were written down. */
    termsNumber: integer('terms_number').notNull().default(1),
    /** What one cycle costs this customer. */
    price: rupiah('price').notNull(),
    isBonus: flag('is_bonus').notNull().default(false),
    /** Periods are counted from here, never from the one before. */
    anchorAt: instant('anchor_at').notNull(),
    periodIndex: integer('period_index').notNull().default(0),
    /** The period from which the anchor counts, and how many months after the anchor that one begins: a late payment anchors anew. */
    anchorPeriod: integer('anchor_period').notNull().default(0),
    anchorMonths: integer('anchor_months').notNull().default(0),
    currentPeriodStart: instant('current_period_start').notNull(),
    currentPeriodEnd: instant('current_period_end').notNull(),
    /** By so much its running period was prolonged, because it was suspended by an administrator meanwhile. */
    pausedMs: integer('paused_ms').notNull().default(0),
    autoRenew: flag('auto_renew').notNull().default(true),
    cancelAtPeriodEnd: flag('cancel_at_period_end').notNull().default(false),
    /** What is booked for the next period that is not paid: a lower plan, another cycle, or both. */
    scheduledPlanId: text('scheduled_plan_id').references(() => plans.id),
    scheduledCycle: text('scheduled_cycle').$type<BillingCycle>(),
    /** Set once the app was ready for the first time: before that an ending refunds all. */
    firstReadyAt: instant('first_ready_at'),
    endedAt: instant('ended_at'),
    endReason: text('end_reason'),
    /** When its app was told to go, after the restore window or before; until then somebody has to look after it. */
    appRemovedAt: instant('app_removed_at'),
    /** When it came into its present state: grace and the like are counted from here. */
    stageSince: instant('stage_since').notNull().default(sql`0`),
    /** When its stage is over and the clock has to act; null where no time runs. A credit to its owner’s wallet brings it forward (trigger). */
    nextStepAt: instant('next_step_at'),
    /** When its owner is told next of what will happen then. */
    noticeAt: instant('notice_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('subscriptions_id').on(table.id),
    uniqueIndex('subscriptions_one_live')
      .on(table.userId, table.serviceId)
      .where(sql`status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`),
    index('subscriptions_user').on(table.userId, table.number),
    index('subscriptions_status_number').on(table.status, table.number),
    index('subscriptions_suspended_by').on(table.suspendedBy, table.number).where(sql`suspended_by is not null`),
    index('subscriptions_service').on(table.serviceId, table.number),
    index('subscriptions_plan_number').on(table.planId, table.number),
    index('subscriptions_cycle_number').on(table.billingCycle, table.number),
    index('subscriptions_bonus').on(table.isBonus, table.number),
    index('subscriptions_created').on(table.createdAt, table.number),
    index('subscriptions_ended_at').on(table.endedAt, table.status).where(sql`ended_at is not null`),
    index('subscriptions_plan').on(table.planId, table.status),
    index('subscriptions_live_plan')
      .on(table.planId, table.number)
      .where(sql`status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`),
    index('subscriptions_agreed_before')
      .on(table.planId)
      .where(sql`terms_number = 0 and status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`),
    index('subscriptions_scheduled').on(table.scheduledPlanId).where(sql`scheduled_plan_id is not null`),
    // What is live, in words that no index of statuses is taken for.
    index('subscriptions_due').on(table.currentPeriodEnd, table.number).where(sql`ended_at is null`),
    index('subscriptions_notice').on(table.noticeAt, table.number).where(sql`notice_at is not null`),
    index('subscriptions_next_step').on(table.nextStepAt, table.number).where(sql`next_step_at is not null`),
    check(
      'subscriptions_status',
      sql`${table.status} in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')`,
    ),
    check('subscriptions_suspended', sql`(${table.status} = 'SUSPENDED') = (${table.suspendedBy} is not null)`),
    check('subscriptions_ended', sql`(${table.status} in ('CANCELLED', 'EXPIRED')) = (${table.endedAt} is not null)`),
    check('subscriptions_cycle', sql`${table.billingCycle} in ('MONTHLY', 'QUARTERLY', 'YEARLY')`),
    check('subscriptions_period', sql`${table.currentPeriodEnd} > ${table.currentPeriodStart}`),
    check('subscriptions_price', sql`${table.price} >= 0`),
    check('subscriptions_scheduled_whole', sql`(${table.scheduledPlanId} is null) = (${table.scheduledCycle} is null)`),
    check('subscriptions_scheduled_cycle', sql`${table.scheduledCycle} in ('MONTHLY', 'QUARTERLY', 'YEARLY')`),
    check(
      'subscriptions_scheduled_goes_on',
      sql`${table.scheduledPlanId} is null or (${table.endedAt} is null and ${table.cancelAtPeriodEnd} = 0)`,
    ),
    check(
      'subscriptions_anchor',
      sql`${table.anchorPeriod} between 0 and ${table.periodIndex} + 1 and ${table.anchorMonths} >= 0`,
    ),
  ],
)

/** Apps that a suspension stopped, and its end starts again; what its owner had stopped before is not here. */
export const suspensionStops = sqliteTable('suspension_stops', {
  subscriptionId: text('subscription_id')
    .primaryKey()
    .references(() => subscriptions.id),
  stoppedAt: instant('stopped_at').notNull(),
})

/**
 * What is live, summed by plan, status and cycle: triggers keep it, so that the administrators' figures cost the same after years.
 * `price` is what one cycle of all of them costs, `gifts` those of them that began as a gift.
 */
export const liveSums = sqliteTable(
  'live_sums',
  {
    planId: text('plan_id').notNull(),
    status: text('status').$type<SubscriptionStatus>().notNull(),
    billingCycle: text('billing_cycle').$type<BillingCycle>().notNull(),
    total: integer('total').notNull(),
    gifts: integer('gifts').notNull(),
    price: rupiah('price').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.planId, table.status, table.billingCycle] }),
    check('live_sums_total', sql`${table.total} >= 0 and ${table.gifts} between 0 and ${table.total}`),
    check('live_sums_price', sql`${table.price} >= 0`),
  ],
)

type UpgradeStatus = 'PENDING' | 'DONE' | 'ROLLED_BACK'

/**
 * A change to a higher plan, paid and wished for. While it is PENDING the slot of the plan before is held as well, so that
 * there is one to go back to: triggers take and release it.
 */
export const upgrades = sqliteTable(
  'upgrades',
  {
    subscriptionId: text('subscription_id')
      .notNull()
      .references(() => subscriptions.id),
    /** 1, 2, … of its subscription; its charge is named by it. */
    number: integer('number').notNull(),
    fromPlanId: text('from_plan_id')
      .notNull()
      .references(() => plans.id),
    toPlanId: text('to_plan_id')
      .notNull()
      .references(() => plans.id),
    /** Of the plans, before and after; 0 is what was agreed before terms were written down. */
    fromTermsNumber: integer('from_terms_number').notNull().default(0),
    toTermsNumber: integer('to_terms_number').notNull().default(0),
    /** Of one cycle, before and after. */
    fromPrice: rupiah('from_price').notNull(),
    toPrice: rupiah('to_price').notNull(),
    /** What left the wallet, tax included. */
    charged: rupiah('charged').notNull(),
    fromCpuMillicores: integer('from_cpu_millicores').notNull(),
    fromMemoryMb: integer('from_memory_mb').notNull(),
    fromStorageGb: integer('from_storage_gb').notNull(),
    toStorageGb: integer('to_storage_gb').notNull(),
    /** The app did not run before either: that it still does not is no fault of its new size. */
    wasFailing: flag('was_failing').notNull(),
    status: text('status').$type<UpgradeStatus>().notNull(),
    /** When the app was first seen at its new size. Its volumes grow only then: they could not shrink again. */
    resizedAt: instant('resized_at'),
    /** Why it was taken back, in a word. */
    reason: text('reason'),
    createdAt: instant('created_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.subscriptionId, table.number] }),
    uniqueIndex('upgrades_one_pending').on(table.subscriptionId).where(sql`status = 'PENDING'`),
    index('upgrades_from').on(table.fromPlanId),
    index('upgrades_to').on(table.toPlanId),
    index('upgrades_holding').on(table.fromPlanId).where(sql`status = 'PENDING'`),
    check('upgrades_status', sql`${table.status} in ('PENDING', 'DONE', 'ROLLED_BACK')`),
    check('upgrades_ended', sql`(${table.status} = 'PENDING') = (${table.endedAt} is null)`),
    check('upgrades_done', sql`${table.status} <> 'DONE' or ${table.resizedAt} is not null`),
    check('upgrades_reason', sql`(${table.status} = 'ROLLED_BACK') = (${table.reason} is not null)`),
    check('upgrades_plans', sql`${table.fromPlanId} <> ${table.toPlanId}`),
    check('upgrades_amounts', sql`${table.charged} >= 0 and ${table.fromPrice} >= 0 and ${table.toPrice} >= 0`),
    check('upgrades_storage', sql`${table.toStorageGb} >= ${table.fromStorageGb}`),
  ],
)

export type Upgrade = typeof upgrades.$inferSelect

export type Subscription = typeof subscriptions.$inferSelect
