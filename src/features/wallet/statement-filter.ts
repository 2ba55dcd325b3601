import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { invalid } from '../../http/input/input'
import { type TransactionStatus, type TransactionType, transactions } from '../ledger/tables'

/** As a query gives it. */
export interface StatementFilter {
  type?: TransactionType
  status?: TransactionStatus
  subscriptionId?: string
  /** ISO 8601, from inclusive and to exclusive. */
  from?: string
  to?: string
  sort?: 'newest' | 'oldest'
}

/** Which of a customer's transactions are meant. */
export interface Wanted {
  userId: string
  type?: TransactionType
  status?: TransactionStatus
  subscriptionId?: string
  from?: Date
  to?: Date
}

/** @throws AppError VALIDATION_ERROR for a time that ends before it begins */
export function wantedOf(userId: string, { type, status, subscriptionId, ...filter }: StatementFilter): Wanted {
  const from = filter.from === undefined ? undefined : new Date(filter.from)
  const to = filter.to === undefined ? undefined : new Date(filter.to)
  if (from && to && from > to) {
    throw invalid('query', [{ path: '/from', message: 'Expected a time that is not after `to`' }])
  }
  return { userId, type, status, subscriptionId, from, to }
}

const conditions = {
  type: eq(transactions.type, sql.placeholder('type')),
  status: eq(transactions.status, sql.placeholder('status')),
  subscriptionId: eq(transactions.subscriptionId, sql.placeholder('subscriptionId')),
  from: gte(transactions.createdAt, sql.placeholder('from')),
  to: lt(transactions.createdAt, sql.placeholder('to')),
} satisfies { [Name in keyof Omit<Wanted, 'userId'>]: SQL }

const names = Object.keys(conditions) as (keyof typeof conditions)[]

/**
 * A query prepared once for each combination of filters: 32 at most. `build` gets the condition, and whatever is wanted is
 * bound to it by name.
 */
export function preparedByFilter<Q extends object>(
  build: (db: Drizzle, where: SQL | undefined) => Q,
): (on: Drizzle | Tx, wanted: Wanted) => Q {
  const kept: ((on: Drizzle | Tx) => Q)[] = []
  return (on, wanted) => {
    let combination = 0
    for (const [bit, name] of names.entries()) if (wanted[name] !== undefined) combination |= 1 << bit
    const query = kept[combination] ?? prepared((db) => build(db, conditionOf(combination)))
    kept[combination] = query
    return query(on)
  }
}

function conditionOf(combination: number): SQL | undefined {
  const set = names.filter((_, bit) => combination & (1 << bit))
  // A subscription has few transactions, its owner may have very many: the plus keeps SQLite from walking the owner's.
  const owner = set.includes('subscriptionId') ? sql`+${transactions.userId}` : transactions.userId
  return and(sql`${owner} = ${sql.placeholder('userId')}`, ...set.map((name) => conditions[name]))
}
