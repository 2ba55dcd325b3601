import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
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
    /** What one cycle costs this customer. */
    price: rupiah('price').notNull(),
    isBonus: flag('is_bonus').notNull().default(false),
    /** Every period is counted from here, never from the one before. */
    anchorAt: instant('anchor_at').notNull(),
    periodIndex: integer('period_index').notNull().default(0),
    currentPeriodStart: instant('current_period_start').notNull(),
    currentPeriodEnd: instant('current_period_end').notNull(),
    autoRenew: flag('auto_renew').notNull().default(true),
    cancelAtPeriodEnd: flag('cancel_at_period_end').notNull().default(false),
    scheduledPlanId: text('scheduled_plan_id').references(() => plans.id),
    /** Set once the app was ready for the first time: before that an ending refunds all. */
    firstReadyAt: instant('first_ready_at'),
    endedAt: instant('ended_at'),
    endReason: text('end_reason'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('subscriptions_id').on(table.id),
    uniqueIndex('subscriptions_one_live')
      .on(table.userId, table.serviceId)
      .where(sql`status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`),
    index('subscriptions_user').on(table.userId, table.number),
    index('subscriptions_plan').on(table.planId, table.status),
    index('subscriptions_due').on(table.status, table.currentPeriodEnd),
    check(
      'subscriptions_status',
      sql`${table.status} in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')`,
    ),
    check('subscriptions_suspended', sql`(${table.status} = 'SUSPENDED') = (${table.suspendedBy} is not null)`),
    check('subscriptions_ended', sql`(${table.status} in ('CANCELLED', 'EXPIRED')) = (${table.endedAt} is not null)`),
    check('subscriptions_cycle', sql`${table.billingCycle} in ('MONTHLY', 'QUARTERLY', 'YEARLY')`),
    check('subscriptions_period', sql`${table.currentPeriodEnd} > ${table.currentPeriodStart}`),
    check('subscriptions_price', sql`${table.price} >= 0`),
  ],
)
