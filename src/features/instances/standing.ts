import { and, eq, sql } from 'drizzle-orm'
import type { Drizzle } from '../../db'
import { instances } from './tables'

const rowsAtOnce = 500

/** Not gone yet, by what was seen of it. The word stands in the SQL itself, or SQLite could not choose the partial index. */
export const isStanding = sql`${instances.status} <> 'TERMINATED'`

/** The apps that are not gone, of one customer or of all. Others get their turn while they are read: most rows are of apps long gone. */
export async function listStandingIds(on: Drizzle, customerId?: string): Promise<string[]> {
  const { id, userId } = instances
  const owner = customerId === undefined ? undefined : eq(userId, customerId)
  const ids: string[] = []
  for (let last = { id: '', userId: '' }; ; ) {
    const rows = await on
      .select({ id, userId })
      .from(instances)
      .where(and(isStanding, owner, sql`(${userId}, ${id}) > (${last.userId}, ${last.id})`))
      .orderBy(userId, id)
      .limit(rowsAtOnce)
      .all()
    for (const row of rows) ids.push(row.id)
    if (rows.length < rowsAtOnce) return ids
    last = rows[rows.length - 1]!
    await new Promise((resolve) => setImmediate(resolve))
  }
}
