import { eq, sql } from 'drizzle-orm'
import { prepared } from './database'
import type { Drizzle } from './scoped-drizzle'
import { statusCounts } from './tables'

const countsOf = prepared((db) =>
  db
    .select({ status: statusCounts.status, total: statusCounts.total })
    .from(statusCounts)
    .where(eq(statusCounts.subject, sql.placeholder('subject')))
    .prepare(),
)

/** How many rows of a table have which status; the cost does not depend on how many there are. */
export async function countByStatus(on: Drizzle, table: string): Promise<Map<string, number>> {
  const rows = await countsOf(on).all({ subject: table })
  return new Map(rows.map(({ status, total }) => [status, total]))
}

/** What the triggers count: rows by a column. A test compares it with the triggers. */
export const countedTables: readonly { table: string; by: string }[] = [
  { table: 'subscriptions', by: 'status' },
  { table: 'instances', by: 'status' },
  { table: 'top_ups', by: 'status' },
  { table: 'refunds', by: 'status' },
  { table: 'payment_cases', by: 'status' },
  { table: 'jobs', by: `status || ' ' || kind` },
  { table: 'ledger_accounts', by: 'kind' },
]

/** SQL for the counts as the rows themselves have it: status and total. */
export const countAnew = ({ table, by }: (typeof countedTables)[number]): string =>
  `select ${by}, count(*) from ${table} group by 1`
