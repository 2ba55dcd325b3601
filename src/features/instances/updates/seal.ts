import { eq } from 'drizzle-orm'
import type { Tx } from '../../../db'
import type { Parts } from '../../../parts'
import { openSecrets, type SealedSecrets, sealSecrets } from '../sealed-secrets'
import { type Instance, instances } from '../tables'

/** Changes what is sealed of an app and not read by the cluster; nothing is deployed for it. */
export async function resealSecrets(
  parts: Pick<Parts, 'sealer'>,
  tx: Tx,
  instance: Instance,
  change: (sealed: SealedSecrets) => SealedSecrets,
): Promise<void> {
  const sealedSecrets = sealSecrets(parts, instance.id, change(openSecrets(parts, instance)))
  await tx.update(instances).set({ sealedSecrets }).where(eq(instances.id, instance.id)).run()
}
