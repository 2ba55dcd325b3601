import { getTableColumns, type SQL, sql, type Table } from 'drizzle-orm'

/** A placeholder for every column by its own name: an insert that is prepared once and run with a whole row. */
export function placeholdersFor<T extends Table>(table: T): T['$inferInsert'] {
  const values: Record<string, SQL | ReturnType<typeof sql.placeholder>> = {}
  for (const name of Object.keys(getTableColumns(table))) values[name] = sql.placeholder(name)
  return values as T['$inferInsert']
}
