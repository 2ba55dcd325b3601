import { and, eq, ne } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Parts } from '../../parts'
import { changeDesire } from './desire'
import { instances } from './tables'

/** Of one transaction, so that nobody behind it waits noticeably. */
const atOnce = 100

/**
 * Removes the apps of a person with their data, those of ended subscriptions too; the namespace goes with the last one.
 * @returns how many were told to; while there are any, call it again in another transaction
 */
export async function terminateInstances(
  parts: Pick<Parts, 'clock' | 'reconciler'>,
  tx: Tx,
  userId: string,
  act: { actor?: Actor; reason: string },
): Promise<number> {
  const standing = await tx
    .select()
    .from(instances)
    .where(and(eq(instances.userId, userId), ne(instances.desiredState, 'DELETED')))
    .limit(atOnce)
    .all()
  for (const instance of standing) {
    const change = { desiredState: 'DELETED', status: 'TERMINATING' } as const
    await changeDesire(parts, tx, instance, change, { ...act, action: 'instance.terminate' })
  }
  return standing.length
}
