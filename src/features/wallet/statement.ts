import { and, asc, count, desc, eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import { AppError, notFound } from '../../lib/errors'
import type { Locale } from '../../lib/locale'
import { toJson } from '../../lib/money'
import { translate } from '../../lib/translate'
import { getWalletFigures } from '../ledger'
import { transactions, walletSums } from '../ledger/tables'
import { topUps } from '../top-ups/tables'
import type { StatementCounts } from './statement-count'
import { preparedByFilter, type StatementFilter, wantedOf } from './statement-filter'
import { shownAsJson, shownColumns, transactionViewOf } from './statement-row'

export async function getWallet(on: Drizzle, actor: Actor) {
  const { balance, toppedUp, spent, owed } = await getWalletFigures(on, actor.userId)
  return {
    creditBalance: toJson(balance),
    totalTopUp: toJson(toppedUp),
    totalSpent: toJson(spent),
    owed: toJson(owed),
    currency: 'IDR' as const,
  }
}

export async function getStatistics(on: Drizzle, actor: Actor) {
  const byType = await sumsByType(on).all({ userId: actor.userId })
  const pending = await pendingTopUps(on).get({ userId: actor.userId })
  return {
    ...(await getWallet(on, actor)),
    transactions: byType.reduce((total, row) => total + row.transactions, 0),
    pendingTopUps: pending?.total ?? 0,
    byType: byType.map((row) => ({ type: row.type, count: row.transactions, amount: toJson(row.amount) })),
  }
}

const sumsByType = prepared((db) =>
  db
    .select({ type: walletSums.type, transactions: walletSums.transactions, amount: walletSums.amount })
    .from(walletSums)
    .where(eq(walletSums.userId, sql.placeholder('userId')))
    .orderBy(walletSums.type)
    .prepare(),
)

const pendingTopUps = prepared((db) =>
  db
    .select({ total: count() })
    .from(topUps)
    .where(and(eq(topUps.userId, sql.placeholder('userId')), eq(topUps.status, 'PENDING')))
    .prepare(),
)

interface StatementNeeds {
  db: Drizzle
  counts: StatementCounts
}

/** A page as JSON, and how many there are in all. A page that is not full says so itself: nothing is walked twice to count. */
export async function listTransactions(
  { db, counts }: StatementNeeds,
  actor: Actor,
  filter: StatementFilter,
  { page, limit }: Page,
): Promise<{ rows: string; total: number }> {
  const wanted = wantedOf(actor.userId, filter)
  const offset = (page - 1) * limit
  const pages = filter.sort === 'oldest' ? oldestFirst : newestFirst
  const { rows, shown } = (await pages(db, wanted).get({ ...wanted, limit, offset }))!
  const seen = offset + shown
  const isLast = shown < limit && (shown > 0 || offset === 0)
  // A commit may come between the two reads: what is shown is always among what is counted.
  return { rows, total: isLast ? seen : Math.max(await counts.count(db, wanted), shown > 0 ? seen : 0) }
}

const pagesInOrder = (direction: typeof asc) =>
  preparedByFilter((db, where) => {
    const page = db
      .select({ row: shownAsJson.as('row') })
      .from(transactions)
      .where(where)
      .orderBy(direction(transactions.number))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .as('page')
    return db
      .select({ rows: sql<string>`'[' || coalesce(group_concat(${page.row}), '') || ']'`, shown: count() })
      .from(page)
      .prepare()
  })

const newestFirst = pagesInOrder(desc)
const oldestFirst = pagesInOrder(asc)

/** The same page with its descriptions in that language; they are kept in English. */
export function translateRows(rows: string, locale: Locale | undefined): string {
  if (locale !== 'id') return rows
  const shown = JSON.parse(rows) as { description: string }[]
  return JSON.stringify(shown.map((row) => ({ ...row, description: translate(row.description, locale) })))
}

/** One of the caller's own, by id or by its public number `TXMP-…`. */
export async function getTransaction(on: Drizzle, actor: Actor, idOrNumber: string, locale?: Locale) {
  const number = /^TXMP-(\d{1,15})$/.exec(idOrNumber)?.[1]
  const row =
    number === undefined ? await byId(on).get({ id: idOrNumber }) : await byNumber(on).get({ number: Number(number) })
  if (!row) throw notFound('Transaction')
  if (row.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This transaction is not yours')
  return { ...transactionViewOf(row), description: translate(row.description, locale) }
}

const byId = prepared((db) =>
  db
    .select({ ...shownColumns, userId: transactions.userId })
    .from(transactions)
    .where(eq(transactions.id, sql.placeholder('id')))
    .prepare(),
)

const byNumber = prepared((db) =>
  db
    .select({ ...shownColumns, userId: transactions.userId })
    .from(transactions)
    .where(eq(transactions.number, sql.placeholder('number')))
    .prepare(),
)
