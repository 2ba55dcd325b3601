import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { countUpTo, type Drizzle, whereOf } from '../../db'
import type { Page } from '../../http/schema'
import { notFound } from '../../lib/errors'
import type { AuditRow } from './tables'
import { auditEntries } from './tables'

export interface AuditFilter {
  actor?: string
  action?: string
  targetKind?: string
  targetId?: string
  /** Inclusive. */
  from?: Date
  /** Exclusive. */
  to?: Date
}

/** Newest first. */
export async function listAudit(on: Drizzle, filter: AuditFilter, { page, limit }: Page) {
  const { from, to } = filter
  const { where, cut } = await whereOf(on, {
    table: auditEntries,
    order: auditEntries.number,
    filters: [
      { column: auditEntries.targetId, value: filter.targetId },
      { column: auditEntries.actorId, value: filter.actor },
      { column: auditEntries.action, value: filter.action },
      { column: auditEntries.targetKind, value: filter.targetKind },
    ],
    range: and(
      from && sql`${auditEntries.number} >= ${firstSince(from)}`,
      to && sql`${auditEntries.number} < coalesce(${firstSince(to)}, ${Number.MAX_SAFE_INTEGER})`,
    ),
  })
  const [rows, total] = await Promise.all([
    on
      .select()
      .from(auditEntries)
      .where(where)
      .orderBy(desc(auditEntries.number))
      .limit(limit)
      .offset((page - 1) * limit)
      .all(),
    countUpTo(on, auditEntries, where),
  ])
  return { entries: rows.map(viewOf), total: { ...total, more: total.more || cut } }
}

/** Numbers follow the times: a range of times is a range of numbers, whatever else is asked for. */
const firstSince = (at: Date): SQL =>
  sql`(select first.number from ${auditEntries} as first where first.at >= ${at.getTime()} order by first.at, first.number limit 1)`

export async function getAuditEntry(on: Drizzle, number: number) {
  const entry = await on.select().from(auditEntries).where(eq(auditEntries.number, number)).get()
  if (!entry) throw notFound('Audit entry')
  return viewOf(entry)
}

function viewOf(entry: AuditRow) {
  const { number, action, reason, requestId, address, previousHash, hash } = entry
  return {
    ...{ number, action, reason, requestId, address, previousHash, hash },
    at: entry.at.toISOString(),
    actor: { kind: entry.actorKind, id: entry.actorId, via: entry.via },
    target: { kind: entry.targetKind, id: entry.targetId },
    before: detailsOf(entry.before),
    after: detailsOf(entry.after),
  }
}

/** A row that somebody damaged must still be seen. */
function detailsOf(text: string | null): Record<string, unknown> | null {
  if (text === null) return null
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { unreadable: text }
  }
}
