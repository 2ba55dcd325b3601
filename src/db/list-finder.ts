import { and, asc, desc, eq, gte, lte, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { countUpTo, notByIndex } from './list-rows'
import type { Drizzle, Tx } from './scoped-drizzle'
import { preparedByShape } from './shapes'

/**
 * Of several filters one that leaves no more rows than this finds them all; else so many of its first rows are looked at. Each may lie
 * on a page of its own: so many take a few milliseconds.
 */
const mostLookedAt = 5_000

export type Condition = (value: Placeholder) => SQL

/** An order that leaves no two rows equal: else a page would show one of them again. */
export interface Sort {
  by: SQL[]
  /** The column that it goes by alone, in which the index of each filter ends. */
  column?: SQLiteColumn
  upwards?: boolean
}

type Columns = Readonly<Record<string, SQLiteColumn>>
type Values = Readonly<Record<string, unknown>>

/** How the rows of one question are found. */
export interface Found {
  /** Names this way among others. */
  shape: string
  /** The filters that are set; the first of them finds, and the others are looked at where it was chosen. */
  names: string[]
  chosen: boolean
  sort: Sort | undefined
  /** Where so many of the first rows end: only up to there others are looked at. */
  edge: unknown
}

/**
 * Of several filters the one that leaves fewest rows finds them, and the others are looked at; where even that leaves very many,
 * only of the first of them: a narrower range finds the others.
 * @param sort none where an owner's index finds the rows anyway
 */
export function findBy(table: SQLiteTable, columns: Columns, conditions: Readonly<Record<string, Condition>>) {
  const counts = preparedByShape<ReturnType<typeof buildCount>>()
  const edges = preparedByShape<ReturnType<typeof buildEdge>>()
  const names = Object.keys(columns)

  const rangeOf = (set: string[]) => set.map((name) => conditions[name]!(sql.placeholder(name)))
  const finds = (name: string, set: string[]) => and(eq(columns[name]!, sql.placeholder(name)), ...rangeOf(set))

  return async (on: Drizzle | Tx, values: Values, set: string[], sort: Sort | undefined): Promise<Found> => {
    const asked = names.filter((name) => values[name] !== undefined)
    if (asked.length < 2 || !sort?.column)
      return { shape: String(asked), names: asked, chosen: false, sort, edge: undefined }
    let best = { name: asked[0]!, left: Number.POSITIVE_INFINITY }
    for (const name of asked) {
      const query = counts(on, `${name} ${set}`, (db) => buildCount(db, table, finds(name, set)))
      const left = (await query.get(values))!.total
      if (left < best.left) best = { name, left }
    }
    const { column, upwards = false } = sort
    const edge =
      best.left <= mostLookedAt
        ? undefined
        : await edges(on, `${best.name} ${set} ${upwards}`, (db) =>
            buildEdge(db, table, column, upwards, finds(best.name, set)),
          ).get(values)
    const ordered = [best.name, ...asked.filter((name) => name !== best.name)]
    return { shape: `${ordered} ${edge ? 'edge' : ''}`, names: ordered, chosen: true, sort, edge: edge?.at }
  }
}

/** The conditions of a question's filters. */
export function lookAt(columns: Columns, { names, chosen, sort, edge }: Found): SQL | undefined {
  const isFound = (name: string) => eq(columns[name]!, sql.placeholder(name))
  if (!chosen) return and(...names.map(isFound))
  const [first, ...others] = names as [string, ...string[]]
  const isSeen = (name: string) => notByIndex(columns[name]!, sql.placeholder(name))
  const upTo = edge === undefined ? undefined : (sort!.upwards ? lte : gte)(sort!.column!, sql.placeholder('edge'))
  return and(isFound(first), upTo, ...others.map(isSeen))
}

const buildCount = (db: Drizzle, table: SQLiteTable, where: SQL | undefined) =>
  countUpTo(db, table, where, mostLookedAt + 1).prepare()

function buildEdge(db: Drizzle, table: SQLiteTable, column: SQLiteColumn, upwards: boolean, where: SQL | undefined) {
  return db
    .select({ at: sql<string | number>`${column}` })
    .from(table)
    .where(where)
    .orderBy(upwards ? asc(column) : desc(column))
    .limit(1)
    .offset(mostLookedAt - 1)
    .prepare()
}
