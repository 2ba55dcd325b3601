import { asc, gt, sql } from 'drizzle-orm'
import { type Database, prepared } from '../../db'
import { genesisHash, hashOf } from './chain'
import type { AuditRow } from './tables'
import { auditEntries } from './tables'

const entriesAtOnce = 1_000
const maxShown = 100

export interface AuditCheck {
  entries: number
  /**
   * The last entry. What was cut off behind it, or written anew from somewhere on, only a head that was noted elsewhere
   * can tell: the hash of its number must still be the same.
   */
  head: { number: number; hash: string }
  /** In words that name the entry; empty when all is well. */
  mismatches: string[]
}

/** Walks the chain from its first entry, a page at a time: every altered entry, every gap and every link that does not hold. */
export async function verifyAuditChain(db: Pick<Database, 'read'>, signal?: AbortSignal): Promise<AuditCheck> {
  const mismatches: string[] = []
  let entries = 0
  let unshown = 0
  let head = { number: 0, hash: genesisHash }
  // From below the first number: an entry smuggled in there would be listed like any other.
  let after = Number.MIN_SAFE_INTEGER
  for (;;) {
    const page = await pageAfter(db.read).all({ number: after })
    for (const entry of page) {
      for (const mismatch of judge(head, entry)) {
        if (mismatches.length < maxShown) mismatches.push(mismatch)
        else unshown++
      }
      if (entry.number > 0) head = { number: entry.number, hash: entry.hash }
      after = entry.number
    }
    entries += page.length
    if (page.length < entriesAtOnce) break
    signal?.throwIfAborted()
    // A page is worked off in one go; requests get their turn in between.
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (unshown > 0) mismatches.push(`audit: ${unshown} more mismatches`)
  return { entries, head, mismatches }
}

function judge(last: AuditCheck['head'], entry: AuditRow): string[] {
  const found: string[] = []
  const { number } = entry
  if (number < 1) {
    found.push(`audit entry ${number}: before the beginning`)
  } else if (number !== last.number + 1) {
    const missing = number - last.number - 1
    found.push(`audit: ${missing === 1 ? 'entry' : 'entries'} ${rangeOf(last.number + 1, number - 1)} missing`)
  } else if (entry.previousHash !== last.hash) {
    found.push(`audit entry ${number}: does not follow ${last.number === 0 ? 'the beginning' : `entry ${last.number}`}`)
  }
  if (hashOf(entry) !== entry.hash) found.push(`audit entry ${number}: altered after it was written`)
  return found
}

const rangeOf = (from: number, to: number): string => (from === to ? `${from}` : `${from} to ${to}`)

const pageAfter = prepared((db) =>
  db
    .select()
    .from(auditEntries)
    .where(gt(auditEntries.number, sql.placeholder('number')))
    .orderBy(asc(auditEntries.number))
    .limit(entriesAtOnce)
    .prepare(),
)
