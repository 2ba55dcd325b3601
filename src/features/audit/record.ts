import { sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import { auditEntries } from './tables'

export interface AuditedAct {
  /** Who did it; without one it was the house itself. */
  actorId?: string
  /** `subscription.cancel`, `instance.stop`, … */
  action: string
  target: { kind: string; id: string }
  reason?: string
  before?: Record<string, unknown>
  after?: Record<string, unknown>
  at: Date
}

/** Writes an act down in its own transaction: both stand, or neither. */
export async function recordAct(tx: Tx, act: AuditedAct): Promise<void> {
  await insertEntry(tx).run({
    at: act.at,
    actorKind: act.actorId === undefined ? 'system' : 'user',
    actorId: act.actorId ?? 'system',
    action: act.action,
    targetKind: act.target.kind,
    targetId: act.target.id,
    reason: act.reason ?? null,
    before: act.before ?? null,
    after: act.after ?? null,
  })
}

const insertEntry = prepared((db) =>
  db
    .insert(auditEntries)
    .values({
      number: sql`(select coalesce(max(number), 0) + 1 from audit_entries)`,
      at: sql.placeholder('at'),
      actorKind: sql.placeholder('actorKind'),
      actorId: sql.placeholder('actorId'),
      action: sql.placeholder('action'),
      targetKind: sql.placeholder('targetKind'),
      targetId: sql.placeholder('targetId'),
      reason: sql.placeholder('reason'),
      before: sql.placeholder('before'),
      after: sql.placeholder('after'),
    })
    .prepare(),
)
