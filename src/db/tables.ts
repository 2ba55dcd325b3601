import { sql } from 'drizzle-orm'
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * How many rows of a table have which status, counted by triggers in the transaction that changes one: whoever looks every few
 * seconds must not count millions. `minispod verify` counts them again. Jobs are counted by status and kind.
 */
export const statusCounts = sqliteTable(
  'status_counts',
  {
    /** The table's name. */
    subject: text('subject').notNull(),
    status: text('status').notNull(),
    total: integer('total').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.subject, table.status] }),
    check('status_counts_total', sql`${table.total} >= 0`),
  ],
)
