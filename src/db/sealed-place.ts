import { getTableName } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'

/** What a sealed value is bound to: its table, row and column. */
export const sealedPlace = (column: SQLiteColumn, rowId: string): string =>
  `${getTableName(column.table)}/${rowId}/${column.name}`
