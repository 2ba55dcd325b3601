import { and, asc, count, desc, eq, gte, lt, sum } from 'drizzle-orm'
import type { Drizzle } from '../../db'
import type { Actor } from '../../http/access'
import { momentOf } from '../../http/moment'
import type { Page } from '../../http/schema'
import { AppError, notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import { getWalletAccount } from './ledger'
import { type TransactionStatus, type TransactionType, topUps, transactions } from './tables'

export interface StatementFilter {
  type?: TransactionType
  status?: TransactionStatus
  subscriptionId?: string
  /** ISO 8601, from inclusive and to exclusive. */
  from?: string
  to?: string
  sort?: 'newest' | 'oldest'
}

export async function getWallet(db: Drizzle, actor: Actor) {
  const { balance, toppedUp, spent } = await getWalletAccount(db, actor.userId)
  return {
    creditBalance: toJson(balance),
    totalTopUp: toJson(toppedUp),
    totalSpent: toJson(spent),
    currency: 'IDR' as const,
  }
}

export async function getStatistics(db: Drizzle, actor: Actor) {
  const byType = await db
    .select({ type: transactions.type, count: count(), amount: sum(transactions.amount) })
    .from(transactions)
    .where(and(eq(transactions.userId, actor.userId), eq(transactions.status, 'SUCCESS')))
    .groupBy(transactions.type)
    .all()
  const pending = await db
    .select({ total: count() })
    .from(topUps)
    .where(and(eq(topUps.userId, actor.userId), eq(topUps.status, 'PENDING')))
    .get()
  return {
    ...(await getWallet(db, actor)),
    transactions: byType.reduce((total, row) => total + row.count, 0),
    pendingTopUps: pending?.total ?? 0,
    byType: byType.map((row) => ({ type: row.type, count: row.count, amount: Number(row.amount ?? 0) })),
  }
}

export async function listTransactions(db: Drizzle, actor: Actor, filter: StatementFilter, { page, limit }: Page) {
  const where = and(
    eq(transactions.userId, actor.userId),
    filter.type && eq(transactions.type, filter.type),
    filter.status && eq(transactions.status, filter.status),
    filter.subscriptionId === undefined ? undefined : eq(transactions.subscriptionId, filter.subscriptionId),
    filter.from === undefined ? undefined : gte(transactions.createdAt, momentOf('from', filter.from)),
    filter.to === undefined ? undefined : lt(transactions.createdAt, momentOf('to', filter.to)),
  )
  const rows = await db
    .select()
    .from(transactions)
    .where(where)
    .orderBy(filter.sort === 'oldest' ? asc(transactions.number) : desc(transactions.number))
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  const counted = await db.select({ total: count() }).from(transactions).where(where).get()
  return { rows: rows.map(transactionViewOf), total: counted?.total ?? 0 }
}

/** One of the caller's own, by id or by its public number `TXMP-…`. */
export async function getTransaction(db: Drizzle, actor: Actor, idOrNumber: string) {
  const number = /^TXMP-(\d{1,15})$/.exec(idOrNumber)?.[1]
  const where = number === undefined ? eq(transactions.id, idOrNumber) : eq(transactions.number, Number(number))
  const row = await db.select().from(transactions).where(where).get()
  if (!row) throw notFound('Transaction')
  if (row.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This transaction is not yours')
  return transactionViewOf(row)
}

function transactionViewOf(row: typeof transactions.$inferSelect) {
  return {
    id: row.id,
    customId: `TXMP-${row.number}`,
    type: row.type,
    status: row.status,
    amount: toJson(row.amount),
    balanceAfter: row.balanceAfter === null ? null : toJson(row.balanceAfter),
    subscriptionId: row.subscriptionId,
    description: row.description,
    createdAt: row.createdAt.toISOString(),
  }
}
