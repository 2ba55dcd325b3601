import { type SQL, sql } from 'drizzle-orm'
import type { SelectedFields, SQLiteSelect, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { jsonOf, readJsonRows, selectedFields } from './json-rows'
import { countUpTo, mostListed } from './list-rows'
import type { Drizzle } from './scoped-drizzle'

type Select = Pick<Drizzle, 'select'>

/** Selects rows, and joins what they show; `db` may be one that takes them as JSON. */
export type JoinedRows<Row> = (db: Select) => { all(): Promise<Row[]> }

interface Page {
  table: SQLiteTable
  where: SQL | undefined
  order: SQL[]
}

export interface PageQuery<Row> {
  get(values: Record<string, unknown>): Promise<{ rows: Row[]; total: number }>
}

const limit = sql.placeholder('limit')
const offset = sql.placeholder('offset')

/**
 * The rows come as one JSON text: to be handed each column of each row would take as long again. A page that is not full says
 * itself how many there are; else they are counted, one more than a list counts at most.
 */
export function buildPage<Row>(db: Drizzle, rows: JoinedRows<Row>, { table, where, order }: Page): PageQuery<Row> {
  let fields: SelectedFields = {}
  const asJson = {
    select: (selected: SelectedFields) => {
      fields = selected
      return db.select({ row: jsonOf(selectedFields(selected)).as('row') })
    },
  }
  const joined = rows(asJson as unknown as Select) as unknown as SQLiteSelect
  const read = readJsonRows<Row>(selectedFields(fields), joined)
  const page = joined
    .where(where)
    .orderBy(...order)
    .limit(limit)
    .offset(offset)
    .as('page') as unknown as { row: SQL }
  const counted = countUpTo(db, table, where, mostListed + 1)
  const isLast = sql`count(*) < ${limit} and (count(*) > 0 or ${offset} = 0)`
  return db
    .select({
      rows: sql<Row[]>`'[' || coalesce(group_concat(${page.row}), '') || ']'`.mapWith(read),
      total: sql<number>`case when ${isLast} then ${offset} + count(*) else ${counted} end`,
    })
    .from(page as never)
    .prepare() as unknown as PageQuery<Row>
}
