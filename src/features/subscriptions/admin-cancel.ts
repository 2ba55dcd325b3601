import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { AppError, notFound } from '../../lib/errors'
import type { Parts } from '../../parts'
import { getChangeable } from '../accounts'
import { enqueueMail } from '../mails'
import { type RefundOrder, refundSubscription } from './admin-refund'
import { bookCancelAtPeriodEnd, canEndLater, endSubscription } from './cancel'
import { assertPossible, invalidState } from './lifecycle'
import { namesOf } from './names'
import { type FullSubscription, findSubscription } from './read'
import { restoreWindowMs } from './stage'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'platform'>

export interface ForcedCancel {
  when: 'now' | 'period_end'
  /** Of what was paid for the current period. An app that was never ready is refunded in full, whatever stands here. */
  refund?: 'none' | 'prorated' | 'full'
  reason: string
}

/**
 * Ends somebody's subscription for them, now or with what is paid: slot, refund, app and mail stand or fall together.
 * @throws AppError NOT_FOUND, INVALID_STATE for one that has ended, VALIDATION_ERROR for a refund of what will be used to its end
 */
export async function forceCancel(parts: Needs, tx: Tx, actor: Actor, id: string, order: ForcedCancel) {
  const { when, refund = 'none', reason } = order
  if (when === 'period_end' && refund !== 'none') {
    throw invalid('body', [{ path: '/refund', message: 'Nothing is left to refund at the end of the period' }])
  }
  const found = await findSubscription(tx, id)
  if (!found) throw notFound('Subscription')
  await getChangeable(tx, actor, found.subscription.userId)
  assertPossible('cancel', found.subscription, 'admin', 'This subscription has ended already')
  if (when === 'period_end' && canEndLater(found)) return atPeriodEnd(parts, tx, actor, found, reason)
  if (found.subscription.firstReadyAt !== null && refund !== 'none') {
    await refundWhatIsLeft(parts, tx, actor, id, { kind: refund, reason })
  }
  const ended = await endSubscription(parts, tx, found, { status: 'CANCELLED', reason, actor })
  return subscriptionViewOf(parts, tx, ended)
}

/** Their app runs on until then: they are told now, while they can still take their data out or speak up. */
async function atPeriodEnd(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  found: FullSubscription,
  reason: string,
): Promise<SubscriptionViewData> {
  const { subscription } = found
  if (subscription.cancelAtPeriodEnd) throw invalidState(subscription, 'admin', 'It will end with this period already')
  const booked = await bookCancelAtPeriodEnd(parts, tx, actor, found, reason)
  const endsAt = subscription.currentPeriodEnd
  await enqueueMail(parts, tx, {
    key: `subscription-will-end:${subscription.id}:${parts.clock.now().getTime()}`,
    userId: subscription.userId,
    template: 'subscription-cancelled',
    data: {
      ...namesOf(found),
      endsAt: endsAt.toISOString(),
      dataKeptUntil: new Date(endsAt.getTime() + restoreWindowMs(parts)).toISOString(),
    },
  })
  return booked
}

/** A gift, or what was refunded before, has nothing left: that is no reason to let it run on. */
async function refundWhatIsLeft(parts: Needs, tx: Tx, actor: Actor, id: string, order: RefundOrder): Promise<void> {
  try {
    await refundSubscription(parts, tx, actor, id, order)
  } catch (refusal) {
    if (!(refusal instanceof AppError && refusal.code === 'INVALID_STATE')) throw refusal
  }
}
