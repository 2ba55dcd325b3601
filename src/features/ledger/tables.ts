import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant, rupiah } from '../../db/columns'
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
    // Paid after it was asked for: what a month's statement would not find by its number.
    index('transactions_settled_later')
      .on(table.userId, table.settledAt)
      .where(sql`status = 'SUCCESS' and settled_at <> created_at`),
    index('transactions_subscription').on(table.subscriptionId, table.number).where(sql`subscription_id is not null`),
    check('transactions_type', sql`${table.type} in ('TOP_UP', 'CHARGE', 'REFUND', 'BONUS', 'ADJUSTMENT')`),
    check('transactions_status', sql`${table.status} in ('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED')`),
  ],
)

/** A customer's transactions that have happened, summed by type: triggers keep it, so that a long history costs no more to sum. */
export const walletSums = sqliteTable(
  'wallet_sums',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    type: text('type').$type<TransactionType>().notNull(),
    transactions: integer('transactions').notNull(),
    amount: rupiah('amount').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.type] })],
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
    /** What caused it, once: see sources.ts. */
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

export type PostedEntry = typeof ledgerEntries.$inferSelect
