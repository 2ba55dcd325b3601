import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { listPaidCharges, refundCharge } from '../billing'
import { changeDesire } from '../instances'
import { sources } from '../ledger'
import { releaseFirstPeriod } from '../vouchers'
import { assertPossible, lifecycle, stateOf } from './lifecycle'
import { type FullSubscription, getOwnSubscription } from './read'
import { nothingBooked } from './scheduled-change'
import { changeStage } from './stage-rows'
import { forgetStop } from './suspension'
import { subscriptions } from './tables'
import { tellOfEnding } from './tell-of-ending'
import { endPendingUpgrade } from './upgrade-end'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

type EndingParts = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>
type Needs = EndingParts

type CancelWhen = 'period_end' | 'now'

/**
 * Ends a subscription at its period's end, or now. One that is overdue ends now: its period is over. So does one whose app was never
 * ready, which is refunded in full: there is nothing to use until then.
 */
export async function cancelSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  when: CancelWhen,
): Promise<SubscriptionViewData> {
  const found = await getOwnSubscription(tx, actor, id)
  assertPossible('cancel', found.subscription, 'customer', 'This subscription has ended already')
  if (when === 'period_end' && canEndLater(found)) return bookCancelAtPeriodEnd(parts, tx, actor, found)
  const ended = await endSubscription(parts, tx, found, { status: 'CANCELLED', reason: 'cancelled', actor })
  return subscriptionViewOf(parts, tx, ended)
}

/** Of one that is still live: who has booked its end. */
export const byAdministrator = 'by an administrator'

/** Whether there is a paid period to wait for the end of. */
export const canEndLater = ({ subscription }: FullSubscription): boolean =>
  subscription.firstReadyAt !== null && lifecycle[stateOf(subscription)]['cancel-at-period-end'] !== undefined

/** It runs on until what is paid is over, and is not renewed. */
export async function bookCancelAtPeriodEnd(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  found: FullSubscription,
  reason?: string,
): Promise<SubscriptionViewData> {
  const changed = {
    autoRenew: false,
    cancelAtPeriodEnd: true,
    // What an administrator has ended nobody else takes back.
    endReason: reason === undefined ? null : byAdministrator,
    // What was booked for the period after has none.
    ...nothingBooked,
    updatedAt: parts.clock.now(),
  }
  await tx.update(subscriptions).set(changed).where(eq(subscriptions.id, found.subscription.id)).run()
  await recordAct(tx, {
    actor,
    action: 'subscription.cancel',
    target: { kind: 'subscription', id: found.subscription.id },
    reason,
    after: { cancelAtPeriodEnd: true },
    at: changed.updatedAt,
  })
  return subscriptionViewOf(parts, tx, { ...found, subscription: { ...found.subscription, ...changed } })
}

export interface Ending {
  status: 'CANCELLED' | 'EXPIRED'
  reason: string
  /** Absent where the house itself ends it. */
  actor?: Actor
}

/**
 * Gives the slot back (a trigger does), and scales the app to nothing; its data stays for the restore window. What was never ready has
 * no data: all that was paid goes back, and the app goes at once.
 */
export async function endSubscription(
  parts: EndingParts,
  tx: Tx,
  standing: FullSubscription,
  ending: Ending,
): Promise<FullSubscription> {
  const found = await endPendingUpgrade(parts, tx, standing, 'ended')
  const { status, actor, reason } = ending
  const neverReady = found.subscription.firstReadyAt === null
  const endedAt = parts.clock.now()
  const subscription = await changeStage(parts, tx, found, {
    status,
    suspendedBy: null,
    autoRenew: false,
    ...nothingBooked,
    endedAt,
    endReason: reason,
    appRemovedAt: neverReady ? endedAt : null,
  })
  await recordAct(tx, {
    actor,
    action: `subscription.${status === 'CANCELLED' ? 'cancel' : 'expire'}`,
    target: { kind: 'subscription', id: subscription.id },
    reason,
    before: { status: found.subscription.status },
    after: { status },
    at: endedAt,
  })
  if (found.subscription.status === 'SUSPENDED') await forgetStop(tx, subscription.id)
  const refund = neverReady ? await refundUnused(parts, tx, found) : 0n
  const instance = await letAppGo(parts, tx, actor, found, neverReady)
  const ended = { ...found, subscription, instance }
  await tellOfEnding(parts, tx, ended, refund, ending)
  return ended
}

async function letAppGo(
  parts: EndingParts,
  tx: Tx,
  actor: Actor | undefined,
  { instance }: FullSubscription,
  neverReady: boolean,
) {
  if (!instance || instance.desiredState === 'DELETED') return instance
  if (neverReady) {
    const gone = { desiredState: 'DELETED', status: 'TERMINATING' } as const
    return changeDesire(parts, tx, instance, gone, { actor, action: 'instance.terminate', reason: 'never ready' })
  }
  if (instance.desiredState === 'STOPPED') return instance
  const stopped = { desiredState: 'STOPPED', status: 'STOPPING' } as const
  return changeDesire(parts, tx, instance, stopped, { actor, action: 'instance.stop' })
}

/** All that was ever paid for it and has not gone back yet: an app that was never ready has given nothing in any period. */
async function refundUnused({ clock }: Pick<Parts, 'clock'>, tx: Tx, found: FullSubscription): Promise<Rupiah> {
  const { subscription, service, plan } = found
  let refunded = 0n
  for (const charge of await listPaidCharges(tx, subscription.id)) {
    const amount = charge.total - charge.refunded
    if (amount === 0n) continue
    await refundCharge(tx, charge, {
      userId: subscription.userId,
      subscriptionId: subscription.id,
      amount,
      // Names the charge that it takes back, so that it can't be taken back twice.
      source: sources.refundOfCharge.build({ charge: charge.source }),
      description: `${service.name} ${plan.name}, never became ready`,
      at: clock.now(),
    })
    refunded += amount
  }
  await releaseFirstPeriod({ clock }, tx, subscription.id)
  return refunded
}
