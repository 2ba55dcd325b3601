import type { Tx } from '../../db'
import { minute } from '../../lib/clock'
import type { Parts } from '../../parts'
import { listAlertedAdministrators } from '../accounts'
import { enqueueMail } from '../mails'
import { endSubscription } from './cancel'
import { namesOf } from './names'
import type { FullSubscription } from './read'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'platform' | 'log'>

/**
 * An app that was not ready in time: all that was paid goes back, the slot is free, and owner and administrators are told. The owner's
 * own retry begins the time anew; whichever of the two is committed first wins, the other is refused or finds nothing due.
 */
export async function giveUpProvisioning(parts: Needs, tx: Tx, found: FullSubscription): Promise<void> {
  const { subscription, instance } = found
  await endSubscription(parts, tx, found, { status: 'CANCELLED', reason: 'never ready' })
  const minutes = Math.round((parts.clock.now().getTime() - subscription.createdAt.getTime()) / minute)
  const reason = instance?.statusReason ?? undefined
  parts.log.error({ subscriptionId: subscription.id, minutes, reason }, 'an app was not ready in time and was refunded')
  await tellAdministrators(parts, tx, found, minutes, reason)
}

async function tellAdministrators(
  parts: Needs,
  tx: Tx,
  found: FullSubscription,
  minutes: number,
  reason: string | undefined,
): Promise<void> {
  const { subscription } = found
  for (const { id } of await listAlertedAdministrators(tx)) {
    await enqueueMail(parts, tx, {
      key: `provisioning-alert:${subscription.id}:${id}`,
      userId: id,
      template: 'provisioning-alert',
      data: { ...namesOf(found), customer: subscription.userId, minutes, reason },
    })
  }
}
