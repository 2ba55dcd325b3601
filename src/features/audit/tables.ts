import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant } from '../../db/columns'

/** `token`: a script with an API token of the person in `actor_id`. `anonymous`: nobody who has signed in. */
export type ActorKind = 'user' | 'token' | 'system' | 'anonymous'

/** Append-only and chained: see chain.ts for what a hash covers, and the triggers in drizzle/0001_rules.sql. */
export const auditEntries = sqliteTable(
  'audit_entries',
  {
    number: integer('number').primaryKey(),
    at: instant('at').notNull(),
    actorKind: text('actor_kind').$type<ActorKind>().notNull(),
    actorId: text('actor_id').notNull(),
    /** The session or API token that was used. */
    via: text('via'),
    action: text('action').notNull(),
    targetKind: text('target_kind').notNull(),
    targetId: text('target_id').notNull(),
    reason: text('reason'),
    // JSON, but kept as text: the hash is over the very characters that stand here.
    before: text('before'),
    after: text('after'),
    requestId: text('request_id'),
    address: text('address'),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [
    index('audit_target_id').on(table.targetId, table.number),
    index('audit_target_kind').on(table.targetKind, table.number),
    index('audit_actor').on(table.actorId, table.number),
    index('audit_action').on(table.action, table.number),
    index('audit_at').on(table.at),
    check('audit_actor_kind', sql`${table.actorKind} in ('user', 'token', 'system', 'anonymous')`),
    check('audit_hash', sql`length(${table.hash}) = 64 and ${table.hash} not glob '*[^0-9a-f]*'`),
  ],
)

export type AuditRow = typeof auditEntries.$inferSelect
