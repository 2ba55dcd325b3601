import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { twoFactors } from '../accounts/tables'
import { templateTrials } from '../app-templates/tables'
import { services } from '../catalog/tables'
import { instances } from '../instances/tables'

export interface SealedColumn {
  table: SQLiteTable
  /** The table's primary key, text; the row in the context that the value is bound to. */
  id: SQLiteColumn
  value: SQLiteColumn
}

/**
 * Every column whose values a Sealer made. Such a column's name begins with `sealed_`, and a test compares this list with the
 * database: what is missing here would lose its key at the next rotation.
 */
export const sealedColumns: readonly SealedColumn[] = [
  { table: instances, id: instances.id, value: instances.sealedSecrets },
  { table: templateTrials, id: templateTrials.id, value: templateTrials.sealedValues },
  { table: services, id: services.id, value: services.sealedPresets },
  { table: twoFactors, id: twoFactors.userId, value: twoFactors.sealedSecret },
]
