import { and, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { type Condition, type Found, findBy, lookAt, type Sort } from './list-finder'
import { buildPage, type JoinedRows, type PageQuery } from './list-page'
import { type Counted, mostListed } from './list-rows'
import type { Drizzle, Tx } from './scoped-drizzle'
import { preparedByShape } from './shapes'

type Conditions<Name extends string> = { readonly [N in Name]: Condition }

interface ListOf<Row, Owner extends string, Filter extends string, More extends string, Sorts extends string> {
  /** What is counted. */
  table: SQLiteTable
  /** `db.select({…}).from(table)` with its joins, none of which takes a row away or makes two of one. */
  rows: JoinedRows<Row>
  /** Holds for every row of the list. */
  only?: SQL
  /** Holds for every row on a page, and its value has to be given: whose they are. */
  always?: Conditions<Owner>
  /** Columns that may be asked for by their value. Each has an index of its own, or the owner's rows are few. */
  filters?: { readonly [N in Filter]: SQLiteColumn }
  /** What else may be asked for, and finds no rows by itself. */
  conditions?: Conditions<More>
  /** The first is the usual one. */
  sorts: { readonly [S in Sorts]: Sort }
}

/** What a caller wants: a value for each filter and condition that is set, and a sort. */
type Wanted<Owner extends string, Filter extends string, Sorts extends string> = { readonly [N in Owner]: unknown } & {
  readonly [N in Filter]?: unknown
} & { readonly sort?: Sorts | undefined }

export interface Slice {
  /** From 1. */
  page: number
  limit: number
}

export interface Listed<Row> {
  rows: Row[]
  total: Counted
}

export const down = (column: SQLiteColumn): Sort => ({ by: [sql`${column} desc`], column })
export const up = (column: SQLiteColumn): Sort => ({ by: [sql`${column}`], column, upwards: true })

/**
 * The one way to write a list. Its statements are few, one for each form that a question can have; each is prepared when it is first
 * asked for and kept, and gives a page and the total of one moment in one call.
 */
export function defineList<
  Row,
  Sorts extends string,
  Owner extends string = never,
  Filter extends string = never,
  More extends string = never,
>(
  list: ListOf<Row, Owner, Filter, More, Sorts>,
): (on: Drizzle | Tx, wanted: Wanted<Owner, Filter | More, Sorts>, slice: Slice) => Promise<Listed<Row>> {
  const pages = preparedByShape<PageQuery<Row>>()
  const usual = Object.keys(list.sorts)[0] as Sorts
  const more = Object.keys(list.conditions ?? {})
  const owners = Object.entries<Condition>(list.always ?? {})
  const chooses = owners.length === 0
  const finder = findBy(list.table, list.filters ?? {}, list.conditions ?? {})
  return async (on, wanted, { page, limit }) => {
    const values = wanted as Record<string, unknown>
    const sort = wanted.sort ?? usual
    const set = more.filter((name) => values[name] !== undefined)
    const found = await finder(on, values, set, chooses ? list.sorts[sort] : undefined)
    const query = pages(on, `${sort} ${set} ${found.shape}`, (db) => {
      const where = and(
        list.only,
        ...owners.map(([name, condition]) => condition(sql.placeholder(name))),
        ...set.map((name) => (list.conditions as Conditions<string>)[name]!(sql.placeholder(name))),
        lookAt(list.filters ?? {}, found),
      )
      return buildPage(db, list.rows, { table: list.table, where, order: list.sorts[sort].by })
    })
    const offset = (page - 1) * limit
    const { rows, total } = await query.get({ ...values, edge: found.edge, limit, offset })
    return { rows, total: countedOf(rows.length, total, found, { limit, offset }) }
  }
}

function countedOf(
  shown: number,
  total: number,
  { edge }: Found,
  { limit, offset }: { limit: number; offset: number },
) {
  const isLast = shown < limit && (shown > 0 || offset === 0)
  const uncounted = !isLast && total > mostListed
  return { total: uncounted ? mostListed : total, more: uncounted || edge !== undefined }
}
