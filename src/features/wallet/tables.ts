import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, instant, json, rupiah } from '../../db/columns'
import type { PaymentInstructions, PaymentMethod } from '../../payments'
import { users } from '../accounts/tables'

export type AccountKind =
  | 'wallet'
  | 'clearing'
  | 'revenue'
  | 'promo'
  | 'refunds_payable'
  | 'receivable'
  | 'fees'
  | 'forfeited'
  | 'tax'
export type TransactionType = 'TOP_UP' | 'CHARGE' | 'REFUND' | 'BONUS' | 'ADJUSTMENT'
export type TransactionStatus = 'PENDING' | 'SUCCESS' | 'FAILED' | 'EXPIRED' | 'CANCELLED'

/** Balances are credits less debits: what we owe is positive, what we hold elsewhere negative, and all of them sum to zero. */
export const ledgerAccounts = sqliteTable(
  'ledger_accounts',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<AccountKind>().notNull(),
    userId: text('user_id').references(() => users.id),
    balance: rupiah('balance').notNull().default(sql`0`),
    /** Lifetime sums, moved by the entries like the balance: what came from a provider, what went to revenue less refunds. */
    toppedUp: rupiah('topped_up').notNull().default(sql`0`),
    spent: rupiah('spent').notNull().default(sql`0`),
    lastEntry: integer('last_entry').notNull().default(0),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('ledger_accounts_owner').on(table.userId, table.kind),
    check('ledger_wallet_not_negative', sql`${table.kind} <> 'wallet' or ${table.balance} >= 0`),
    check('ledger_balance_exact', sql`${table.balance} between -9007199254740991 and 9007199254740991`),
    check('ledger_accounts_opening', sql`${table.lastEntry} > 0 or ${table.balance} = 0`),
  ],
)

/** What a customer sees of a movement. A top-up is here from the moment it is asked for; the ledger only once it is paid. */
export const transactions = sqliteTable(
  'transactions',
  {
    /** Shown as TXMP-number: from 101, without a gap. */
    number: integer('number').primaryKey(),
    id: text('id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    type: text('type').$type<TransactionType>().notNull(),
    status: text('status').$type<TransactionStatus>().notNull(),
    /** Negative when it leaves the wallet. */
    amount: rupiah('amount').notNull(),
    balanceAfter: rupiah('balance_after'),
    subscriptionId: text('subscription_id'),
    description: text('description').notNull(),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (table) => [
    uniqueIndex('transactions_id').on(table.id),
    // All that the statement filters and sums by: what does not match is passed over without reading its row.
    index('transactions_statement').on(
      table.userId,
      table.number,
      table.type,
      table.status,
      table.createdAt,
      table.amount,
    ),
    index('transactions_subscription').on(table.subscriptionId, table.number).where(sql`subscription_id is not null`),
    check('transactions_type', sql`${table.type} in ('TOP_UP', 'CHARGE', 'REFUND', 'BONUS', 'ADJUSTMENT')`),
    check('transactions_status', sql`${table.status} in ('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED')`),
  ],
)

/** One immutable movement between two accounts. Its rules are the triggers of migration 0001. */
export const ledgerEntries = sqliteTable(
  'ledger_entries',
  {
    number: integer('number').primaryKey(),
    debitAccount: text('debit_account')
      .notNull()
      .references(() => ledgerAccounts.id),
    creditAccount: text('credit_account')
      .notNull()
      .references(() => ledgerAccounts.id),
    amount: rupiah('amount').notNull(),
    /** What caused it, once: `top-up:<id>`, `charge:<subscription>:<period>`, … */
    source: text('source').notNull(),
    transactionNumber: integer('transaction_number').references(() => transactions.number),
    /** The entry this one takes back, wholly or in part. */
    reverses: integer('reverses'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('ledger_entries_source').on(table.source),
    index('ledger_entries_transaction').on(table.transactionNumber),
    index('ledger_entries_reverses').on(table.reverses).where(sql`reverses is not null`),
    check('ledger_entries_two_sides', sql`${table.debitAccount} <> ${table.creditAccount}`),
    check('ledger_entries_amount', sql`${table.amount} between 1 and 9007199254740991`),
  ],
)

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
    /** What the customer pays on top for the method. */
    fee: rupiah('fee').notNull().default(sql`0`),
    /** Of what was credited: what the provider took back later (a bank's reversal, a chargeback), refunds of ours aside. */
    takenBack: rupiah('taken_back').notNull().default(sql`0`),
    /** Counts the corrections after the credit: names their ledger entries. */
    corrections: integer('corrections').notNull().default(0),
    /** The provider's id of the payment that was credited; another one under the same order is a second payment. */
    providerTransactionId: text('provider_transaction_id'),
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
    index('top_ups_user').on(table.userId, table.createdAt),
    index('top_ups_poll').on(table.nextPollAt).where(sql`next_poll_at is not null`),
    check('top_ups_amount', sql`${table.amount} > 0`),
    check('top_ups_status', sql`${table.status} in ('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED')`),
  ],
)

/** Every notification, as it came, before anything is made of it. A repeat of the same bytes only counts up. */
export const paymentNotifications = sqliteTable(
  'payment_notifications',
  {
    id: integer('id').primaryKey(),
    digest: text('digest').notNull(),
    orderId: text('order_id').notNull(),
    body: text('body').notNull(),
    signatureValid: flag('signature_valid').notNull(),
    received: integer('received').notNull().default(1),
    receivedAt: instant('received_at').notNull(),
    processedAt: instant('processed_at'),
    outcome: text('outcome'),
  },
  (table) => [
    uniqueIndex('payment_notifications_digest').on(table.digest),
    index('payment_notifications_order').on(table.orderId),
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
    index('refunds_open').on(table.createdAt).where(sql`status = 'RESERVED'`),
    uniqueIndex('refunds_transaction').on(table.transactionNumber),
    check('refunds_amount', sql`${table.amount} > 0`),
    check('refunds_way', sql`${table.way} in ('provider', 'manual')`),
    check('refunds_status', sql`${table.status} in ('RESERVED', 'POSTED', 'VOIDED')`),
    check('refunds_ended', sql`(${table.status} = 'RESERVED') = (${table.endedAt} is null)`),
  ],
)

export type CaseKind = 'amount' | 'currency' | 'merchant' | 'second_payment'
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
    index('payment_cases_open').on(table.createdAt).where(sql`status = 'OPEN'`),
    check('payment_cases_kind', sql`${table.kind} in ('amount', 'currency', 'merchant', 'second_payment')`),
    check('payment_cases_status', sql`${table.status} in ('OPEN', 'CREDITED', 'DISMISSED')`),
    check('payment_cases_resolved', sql`(${table.status} = 'OPEN') = (${table.resolvedAt} is null)`),
  ],
)
