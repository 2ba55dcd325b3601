import { and, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import { sweep } from '../../queue'
import { changeDesire } from '../instances'
import { restoreWindowMs } from './cancel'
import { findSubscription } from './read'
import { subscriptions } from './tables'

const batchSize = 200

type Needs = Pick<Parts, 'db' | 'clock' | 'reconciler' | 'log'>

/**
 * Removes the apps of subscriptions that ended longer ago than the restore window, their data with them. Each is looked at once:
 * an index holds those whose app has still to go, and nothing else.
 */
export async function purgeEndedInstances(parts: Needs, signal?: AbortSignal): Promise<void> {
  await sweep<Over>({
    list: (after) => listOver(parts, after),
    act: ({ id }) => parts.db.write((tx) => purge(parts, tx, id)),
    onFault: ({ id }, fault) => parts.log.error({ subscriptionId: id, err: fault }, 'app not removed'),
    failure: 'apps could not be removed',
    signal,
  })
}

interface Over {
  id: string
  number: number
  endedAt: Date | null
}

function listOver({ db, clock }: Needs, after: Over | undefined): Promise<Over[]> {
  const { id, number, endedAt, appRemovedAt } = subscriptions
  const before = new Date(clock.now().getTime() - restoreWindowMs)
  return db.read
    .select({ id, number, endedAt })
    .from(subscriptions)
    .where(
      and(
        isNotNull(endedAt),
        isNull(appRemovedAt),
        lte(endedAt, before),
        after && sql`(${endedAt}, ${number}) > (${after.endedAt!.getTime()}, ${after.number})`,
      ),
    )
    .orderBy(endedAt, number)
    .limit(batchSize)
    .all()
}

/** Read anew: between the list and this transaction its owner may have removed the app. */
async function purge(parts: Needs, tx: Tx, id: string): Promise<void> {
  const found = await findSubscription(tx, id)
  if (!found?.subscription.endedAt) return
  const { instance } = found
  if (instance && instance.desiredState !== 'DELETED') {
    const change = { desiredState: 'DELETED', status: 'TERMINATING' } as const
    await changeDesire(parts, tx, instance, change, { action: 'instance.terminate', reason: 'restore window over' })
  }
  await tx.update(subscriptions).set({ appRemovedAt: parts.clock.now() }).where(eq(subscriptions.id, id)).run()
}
