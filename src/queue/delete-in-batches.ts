import { type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Database } from '../db'
import { sleep } from '../lib/sleep'

/** Few enough for one write that nobody behind it has to wait noticeably. */
const rowsAtOnce = 500
/** Between two of them everything else has the thread, and the log is moved into the file. */
const pauseMs = 10

/** Deletes every row that fits, a few hundred per transaction with pauses, until none is left or `signal` fires. @returns how many */
export async function deleteInBatches(
  { db, signal }: { db: Database; signal?: AbortSignal },
  table: SQLiteTable,
  where: SQL | undefined,
): Promise<number> {
  let deleted = 0
  for (;;) {
    signal?.throwIfAborted()
    const batch = sql`rowid in (select rowid from ${table} where ${where} limit ${rowsAtOnce})`
    const { rowsAffected } = await db.write((tx) => tx.delete(table).where(batch).run())
    deleted += rowsAffected
    if (rowsAffected < rowsAtOnce) return deleted
    await sleep(pauseMs, signal)
  }
}
