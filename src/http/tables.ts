import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant } from '../db/columns'

/** An Idempotency-Key with the outcome that it replays; written in the transaction of the act itself. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    actorId: text('actor_id').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of method, route and body. */
    fingerprint: text('fingerprint').notNull(),
    /** The answer's; 0 and below while there is none, see idempotency.ts. */
    status: integer('status').notNull(),
    body: text('body').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.actorId, table.key] }), index('idempotency_keys_age').on(table.createdAt)],
)
