import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import { changeDesire } from '../instances'
import { enqueueMail } from '../mails'
import { namesOf } from './names'
import type { FullSubscription } from './read'
import { changeStage } from './stage-rows'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler'>

/** The restore window is over: the app of a subscription that ended goes, and its data with it. */
export async function removeEndedApp(parts: Needs, tx: Tx, found: FullSubscription): Promise<void> {
  const { subscription, instance } = found
  const hadData = instance !== null && instance.desiredState !== 'DELETED'
  if (hadData) {
    const change = { desiredState: 'DELETED', status: 'TERMINATING' } as const
    await changeDesire(parts, tx, instance, change, { action: 'instance.terminate', reason: 'restore window over' })
  }
  const { appRemovedAt } = await changeStage(parts, tx, found, { appRemovedAt: parts.clock.now() })
  if (!hadData) return
  await enqueueMail(parts, tx, {
    key: `data-removed:${subscription.id}:${appRemovedAt!.getTime()}`,
    userId: subscription.userId,
    template: 'data-removed',
    data: { ...namesOf(found), removedAt: appRemovedAt!.toISOString() },
  })
}
