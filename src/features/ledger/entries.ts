import { and, eq, gte, lt, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { newId } from '../../lib/ids'
import type { Rupiah } from '../../lib/money'
import type { PostedEntry } from './tables'
import {
  type AccountKind,
  ledgerAccounts,
  ledgerEntries,
  type TransactionStatus,
  type TransactionType,
  transactions,
} from './tables'

export const midtransClearing = 'clearing:midtrans'
export const revenue = 'revenue'
export const promo = 'promo'
export const fees = 'fees'
export const refundsPayable = 'refunds_payable'

/** The account that holds what a customer has paid in and not yet spent. */
export const walletOf = (userId: string): string => `wallet:${userId}`

/** The account that holds what a customer owes: below zero, or it is not there. */
export const receivableOf = (userId: string): string => `receivable:${userId}`

export interface Entry {
  debitAccount: string
  creditAccount: string
  amount: Rupiah
  source: string
  transactionNumber: number | null
  reverses?: number | null
  at: Date
}

/** One balanced, immutable movement. The triggers move both balances, and refuse an overdraft or a second one of its source. */
export async function postEntry(tx: Tx, entry: Entry): Promise<void> {
  await insertEntry(tx).run({
    debitAccount: entry.debitAccount,
    creditAccount: entry.creditAccount,
    amount: entry.amount,
    source: entry.source,
    transactionNumber: entry.transactionNumber,
    reverses: entry.reverses ?? null,
    createdAt: entry.at,
  })
}

export const findEntryBySource = (on: Drizzle | Tx, source: string) => entryBySource(on).get({ source })

const entryBySource = prepared((db) =>
  db
    .select()
    .from(ledgerEntries)
    .where(eq(ledgerEntries.source, sql.placeholder('source')))
    .prepare(),
)

/** Every entry whose source is this name or begins with it and a colon, oldest first. */
export const listEntriesOf = (on: Drizzle | Tx, name: string): Promise<PostedEntry[]> =>
  on
    .select()
    .from(ledgerEntries)
    // The character after the colon ends the range that the unique index is walked over.
    .where(
      sql`${ledgerEntries.source} = ${name} or (${and(gte(ledgerEntries.source, `${name}:`), lt(ledgerEntries.source, `${name};`))})`,
    )
    .orderBy(ledgerEntries.number)
    .all()

/** What takes back an entry, wholly or in part. */
export const listReversalsOf = (on: Drizzle | Tx, entry: number): Promise<PostedEntry[]> =>
  on.select().from(ledgerEntries).where(eq(ledgerEntries.reverses, entry)).all()

/** What is left of each movement from one account to another after its reversals, the newest first. */
export function roomsOf(
  entries: PostedEntry[],
  { from, to }: { from: string; to: string },
): { entry: PostedEntry; room: Rupiah }[] {
  return entries
    .filter((entry) => entry.creditAccount === to && entry.debitAccount === from)
    .map((entry) => ({
      entry,
      room: entries.reduce(
        (room, { reverses, amount }) => (reverses === entry.number ? room - amount : room),
        entry.amount,
      ),
    }))
    .reverse()
}

export async function getBalance(on: Drizzle | Tx, userId: string): Promise<Rupiah> {
  return (await getWalletAccount(on, userId)).balance
}

export async function getWalletAccount(on: Drizzle | Tx, userId: string): Promise<typeof ledgerAccounts.$inferSelect> {
  const account = await findAccount(on, walletOf(userId))
  if (!account) throw new Error(`no wallet for ${userId}`)
  return account
}

interface NewTransaction {
  userId: string
  type: TransactionType
  status: TransactionStatus
  amount: Rupiah
  balanceAfter: Rupiah | null
  subscriptionId: string | null
  description: string
  createdAt: Date
  settledAt: Date | null
}

/** The public number is the next one in the sequence; it is given back with the transaction if that rolls back. */
export async function insertTransaction(tx: Tx, row: NewTransaction): Promise<{ number: number; id: string }> {
  const id = newId('transaction', row.createdAt.getTime())
  // The number is the row's own in the file: asking for it by RETURNING would cost more.
  const { lastInsertRowid } = await insertTransactionRow(tx).run({ id, ...row })
  return { number: Number(lastInsertRowid), id }
}

/** Opens an account if it is not there yet. */
export async function openAccount(
  tx: Tx,
  account: { id: string; kind: AccountKind; userId: string; at: Date },
): Promise<void> {
  await insertAccount(tx).run({ id: account.id, kind: account.kind, userId: account.userId, createdAt: account.at })
}

export const findAccount = (on: Drizzle | Tx, id: string) => accountById(on).get({ id })

const accountById = prepared((db) =>
  db
    .select()
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.id, sql.placeholder('id')))
    .prepare(),
)

const insertAccount = prepared((db) =>
  db
    .insert(ledgerAccounts)
    .values({
      id: sql.placeholder('id'),
      kind: sql.placeholder('kind'),
      userId: sql.placeholder('userId'),
      createdAt: sql.placeholder('createdAt'),
    })
    .onConflictDoNothing({ target: ledgerAccounts.id })
    .prepare(),
)

const insertEntry = prepared((db) =>
  db
    .insert(ledgerEntries)
    .values({
      number: sql`(select coalesce(max(number), 0) + 1 from ledger_entries)`,
      debitAccount: sql.placeholder('debitAccount'),
      creditAccount: sql.placeholder('creditAccount'),
      amount: sql.placeholder('amount'),
      source: sql.placeholder('source'),
      transactionNumber: sql.placeholder('transactionNumber'),
      reverses: sql.placeholder('reverses'),
      createdAt: sql.placeholder('createdAt'),
    })
    .prepare(),
)

const insertTransactionRow = prepared((db) =>
  db
    .insert(transactions)
    .values({
      number: sql`(select coalesce(max(number), 100) + 1 from transactions)`,
      id: sql.placeholder('id'),
      userId: sql.placeholder('userId'),
      type: sql.placeholder('type'),
      status: sql.placeholder('status'),
      amount: sql.placeholder('amount'),
      balanceAfter: sql.placeholder('balanceAfter'),
      subscriptionId: sql.placeholder('subscriptionId'),
      description: sql.placeholder('description'),
      createdAt: sql.placeholder('createdAt'),
      settledAt: sql.placeholder('settledAt'),
    })
    .prepare(),
)
