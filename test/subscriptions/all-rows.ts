import { sql } from 'drizzle-orm'
import type { Drizzle } from '../../src/db'

/** Every row of every table, but of those in which the house writes down its own time. */
export async function allRows(on: Drizzle): Promise<Record<string, string[]>> {
  const tables = await on.values<[string]>(
    sql`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name <> 'heartbeat'`,
  )
  const rows: Record<string, string[]> = {}
  for (const [name] of tables) {
    const found = await on.values(sql.raw(`select * from "${name}"`))
    rows[name] = found
      .map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))
      .sort()
  }
  return rows
}
