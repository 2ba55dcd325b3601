import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, instant, json, rupiah } from '../../db/columns'
import { users } from '../accounts/tables'
import { subscriptions } from '../subscriptions/tables'
import { topUps } from '../top-ups/tables'

export const voucherPurposes = ['first_period', 'top_up', 'credit'] as const
/** Off the first period of a subscription, on top of a top-up, or money by itself. */
export type VoucherPurpose = (typeof voucherPurposes)[number]

/** A promise to whoever knows its code. What it is worth and for what never changes; how often and until when may. */
export const vouchers = sqliteTable(
  'vouchers',
  {
    id: text('id').primaryKey(),
    /** In its normal form, see code.ts. */
    code: text('code').notNull(),
    purpose: text('purpose').$type<VoucherPurpose>().notNull(),
    /** Either this, */
    amount: rupiah('amount'),
    /** or so much of the price or the top-up, */
    percent: integer('percent'),
    /** and no more than this. */
    maximum: rupiah('maximum'),
    /** Where either of these lists names something, only for what they name. */
    planIds: json<string[]>('plan_ids').notNull().default([]),
    serviceIds: json<string[]>('service_ids').notNull().default([]),
    /** Of the price, as the catalog has it, or of the top-up. */
    minimumAmount: rupiah('minimum_amount').notNull().default(sql`0`),
    newCustomersOnly: flag('new_customers_only').notNull().default(false),
    validFrom: instant('valid_from').notNull(),
    /** From then on nobody can use it any more. */
    validUntil: instant('valid_until'),
    maxUses: integer('max_uses'),
    perCustomer: integer('per_customer').notNull().default(1),
    /** How many uses stand: triggers count them. */
    used: integer('used').notNull().default(0),
    /** What they come to together. */
    granted: rupiah('granted').notNull().default(sql`0`),
    /** What administrators have to say about it. */
    note: text('note'),
    version: integer('version').notNull().default(1),
    createdBy: text('created_by')
      .notNull()
      .references(() => users.id),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('vouchers_code').on(table.code),
    index('vouchers_purpose').on(table.purpose, table.id),
    check('vouchers_code_form', sql`length(${table.code}) between 4 and 32 and ${table.code} not glob '*[^A-Z0-9]*'`),
    check('vouchers_purpose_word', sql`${table.purpose} in ('first_period', 'top_up', 'credit')`),
    check(
      'vouchers_worth',
      sql`(${table.amount} is null) <> (${table.percent} is null) and coalesce(${table.amount}, 1) between 1 and 1000000000000
        and coalesce(${table.percent}, 1) between 1 and 100 and (${table.maximum} is null or (${table.percent} is not null and ${table.maximum} > 0))`,
    ),
    // What gives money out by itself has a sum that it can cost.
    check(
      'vouchers_credit',
      sql`${table.purpose} <> 'credit' or (${table.amount} is not null and ${table.maxUses} is not null and ${table.minimumAmount} = 0)`,
    ),
    check(
      'vouchers_of_plans',
      sql`${table.purpose} = 'first_period' or (${table.planIds} = '[]' and ${table.serviceIds} = '[]')`,
    ),
    check('vouchers_minimum', sql`${table.minimumAmount} >= 0`),
    check('vouchers_time', sql`${table.validUntil} is null or ${table.validUntil} >= ${table.validFrom}`),
    check(
      'vouchers_used',
      sql`${table.used} >= 0 and (${table.maxUses} is null or (${table.maxUses} > 0 and ${table.used} <= ${table.maxUses}))`,
    ),
    check('vouchers_per_customer', sql`${table.perCustomer} between 1 and 100`),
  ],
)

/** RESERVED: promised to a top-up that is not paid yet. RELEASED: what it was for came to nothing, and it counts no more. */
export type VoucherUseStatus = 'RESERVED' | 'USED' | 'RELEASED'

export const voucherUses = sqliteTable(
  'voucher_uses',
  {
    id: text('id').primaryKey(),
    voucherId: text('voucher_id')
      .notNull()
      .references(() => vouchers.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    /** 1, 2, … of this customer's uses that stand: no two have the same, and none is above what a customer may have. */
    nth: integer('nth').notNull(),
    /** What it was used for: a subscription, a top-up, or by itself. */
    subscriptionId: text('subscription_id').references(() => subscriptions.id),
    topUpId: text('top_up_id').references(() => topUps.id),
    /** Off the price as the catalog has it, on top of the top-up, or into the wallet. */
    amount: rupiah('amount').notNull(),
    status: text('status').$type<VoucherUseStatus>().notNull(),
    createdAt: instant('created_at').notNull(),
    releasedAt: instant('released_at'),
  },
  (table) => [
    index('voucher_uses_voucher').on(table.voucherId, table.id),
    index('voucher_uses_status').on(table.voucherId, table.status, table.id),
    index('voucher_uses_most').on(table.voucherId, table.nth).where(sql`status <> 'RELEASED'`),
    uniqueIndex('voucher_uses_nth').on(table.voucherId, table.userId, table.nth).where(sql`status <> 'RELEASED'`),
    uniqueIndex('voucher_uses_subscription').on(table.subscriptionId).where(sql`subscription_id is not null`),
    uniqueIndex('voucher_uses_top_up').on(table.topUpId).where(sql`top_up_id is not null`),
    check('voucher_uses_status_word', sql`${table.status} in ('RESERVED', 'USED', 'RELEASED')`),
    check('voucher_uses_amount', sql`${table.amount} > 0`),
    check('voucher_uses_nth_counts', sql`${table.nth} > 0`),
    check('voucher_uses_one_order', sql`${table.subscriptionId} is null or ${table.topUpId} is null`),
    check('voucher_uses_reserved', sql`${table.status} <> 'RESERVED' or ${table.topUpId} is not null`),
    check('voucher_uses_released', sql`(${table.status} = 'RELEASED') = (${table.releasedAt} is not null)`),
  ],
)

export type Voucher = typeof vouchers.$inferSelect
export type VoucherUse = typeof voucherUses.$inferSelect
