import { and, eq, gte, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { day } from '../../lib/clock'
import { toJson } from '../../lib/money'
import { getBalance, walletOf } from '../ledger'
import { ledgerEntries, type TransactionType, transactions } from '../ledger/tables'

/** A payment may be booked so long after the provider had it. */
const longestWayMs = 60 * day

interface Month {
  from: Date
  to: Date
}

interface Movement {
  type: TransactionType
  amount: bigint
  /** When it came into the books. */
  at: Date
}

/**
 * A wallet in one month, reckoned back from what is in it now: what the month began with is what the one before ended with, to the
 * rupiah. A top-up counts when it was booked.
 */
export async function monthOfWallet(on: Drizzle | Tx, userId: string, { from, to }: Month) {
  const movements = [...(await bookedAtOnce(on, userId, from)), ...(await bookedLater(on, userId, from))]
  const within = movements.filter(({ at }) => at >= from && at < to)
  const later = movements.filter(({ at }) => at >= to)
  const closing = (await getBalance(on, userId)) - sumOf(later)
  const types = [...new Set(within.map(({ type }) => type))].sort()
  return {
    opening: toJson(closing - sumOf(within)),
    closing: toJson(closing),
    transactions: within.length,
    sums: types.map((type) => {
      const ofType = within.filter((movement) => movement.type === type)
      return { type, count: ofType.length, amount: toJson(sumOf(ofType)) }
    }),
  }
}

const sumOf = (movements: Movement[]): bigint => movements.reduce((sum, { amount }) => sum + amount, 0n)

// Numbers follow the order of the commits: behind the last one of the time before, all are newer.
const bookedAtOnce = (on: Drizzle | Tx, userId: string, from: Date): Promise<Movement[]> =>
  newerThan(on).all({ userId, from })

const newerThan = prepared((db) =>
  db
    .select({ type: transactions.type, amount: transactions.amount, at: transactions.createdAt })
    .from(transactions)
    .where(
      and(
        eq(transactions.userId, sql.placeholder('userId')),
        sql`${transactions.number} > coalesce((select before.number from ${transactions} as before
          where before.user_id = ${sql.placeholder('userId')} and before.created_at < ${sql.placeholder('from')}
          order by before.number desc limit 1), 0)`,
        eq(transactions.status, sql`'SUCCESS'`),
        sql`${transactions.settledAt} = ${transactions.createdAt}`,
        gte(transactions.createdAt, sql.placeholder('from')),
      ),
    )
    .prepare(),
)

const bookedLater = (on: Drizzle | Tx, userId: string, from: Date): Promise<Movement[]> =>
  settledLater(on).all({ userId, from, wallet: walletOf(userId), since: new Date(from.getTime() - longestWayMs) })

/** The words stand in the SQL itself, or SQLite could not choose the partial index of these few. */
const settledLater = prepared((db) =>
  db
    .select({ type: transactions.type, amount: transactions.amount, at: ledgerEntries.createdAt })
    .from(transactions)
    .innerJoin(
      ledgerEntries,
      and(
        eq(ledgerEntries.transactionNumber, transactions.number),
        eq(ledgerEntries.creditAccount, sql.placeholder('wallet')),
        gte(ledgerEntries.createdAt, sql.placeholder('from')),
      ),
    )
    .where(
      and(
        eq(transactions.userId, sql.placeholder('userId')),
        sql`${transactions.status} = 'SUCCESS' and ${transactions.settledAt} <> ${transactions.createdAt}`,
        gte(transactions.settledAt, sql.placeholder('since')),
      ),
    )
    .prepare(),
)
