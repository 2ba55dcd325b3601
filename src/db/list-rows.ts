import { count, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Drizzle } from './scoped-drizzle'

/** Rows that a list counts and pages through at most; further ones are found by its filters. */
export const mostListed = 10_000

/** How many rows a list has; `more`: there are others, which were not counted. */
export interface Counted {
  total: number
  more: boolean
}

/** A query for how many rows fit, `most` at most: its cost has a bound, however many there are. */
export function countUpTo(db: Pick<Drizzle, 'select'>, table: SQLiteTable, where: SQL | undefined, most: number) {
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(table)
    .where(where)
    .limit(most)
    .as('some')
  return db.select({ total: count() }).from(some)
}

/** A condition that is only looked at: the rows are found by the index of another one, which leaves fewer. */
export const notByIndex = (column: SQLiteColumn, value: string | Placeholder): SQL => sql`+${column} = ${value}`
