import { and, asc, eq, gt } from 'drizzle-orm'
import type { Tx } from '../../db'
import { randomBytes } from '../../lib/ids'
import type { Parts } from '../../parts'
import { generateSecrets } from '../../templates'
import { findTemplateOf } from '../app-templates'
import { sealSecrets } from './sealed-secrets'
import type { Instance } from './tables'
import { instances } from './tables'

const batchSize = 100

/**
 * What stands in a removed app's row in place of its configuration and credentials. The secrets are new ones that never
 * opened anything: whoever looks after remains in the cluster must still be able to render what to look for.
 */
export async function erasedContent(
  parts: Pick<Parts, 'sealer'>,
  tx: Tx,
  { id, ...made }: Pick<Instance, 'id' | 'templateName' | 'templateVersion'>,
): Promise<Pick<Instance, 'inputs' | 'sealedSecrets'>> {
  const template = await findTemplateOf(tx, made)
  const generated = template ? generateSecrets(template, randomBytes) : {}
  return { inputs: {}, sealedSecrets: sealSecrets(parts, id, { generated, inputs: {} }) }
}

/** Erases what a person's removed apps were told; one that still stands is erased when its removal is confirmed. Idempotent. */
export async function eraseTerminated(
  parts: Pick<Parts, 'db' | 'sealer'>,
  userId: string,
  signal: AbortSignal,
): Promise<void> {
  const gone = and(eq(instances.userId, userId), eq(instances.status, 'TERMINATED'))
  let after = ''
  for (;;) {
    signal.throwIfAborted()
    const batch = await parts.db.write(async (tx) => {
      const found = await tx
        .select({
          id: instances.id,
          templateName: instances.templateName,
          templateVersion: instances.templateVersion,
        })
        .from(instances)
        .where(and(gone, gt(instances.id, after)))
        .orderBy(asc(instances.id))
        .limit(batchSize)
        .all()
      for (const instance of found)
        await tx
          .update(instances)
          .set(await erasedContent(parts, tx, instance))
          .where(eq(instances.id, instance.id))
          .run()
      return found
    })
    if (batch.length < batchSize) return
    after = batch[batch.length - 1]!.id
  }
}
