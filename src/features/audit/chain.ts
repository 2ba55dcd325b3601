import { createHash } from 'node:crypto'
import type { AuditRow } from './tables'

/** What the first entry follows. The trigger audit_entries_chain knows it too. */
export const genesisHash = '0'.repeat(64)

/**
 * SHA-256, in hex, of an entry's own content and the hash of the one before. The content is a JSON array of the columns in
 * this order; in JSON no two different entries read the same, whatever characters their values hold.
 */
export function hashOf(entry: Omit<AuditRow, 'hash'>): string {
  const content = [
    entry.previousHash,
    entry.number,
    entry.at.getTime(),
    entry.actorKind,
    entry.actorId,
    entry.via,
    entry.action,
    entry.targetKind,
    entry.targetId,
    entry.reason,
    entry.before,
    entry.after,
    entry.requestId,
    entry.address,
  ]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
