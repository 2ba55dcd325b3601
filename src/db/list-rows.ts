import { and, asc, count, desc, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Drizzle } from './scoped-drizzle'

/** Rows that a list counts and pages through at most; further ones are found by its filters. */
export const mostListed = 10_000
/** Of several filters one that leaves no more rows than this finds them all; else so many of the first rows are looked at. */
const mostCompared = 5_000
const mostLookedAt = 20_000

/** How many rows a list has; `more`: there are others, which were not counted. */
export interface Counted {
  total: number
  more: boolean
}

/** Counts the rows that fit, `mostListed` at most: the cost has a bound, however many there are. */
export async function countUpTo(
  on: Drizzle,
  table: SQLiteTable,
  where: SQL | undefined,
  most = mostListed,
): Promise<Counted> {
  const some = on
    .select({ one: sql`1`.as('one') })
    .from(table)
    .where(where)
    .limit(most + 1)
    .as('some')
  const { total } = (await on.select({ total: count() }).from(some).get())!
  return { total: Math.min(total, most), more: total > most }
}

/** A condition that is only looked at: the rows are found by the index of another one, which leaves fewer. */
export const notByIndex = (column: SQLiteColumn, value: string): SQL => sql`+${column} = ${value}`

/** A list whose filters each have an index of their own, which ends in the column that the list is ordered by. */
export interface Filtered {
  table: SQLiteTable
  order: SQLiteColumn
  oldestFirst?: boolean
  /** What is asked for; one without a value is not. */
  filters: { column: SQLiteColumn; value: string | undefined }[]
  /** A range of the order, on top. */
  range?: SQL
}

/**
 * The condition of a list. Of several filters the one that leaves fewest rows finds them, and the others are looked at; where even
 * that leaves very many, only of the first of them, and `cut` says so: a narrower range finds the others.
 */
export async function whereOf(on: Drizzle, list: Filtered): Promise<{ where: SQL | undefined; cut: boolean }> {
  const { range } = list
  const asked = list.filters.flatMap(({ column, value }) => (value === undefined ? [] : [{ column, value }]))
  const [only, ...more] = asked.map(({ column, value }) => ({ column, value, finds: and(eq(column, value), range) }))
  if (!only || more.length === 0) return { where: only ? only.finds : range, cut: false }
  let best = { ...only, left: Number.POSITIVE_INFINITY }
  for (const filter of [only, ...more]) {
    const { total } = await countUpTo(on, list.table, filter.finds, mostCompared)
    if (total < best.left) best = { ...filter, left: total }
  }
  const edge = best.left < mostCompared ? undefined : await edgeOf(on, list, best.finds)
  const others = asked.filter(({ column }) => column !== best.column)
  return {
    where: and(best.finds, edge, ...others.map(({ column, value }) => notByIndex(column, value))),
    cut: edge !== undefined,
  }
}

/** Where so many of the first rows end; undefined if there are no more. */
async function edgeOf(
  on: Drizzle,
  { table, order, oldestFirst }: Filtered,
  where: SQL | undefined,
): Promise<SQL | undefined> {
  const last = await on
    .select({ at: sql<string | number>`${order}` })
    .from(table)
    .where(where)
    .orderBy(oldestFirst ? asc(order) : desc(order))
    .limit(1)
    .offset(mostLookedAt - 1)
    .get()
  return last && (oldestFirst ? lte : gte)(order, last.at)
}
