import { eq } from 'drizzle-orm'
import type { Tx } from '../../../db'
import type { Parts } from '../../../parts'
import { type SealedSecrets, sealContext } from '../desire'
import { type Instance, instances } from '../tables'

/** Changes what is sealed of an app and not read by the cluster; nothing is deployed for it. */
export async function resealSecrets(
  { sealer }: Pick<Parts, 'sealer'>,
  tx: Tx,
  { id, sealedSecrets }: Instance,
  change: (sealed: SealedSecrets) => SealedSecrets,
): Promise<void> {
  const context = sealContext(id)
  const sealed = change(JSON.parse(sealer.open(sealedSecrets, context)) as SealedSecrets)
  const resealed = sealer.seal(JSON.stringify(sealed), context)
  await tx.update(instances).set({ sealedSecrets: resealed }).where(eq(instances.id, id)).run()
}
