import { getTableName, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { sealedUnder } from '../lib/seal'

/** What a sealed value is bound to: its table, row and column. */
export const sealedPlace = (column: SQLiteColumn, rowId: string): string =>
  `${getTableName(column.table)}/${rowId}/${column.name}`

/** Where a value names its key, counted from 1 as SQL does. */
const idStart = sealedUnder('').length

/** SQL for the id of the key that a value is sealed under. Word for word what indexes stand on: only so are they used. */
export function sealingKeyOf({ name }: { name: string }): SQL<string> {
  const rest = `substr(${name}, ${idStart})`
  return sql.raw(`substr(${rest}, 1, instr(${rest}, '.') - 1)`) as SQL<string>
}
