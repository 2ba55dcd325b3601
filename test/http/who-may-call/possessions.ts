import type { TestSystem } from '../../support/system'
import { readTables, type TableRow } from './planted'

/** What changes although nobody touched the thing: when it was last used, how far a mail got, what the cluster says. */
const restless: Record<string, RegExp> = {
  api_tokens: /^last_used_at$/,
  instances: /^(status|reason_code|status_reason|pod_name|restarts|trouble_since|status_changed_at|updated_at)$/,
  mails: /^(status|attempts|error|sent_at)$/,
}

/** Every row that is somebody's, by table; found by the columns, so that a new table is among them by itself. */
export async function rowsOf(system: TestSystem, userId: string): Promise<Record<string, TableRow[]>> {
  const tables = await readTables(system)
  const theirs = Object.entries(tables).map(([name, rows]) => [name, rows.filter((row) => isOf(row, name, userId))])
  return Object.fromEntries(theirs.filter(([, rows]) => rows!.length > 0))
}

const isOf = (row: TableRow, table: string, userId: string): boolean =>
  row.user_id === userId || (table === 'users' && row.id === userId)

/** The same without what moves by itself. */
export async function settledRowsOf(system: TestSystem, userId: string): Promise<Record<string, TableRow[]>> {
  const tables = await rowsOf(system, userId)
  for (const [table, rows] of Object.entries(tables))
    for (const row of rows) for (const column of Object.keys(row)) if (restless[table]?.test(column)) delete row[column]
  return tables
}

/** The names by which somebody's things are known outside. */
export async function namesOf(system: TestSystem, userId: string): Promise<Set<string>> {
  const names = new Set<string>()
  for (const [table, rows] of Object.entries(await rowsOf(system, userId))) {
    for (const { id, email, number } of rows) {
      for (const name of [id, email]) if (typeof name === 'string') names.add(name)
      const series = seriesOf[table]
      if (series) names.add(`${series}-${number}`)
    }
  }
  return names
}

const seriesOf: Record<string, string> = { transactions: 'TXMP', subscriptions: 'BILL' }
