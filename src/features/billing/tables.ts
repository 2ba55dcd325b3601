import { sql } from 'drizzle-orm'
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, instant, rupiah } from '../../db/columns'
import type { BillingCycle } from '../../lib/calendar'
import { transactions } from '../ledger/tables'

export type ChargeKind = 'period' | 'upgrade'

/** What a charge was for and how it was taxed, as it was on that day: what its receipt says. Immutable, like its entry. */
export const charges = sqliteTable(
  'charges',
  {
    transactionNumber: integer('transaction_number')
      .primaryKey()
      .references(() => transactions.number),
    subscriptionId: text('subscription_id').notNull(),
    /** Whose price it was; null for what was charged before that was written down. */
    planId: text('plan_id'),
    termsNumber: integer('terms_number'),
    /** Of the billing time zone, as 2026-04: in which its plan earned it; null for what was charged before that was written down. */
    month: text('month'),
    kind: text('kind').$type<ChargeKind>().notNull(),
    periodIndex: integer('period_index').notNull(),
    billingCycle: text('billing_cycle').$type<BillingCycle>().notNull(),
    /** The time it pays for; that of an upgrade starts with the upgrade. */
    periodStart: instant('period_start').notNull(),
    periodEnd: instant('period_end').notNull(),
    serviceName: text('service_name').notNull(),
    planName: text('plan_name').notNull(),
    net: rupiah('net').notNull(),
    tax: rupiah('tax').notNull(),
    total: rupiah('total').notNull(),
    /** What a voucher took off the price, as the catalog has it, and its code; `net`, `tax` and `total` are of what was left. */
    discount: rupiah('discount').notNull().default(sql`0`),
    voucherCode: text('voucher_code'),
    taxName: text('tax_name').notNull(),
    taxRateBp: integer('tax_rate_bp').notNull(),
    taxBaseNumerator: integer('tax_base_numerator').notNull(),
    taxBaseDenominator: integer('tax_base_denominator').notNull(),
    pricesIncludeTax: flag('prices_include_tax').notNull(),
  },
  (table) => [
    check('charges_sum', sql`${table.net} + ${table.tax} = ${table.total}`),
    check('charges_amounts', sql`${table.net} >= 0 and ${table.tax} >= 0 and ${table.total} > 0`),
    check(
      'charges_discount',
      sql`(${table.discount} > 0) = (${table.voucherCode} is not null) and ${table.discount} >= 0`,
    ),
    check('charges_kind', sql`${table.kind} in ('period', 'upgrade')`),
    check('charges_cycle', sql`${table.billingCycle} in ('MONTHLY', 'QUARTERLY', 'YEARLY')`),
    check('charges_period', sql`${table.periodIndex} >= 0 and ${table.periodEnd} > ${table.periodStart}`),
    check(
      'charges_tax_rule',
      sql`${table.taxRateBp} between 0 and 10000 and ${table.taxBaseNumerator} between 1 and ${table.taxBaseDenominator}`,
    ),
  ],
)

/** What plans have earned by month, without tax: triggers add each charge, and take off what of it goes back, whenever that is. */
export const planRevenue = sqliteTable(
  'plan_revenue',
  {
    planId: text('plan_id').notNull(),
    month: text('month').notNull(),
    amount: rupiah('amount').notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.month] })],
)

export type Charge = typeof charges.$inferSelect
