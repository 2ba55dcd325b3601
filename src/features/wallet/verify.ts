import { sql } from 'drizzle-orm'
import type { Database } from '../../db'
import { bookChecks } from './book-checks'

/** A deviation found in the raw rows, in words that name the row. */
export type Deviation = string

/** Of one check; where one row is wrong thousands may be. */
const shown = 100

/** Derives balances, slots and number sequences again from the raw rows, and says what is off; empty when all is well. */
export async function verifyBooks(db: Database): Promise<Deviation[]> {
  const found = await db.integrity()
  for (const check of bookChecks) {
    const rows = await db.read.all<{ deviation: string }>(sql`${sql.raw(check)} limit ${shown}`)
    for (const row of rows) found.push(row.deviation)
  }
  return found
}
