import { genesisHash, hashOf } from '../../src/features/audit/chain'
import type { ActorKind } from '../../src/features/audit/tables'
import type { BulkLoad } from './bulk-load'

export interface Told {
  actor?: { kind: ActorKind; id: string }
  action: string
  targetKind: string
  targetId: string
  atMs: number
}

const system = { kind: 'system', id: 'system' } as const

/** The audit log, chained as the product chains it. */
export class AuditLog {
  #number = 0
  #hash = genesisHash

  constructor(private readonly load: BulkLoad) {}

  tell({ actor = system, action, targetKind, targetId, atMs }: Told): void {
    const number = ++this.#number
    const previousHash = this.#hash
    const act = { actorKind: actor.kind, actorId: actor.id, action, targetKind, targetId }
    const nothing = { via: null, reason: null, before: null, after: null, requestId: null, address: null }
    this.#hash = hashOf({ number, at: new Date(atMs), ...act, ...nothing, previousHash })
    this.load.add('audit_entries', {
      number,
      at: atMs,
      actor_kind: actor.kind,
      actor_id: actor.id,
      action,
      target_kind: targetKind,
      target_id: targetId,
      previous_hash: previousHash,
      hash: this.#hash,
    })
  }
}
