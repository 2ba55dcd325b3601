import { eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { type Rupiah, toJson } from '../../lib/money'
import { ledgerAccounts, ledgerEntries, type TransactionStatus, type TransactionType, transactions } from './tables'

export const midtransClearing = 'clearing:midtrans'
export const revenue = 'revenue'
export const promo = 'promo'

/** The account that holds what a customer has paid in and not yet spent. */
export const walletOf = (userId: string): string => `wallet:${userId}`

export interface Movement {
  userId: string
  type: TransactionType
  /** Where the wallet's counterpart stands in the books. */
  counterAccount: string
  amount: Rupiah
  /** What caused it, once and for ever: a second movement from the same source is refused by the database. */
  source: string
  description: string
  subscriptionId?: string
  /** The number of the entry that this one takes back, wholly or in part. */
  reverses?: number
  at: Date
}

export interface Recorded {
  number: number
  id: string
  balanceAfter: Rupiah
}

/** Every customer has one from the moment of registration. */
export async function openWallet(tx: Tx, userId: string, at: Date): Promise<void> {
  await insertAccount(tx).run({ id: walletOf(userId), kind: 'wallet', userId, createdAt: at })
}

/**
 * Takes money out of a wallet: a transaction for the customer to see and one ledger entry.
 * @throws AppError INSUFFICIENT_BALANCE with what is there and what is missing
 */
export async function chargeWallet(tx: Tx, movement: Movement): Promise<Recorded> {
  const before = await getBalance(tx, movement.userId)
  if (before < movement.amount) throw insufficient(before, movement.amount)
  const recorded = await recordTransaction(tx, movement, -movement.amount, before - movement.amount)
  await postEntry(tx, {
    ...movement,
    debitAccount: walletOf(movement.userId),
    creditAccount: movement.counterAccount,
    transactionNumber: recorded.number,
  })
  return recorded
}

/** Puts money into a wallet: a refund, a bonus, an adjustment. A paid top-up settles its own transaction instead. */
export async function creditWallet(tx: Tx, movement: Movement): Promise<Recorded> {
  const before = await getBalance(tx, movement.userId)
  const recorded = await recordTransaction(tx, movement, movement.amount, before + movement.amount)
  await postEntry(tx, {
    ...movement,
    debitAccount: movement.counterAccount,
    creditAccount: walletOf(movement.userId),
    transactionNumber: recorded.number,
  })
  return recorded
}

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

export async function getBalance(on: Drizzle | Tx, userId: string): Promise<Rupiah> {
  return (await getWalletAccount(on, userId)).balance
}

export async function getWalletAccount(on: Drizzle | Tx, userId: string): Promise<typeof ledgerAccounts.$inferSelect> {
  const account = await findAccount(on).get({ id: walletOf(userId) })
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
  const id = newId('txn', row.createdAt.getTime())
  const inserted = await insertTransactionRow(tx).get({ id, ...row })
  return { number: inserted!.number, id }
}

async function recordTransaction(tx: Tx, movement: Movement, amount: Rupiah, balanceAfter: Rupiah): Promise<Recorded> {
  const row = await insertTransaction(tx, {
    userId: movement.userId,
    type: movement.type,
    status: 'SUCCESS',
    amount,
    balanceAfter,
    subscriptionId: movement.subscriptionId ?? null,
    description: movement.description,
    createdAt: movement.at,
    settledAt: movement.at,
  })
  return { ...row, balanceAfter }
}

const insufficient = (balance: Rupiah, amount: Rupiah): AppError =>
  new AppError('INSUFFICIENT_BALANCE', 'The wallet does not hold enough', {
    balance: toJson(balance),
    required: toJson(amount),
    missing: toJson(amount - balance),
  })

const findAccount = prepared((db) =>
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
    .returning({ number: transactions.number })
    .prepare(),
)
