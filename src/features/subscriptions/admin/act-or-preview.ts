import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { once } from '../../../http/idempotency'
import { ok } from '../../../http/schema'
import type { Parts } from '../../../parts'
import { preview } from './preview'

interface Call {
  actor: Actor
  request: Request
  query: { preview?: boolean }
  body: unknown
}

/** Does an act once per key, or shows what it would come to: then a key changes nothing, and keeps nothing. */
export async function actOrPreview<V>(
  parts: Parts,
  { query, ...call }: Call,
  status: number,
  act: (tx: Tx) => Promise<V>,
  idOf: (view: V) => string,
): Promise<Response> {
  if (!query.preview) return once(parts, call, status, act)
  return Response.json(ok(await preview(parts, async (tx) => idOf(await act(tx)))))
}
