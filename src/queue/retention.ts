import { and, eq, lt, type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Database } from '../db'
import { type Clock, day } from '../lib/clock'
import { jobs } from './tables'

const doneKeptMs = 3 * day
const deadKeptMs = 90 * day
/** Few enough for one write that nobody behind it has to wait noticeably. */
const rowsAtOnce = 500

interface Sweep {
  db: Database
  signal?: AbortSignal
}

/** Forgets jobs that ended well after 3 days, and dead ones after 90: by then nobody will retry them. */
export async function forgetEndedJobs(parts: Sweep & { clock: Clock }): Promise<number> {
  const now = parts.clock.now().getTime()
  const ended = (status: 'DONE' | 'DEAD', keptMs: number) =>
    deleteInBatches(parts, jobs, and(eq(jobs.status, status), lt(jobs.finishedAt, new Date(now - keptMs))))
  return (await ended('DONE', doneKeptMs)) + (await ended('DEAD', deadKeptMs))
}

/** Deletes every row that fits, a few hundred per transaction, until none is left or `signal` fires. @returns how many */
export async function deleteInBatches(
  { db, signal }: Sweep,
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
  }
}
