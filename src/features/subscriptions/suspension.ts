import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Parts } from '../../parts'
import { changeDesire } from '../instances'
import type { FullSubscription } from './read'
import { suspensionStops } from './tables'

type Needs = Pick<Parts, 'clock' | 'reconciler'>

/** Scales the app to nothing, and remembers it: an app that its owner had stopped before stays stopped afterwards. */
export async function stopForSuspension(
  parts: Needs,
  tx: Tx,
  { subscription, instance }: FullSubscription,
  reason: string,
): Promise<FullSubscription['instance']> {
  if (instance?.desiredState !== 'RUNNING') return instance
  const stop = { subscriptionId: subscription.id, stoppedAt: parts.clock.now() }
  await tx.insert(suspensionStops).values(stop).onConflictDoNothing().run()
  const change = { desiredState: 'STOPPED', status: 'STOPPING' } as const
  return changeDesire(parts, tx, instance, change, { action: 'instance.stop', reason })
}

/** Starts what the suspension had stopped. @returns the instance as it is wished now */
export async function startAfterSuspension(
  parts: Needs,
  tx: Tx,
  { subscription, instance }: FullSubscription,
  act: { actor?: Actor; reason: string },
): Promise<FullSubscription['instance']> {
  const wasStopped = await forgetStop(tx, subscription.id)
  if (!wasStopped || instance?.desiredState !== 'STOPPED') return instance
  const change = { desiredState: 'RUNNING', status: 'STARTING' } as const
  return changeDesire(parts, tx, instance, change, { ...act, action: 'instance.start' })
}

/** @returns whether there was something to forget */
export async function forgetStop(tx: Tx, subscriptionId: string): Promise<boolean> {
  const { rowsAffected } = await tx
    .delete(suspensionStops)
    .where(eq(suspensionStops.subscriptionId, subscriptionId))
    .run()
  return rowsAffected > 0
}
