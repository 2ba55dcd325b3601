import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'

/** What an administrator does here stands or falls with its entry in the audit log. */
export async function audited<T>(
  { clock }: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Actor,
  target: Thing,
  { verb, act }: { verb: string; act: (tx: Tx) => Promise<T> },
): Promise<T> {
  const done = await act(tx)
  await recordAct(tx, { actor, action: `${target.kind}.${verb}`, target, at: clock.now() })
  return done
}
