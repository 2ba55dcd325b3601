import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, instant, json, rupiah } from '../../db/columns'
import type { PaymentInstructions, PaymentMethod, PaymentState } from '../../payments'
import { users } from '../accounts/tables'
import { type TransactionStatus, transactions } from '../ledger/tables'

export const topUps = sqliteTable(
  'top_ups',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    transactionNumber: integer('transaction_number')
      .notNull()
      .references(() => transactions.number),
    /** The provider's name for it; random at its end, so that a restored database can't meet an old order. */
    orderId: text('order_id').notNull(),
    amount: rupiah('amount').notNull(),
    method: text('method').$type<PaymentMethod>().notNull(),
    status: text('status').$type<TransactionStatus>().notNull(),
    redirectUrl: text('redirect_url'),
    instructions: json<PaymentInstructions>('instructions'),
    /** Whether the provider has confirmed the order: one whose charge timed out is asked for by the poll. */
    charged: flag('charged').notNull().default(false),
    /** A charge ended without a usable answer, and the provider has not confirmed the order since: perhaps it never took it. */
    unanswered: flag('unanswered').notNull().default(false),
    /** What the customer pays on top for the method. */
    fee: rupiah('fee').notNull().default(sql`0`),
    /** What the provider took from the customer on top of that, for itself; known once it is paid. */
    surcharge: rupiah('surcharge').notNull().default(sql`0`),
    /** What a voucher adds once it is paid, and its code; neither where none was given or its use could not be kept. */
    bonus: rupiah('bonus').notNull().default(sql`0`),
    voucherCode: text('voucher_code'),
    /** Of what was credited: what the provider has reversed since (a bank's reversal, a chargeback), refunds of ours aside. */
    reversed: rupiah('taken_back').notNull().default(sql`0`),
    /** Counts the corrections after the credit: names their ledger entries. */
    corrections: integer('corrections').notNull().default(0),
    /** The provider's id of the payment that was credited; another one under the same order is a second payment. */
    providerTransactionId: text('provider_transaction_id'),
    /** Since when the provider answers about it what can't be used. */
    unusableSince: instant('unusable_since'),
    expiresAt: instant('expires_at').notNull(),
    nextPollAt: instant('next_poll_at'),
    polls: integer('polls').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('top_ups_order').on(table.orderId),
    uniqueIndex('top_ups_transaction').on(table.transactionNumber),
    uniqueIndex('top_ups_provider_transaction')
      .on(table.providerTransactionId)
      .where(sql`provider_transaction_id is not null`),
    index('top_ups_user').on(table.userId, table.transactionNumber),
    index('top_ups_pending').on(table.userId).where(sql`status = 'PENDING'`),
    index('top_ups_status').on(table.status, table.transactionNumber),
    index('top_ups_method').on(table.method, table.transactionNumber),
    index('top_ups_poll').on(table.nextPollAt, table.id).where(sql`next_poll_at is not null`),
    check('top_ups_bonus', sql`(${table.bonus} > 0) = (${table.voucherCode} is not null) and ${table.bonus} >= 0`),
    check('top_ups_amount', sql`${table.amount} > 0`),
    check('top_ups_status', sql`${table.status} in ('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED')`),
  ],
)

/**
 * Every payment of the provider that was named together with an order: by a signed notification, or by the provider's own
 * answer. An order may have several, and each is asked after.
 */
export const providerPayments = sqliteTable(
  'provider_payments',
  {
    topUpId: text('top_up_id')
      .notNull()
      .references(() => topUps.id),
    transactionId: text('transaction_id').notNull(),
    /** What the provider said of it last; null before it was asked. */
    state: text('state').$type<PaymentState>(),
    /** Counts how often that changed: tells a second time from a repeat. */
    changes: integer('changes').notNull().default(0),
    seenAt: instant('seen_at').notNull(),
    askedAt: instant('asked_at'),
  },
  (table) => [
    primaryKey({ columns: [table.topUpId, table.transactionId] }),
    index('provider_payments_transaction').on(table.transactionId),
  ],
)

/** Every notification, as it came, before anything is made of it. A repeat of the same bytes counts up, and is asked after too. */
export const paymentNotifications = sqliteTable(
  'payment_notifications',
  {
    id: integer('id').primaryKey(),
    digest: text('digest').notNull(),
    orderId: text('order_id').notNull(),
    body: text('body').notNull(),
    received: integer('received').notNull().default(1),
    /** How many of these the provider was asked after: what a notice means may have changed though its bytes have not. */
    asked: integer('asked').notNull().default(0),
    receivedAt: instant('received_at').notNull(),
    processedAt: instant('processed_at'),
    outcome: text('outcome'),
  },
  (table) => [
    uniqueIndex('payment_notifications_digest').on(table.digest),
    index('payment_notifications_order').on(table.orderId),
    index('payment_notifications_age').on(table.receivedAt),
  ],
)

export type RefundWay = 'provider' | 'manual'
export type RefundStatus = 'RESERVED' | 'POSTED' | 'VOIDED'

/** Money on its way out of a wallet to where it came from: reserved in the ledger first, then sent, then posted or given back. */
export const refunds = sqliteTable(
  'refunds',
  {
    /** Also the provider's key for it, so that asking again never refunds twice. */
    id: text('id').primaryKey(),
    topUpId: text('top_up_id')
      .notNull()
      .references(() => topUps.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    amount: rupiah('amount').notNull(),
    /** Through the provider, or by an administrator's own bank transfer. */
    way: text('way').$type<RefundWay>().notNull(),
    status: text('status').$type<RefundStatus>().notNull(),
    /** The transaction that took the money out of the wallet. */
    transactionNumber: integer('transaction_number')
      .notNull()
      .references(() => transactions.number),
    reason: text('reason').notNull(),
    /** The proof of a manual one, or why it was given back. */
    note: text('note'),
    requestedBy: text('requested_by')
      .notNull()
      .references(() => users.id),
    createdAt: instant('created_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    index('refunds_top_up').on(table.topUpId),
    index('refunds_status').on(table.status, table.id),
    uniqueIndex('refunds_transaction').on(table.transactionNumber),
    check('refunds_amount', sql`${table.amount} > 0`),
    check('refunds_way', sql`${table.way} in ('provider', 'manual')`),
    check('refunds_status', sql`${table.status} in ('RESERVED', 'POSTED', 'VOIDED')`),
    check('refunds_ended', sql`(${table.status} = 'RESERVED') = (${table.endedAt} is null)`),
  ],
)

export const caseKinds = ['amount', 'currency', 'merchant', 'second_payment', 'chargeback', 'unusable'] as const
export type CaseKind = (typeof caseKinds)[number]
export type CaseStatus = 'OPEN' | 'CREDITED' | 'DISMISSED'

/** A payment that does not fit what we asked for: nothing is booked until a person has looked at it. */
export const paymentCases = sqliteTable(
  'payment_cases',
  {
    id: text('id').primaryKey(),
    topUpId: text('top_up_id')
      .notNull()
      .references(() => topUps.id),
    kind: text('kind').$type<CaseKind>().notNull(),
    /** The provider's id of the payment; empty where it named none. */
    providerTransactionId: text('provider_transaction_id').notNull(),
    /** What the provider says was paid; null where it said no sum in rupiah. */
    amount: rupiah('amount'),
    /** What did not fit, in words. */
    finding: text('finding').notNull(),
    status: text('status').$type<CaseStatus>().notNull(),
    reason: text('reason'),
    resolvedBy: text('resolved_by').references(() => users.id),
    createdAt: instant('created_at').notNull(),
    resolvedAt: instant('resolved_at'),
  },
  (table) => [
    uniqueIndex('payment_cases_once').on(table.topUpId, table.kind, table.providerTransactionId),
    index('payment_cases_status').on(table.status, table.id),
    check('payment_cases_kind', sql`${table.kind} in (${sql.raw(caseKinds.map((kind) => `'${kind}'`).join(', '))})`),
    check('payment_cases_status', sql`${table.status} in ('OPEN', 'CREDITED', 'DISMISSED')`),
    check('payment_cases_resolved', sql`(${table.status} = 'OPEN') = (${table.resolvedAt} is null)`),
  ],
)

export type Refund = typeof refunds.$inferSelect

export type TopUp = typeof topUps.$inferSelect

export type PaymentCase = typeof paymentCases.$inferSelect
