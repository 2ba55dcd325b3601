import { eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { type Drizzle, prepared, type Tx } from '../../db'
import { AppError } from '../../lib/errors'
import { lesser, type Rupiah, toJson } from '../../lib/money'
import { findAccount, getBalance, insertTransaction, openAccount, postEntry, receivableOf, walletOf } from './entries'
import { sources } from './sources'
import { ledgerAccounts, type TransactionType } from './tables'

interface Movement {
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
export const openWallet = (tx: Tx, userId: string, at: Date): Promise<void> =>
  openAccount(tx, { id: walletOf(userId), kind: 'wallet', userId, at })

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

/**
 * Puts money into a wallet: a refund, a bonus, an adjustment. What the customer owes is paid from it at once.
 * A paid top-up settles its own transaction instead.
 */
export async function creditWallet(tx: Tx, movement: Movement): Promise<Recorded> {
  const recorded = await putIntoWallet(tx, movement)
  await collectReceivable(tx, movement.userId, recorded.number, movement.at)
  return recorded
}

async function putIntoWallet(tx: Tx, movement: Movement): Promise<Recorded> {
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

/** What a customer owes, as a positive sum: money that was reversed after it had been spent. */
export async function getReceivable(on: Drizzle | Tx, userId: string): Promise<Rupiah> {
  const account = await findAccount(on, receivableOf(userId))
  return account ? -account.balance : 0n
}

/** What a customer sees of their wallet, and what they owe. */
export async function getWalletFigures(on: Drizzle | Tx, userId: string) {
  const found = await walletFigures(on).get({ wallet: walletOf(userId), receivable: receivableOf(userId) })
  if (!found) throw new Error(`no wallet for ${userId}`)
  const { receivable, ...figures } = found
  return { ...figures, owed: -(receivable ?? 0n) }
}

const receivables = alias(ledgerAccounts, 'receivables')

const walletFigures = prepared((db) => {
  const { balance, toppedUp, spent } = ledgerAccounts
  return db
    .select({ balance, toppedUp, spent, receivable: receivables.balance })
    .from(ledgerAccounts)
    .leftJoin(receivables, eq(receivables.id, sql.placeholder('receivable')))
    .where(eq(ledgerAccounts.id, sql.placeholder('wallet')))
    .prepare()
})

/** Fills up a wallet with what the customer owes from now on, so that what has to leave it can leave. */
export async function addReceivable(
  tx: Tx,
  missing: Pick<Movement, 'userId' | 'amount' | 'source' | 'description' | 'at'>,
): Promise<void> {
  const { userId, at } = missing
  await openAccount(tx, { id: receivableOf(userId), kind: 'receivable', userId, at })
  await putIntoWallet(tx, { ...missing, type: 'ADJUSTMENT', counterAccount: receivableOf(userId) })
}

/** @param broughtBy the number of the transaction that brought the money; it names what is collected */
export async function collectReceivable(tx: Tx, userId: string, broughtBy: number, at: Date): Promise<void> {
  const owed = await getReceivable(tx, userId)
  if (owed === 0n) return
  const balance = await getBalance(tx, userId)
  if (balance === 0n) return
  await chargeWallet(tx, {
    userId,
    type: 'ADJUSTMENT',
    counterAccount: receivableOf(userId),
    amount: lesser(balance, owed),
    source: sources.debtPaid.build({ broughtBy }),
    description: 'Pays what was owed',
    at,
  })
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
