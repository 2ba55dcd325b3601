import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant, json } from '../../db/columns'

export const auditEntries = sqliteTable(
  'audit_entries',
  {
    number: integer('number').primaryKey(),
    at: instant('at').notNull(),
    actorKind: text('actor_kind').$type<'user' | 'system'>().notNull(),
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    targetKind: text('target_kind').notNull(),
    targetId: text('target_id').notNull(),
    reason: text('reason'),
    before: json<Record<string, unknown>>('before'),
    after: json<Record<string, unknown>>('after'),
  },
  (table) => [
    index('audit_target').on(table.targetKind, table.targetId, table.number),
    index('audit_actor').on(table.actorId, table.number),
  ],
)
