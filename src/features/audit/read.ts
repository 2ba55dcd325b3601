import { eq, getTableColumns, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, prepared } from '../../db'
import type { Page } from '../../http/schema'
import { notFound } from '../../lib/errors'
import type { AuditRow } from './tables'
import { auditEntries } from './tables'

interface AuditFilter {
  actor?: string
  action?: string
  targetKind?: string
  targetId?: string
  /** Inclusive. */
  from?: Date
  /** Exclusive. */
  to?: Date
}

const { number, actorId, action, targetKind, targetId } = auditEntries

const auditList = defineList({
  table: auditEntries,
  rows: (db) => db.select({ ...getTableColumns(auditEntries) }).from(auditEntries),
  filters: { targetId, actor: actorId, action, targetKind },
  conditions: {
    from: (value) => sql`${number} >= ${firstSince(value)}`,
    to: (value) => sql`${number} < coalesce(${firstSince(value)}, ${Number.MAX_SAFE_INTEGER})`,
  },
  sorts: { newest: down(number) },
})

/** Numbers follow the times: a range of times is a range of numbers, whatever else is asked for. */
const firstSince = (value: Placeholder): SQL =>
  sql`(select first.number from ${auditEntries} as first where first.at >= ${value} order by first.at, first.number limit 1)`

/** Newest first. */
export async function listAudit(on: Drizzle, filter: AuditFilter, page: Page) {
  const { rows, total } = await auditList(on, { ...filter }, page)
  return { entries: rows.map(viewOf), total }
}

const entryByNumber = prepared((db) =>
  db
    .select()
    .from(auditEntries)
    .where(eq(number, sql.placeholder('number')))
    .prepare(),
)

export async function getAuditEntry(on: Drizzle, number: number) {
  const entry = await entryByNumber(on).get({ number })
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
