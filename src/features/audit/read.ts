import { and, count, desc, eq, gte, lt } from 'drizzle-orm'
import type { Drizzle } from '../../db'
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
  const where = and(
    filter.actor === undefined ? undefined : eq(auditEntries.actorId, filter.actor),
    filter.action === undefined ? undefined : eq(auditEntries.action, filter.action),
    filter.targetKind === undefined ? undefined : eq(auditEntries.targetKind, filter.targetKind),
    filter.targetId === undefined ? undefined : eq(auditEntries.targetId, filter.targetId),
    filter.from === undefined ? undefined : gte(auditEntries.at, filter.from),
    filter.to === undefined ? undefined : lt(auditEntries.at, filter.to),
  )
  const [rows, total] = await Promise.all([
    on
      .select()
      .from(auditEntries)
      .where(where)
      .orderBy(desc(auditEntries.number))
      .limit(limit)
      .offset((page - 1) * limit)
      .all(),
    on.select({ count: count() }).from(auditEntries).where(where).get(),
  ])
  return { entries: rows.map(viewOf), total: total?.count ?? 0 }
}

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
