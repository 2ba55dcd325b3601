import { desc } from 'drizzle-orm'
import { placeholdersFor, prepared, type Tx } from '../../db'
import type { Thing } from '../../lib/kinds'
import { genesisHash, hashOf } from './chain'
import { boundText, detailsText } from './details'
import type { AuditRow } from './tables'
import { type ActorKind, auditEntries } from './tables'

const maxReason = 1_000
const maxWord = 200

/** Who acted, and by which request. An `Actor` of a route is one. */
export interface AuditActor {
  userId: string
  sessionId?: string
  /** Set where a script acts with an API token. */
  tokenId?: string
  request?: Origin
}

export interface Origin {
  readonly id: string
  readonly address: string
}

export interface AuditedAct {
  /** Who did it; without one it was the house itself. */
  actor?: AuditActor
  /** `subscription.cancel`, `instance.stop`, … */
  action: string
  target: Thing
  reason?: string
  /** What changed. A value whose key names a secret is not kept; what is secret by its content must not come here. */
  before?: Record<string, unknown>
  after?: Record<string, unknown>
  at: Date
}

/** Writes an act down in its own transaction: both stand, or neither. */
export function recordAct(tx: Tx, { actor, ...act }: AuditedAct): Promise<void> {
  const kind = actor === undefined ? 'system' : actor.tokenId === undefined ? 'user' : 'token'
  return appendEntry(tx, {
    ...act,
    actor: { kind, id: actor?.userId ?? 'system', via: actor?.tokenId ?? actor?.sessionId },
    origin: actor?.request,
  })
}

export type NewEntry = Omit<AuditedAct, 'actor'> & {
  actor: { kind: ActorKind; id: string; via?: string }
  origin?: Origin
}

/** Chains one more entry to the last. The transaction holds the write lock, so no other entry can come between. */
export async function appendEntry(tx: Tx, { actor, action, target, reason, before, after, at, origin }: NewEntry) {
  const last = await lastEntry(tx).get()
  const entry: Omit<AuditRow, 'hash'> = {
    number: (last?.number ?? 0) + 1,
    // A clock that was set back does not reorder what has happened: later entries have later times.
    at: last && last.at > at ? last.at : at,
    actorKind: actor.kind,
    actorId: boundText(actor.id, maxWord),
    via: actor.via ?? null,
    action: boundText(action, maxWord),
    targetKind: boundText(target.kind, maxWord),
    targetId: boundText(target.id, maxWord),
    reason: reason === undefined ? null : boundText(reason, maxReason),
    before: detailsText(before),
    after: detailsText(after),
    requestId: origin?.id ?? null,
    address: origin?.address ?? null,
    previousHash: last?.hash ?? genesisHash,
  }
  await insertEntry(tx).run({ ...entry, hash: hashOf(entry) })
}

const lastEntry = prepared((db) =>
  db
    .select({ number: auditEntries.number, at: auditEntries.at, hash: auditEntries.hash })
    .from(auditEntries)
    .orderBy(desc(auditEntries.number))
    .limit(1)
    .prepare(),
)

const insertEntry = prepared((db) => db.insert(auditEntries).values(placeholdersFor(auditEntries)).prepare())
