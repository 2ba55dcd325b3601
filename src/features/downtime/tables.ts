import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable } from 'drizzle-orm/sqlite-core'
import { instant } from '../../db/columns'

/** One row: when this system was seen at work last. */
export const heartbeat = sqliteTable(
  'heartbeat',
  {
    id: integer('id').primaryKey(),
    seenAt: instant('seen_at').notNull(),
  },
  (table) => [check('heartbeat_one', sql`${table.id} = 1`)],
)

/** Times in which nobody was at work: the process was down, or frozen. What customers have time for stands still in them. */
export const downtimes = sqliteTable(
  'downtimes',
  {
    startedAt: instant('started_at').primaryKey(),
    endedAt: instant('ended_at').notNull(),
  },
  (table) => [check('downtimes_span', sql`${table.endedAt} > ${table.startedAt}`)],
)
