import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { day } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { listPaidCharges, refundCharge } from '../billing'
import { changeDesire } from '../instances'
import { sources } from '../ledger'
import { enqueueMail } from '../mails'
import { releaseFirstPeriod } from '../vouchers'
import { type FullSubscription, getOwnSubscription } from './read'
import { forgetStop } from './suspension'
import { liveStatuses, subscriptions } from './tables'
import { endPendingUpgrade } from './upgrade-end'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

type EndingParts = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>
type Needs = EndingParts

/** How long an ended or unpaid app’s data is kept. */
export const restoreWindowMs = 7 * day

type CancelWhen = 'period_end' | 'now'

/**
 * Ends a subscription at its period's end, or now. One whose app was never ready ends now and is refunded in full:
 * there is nothing to use until the end of the period.
 */
export async function cancelSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  when: CancelWhen,
): Promise<SubscriptionViewData> {
  const found = await getOwnSubscription(tx, actor, id)
  if (!isLive(found)) throw new AppError('INVALID_STATE', 'This subscription has ended already')
  const neverReady = found.subscription.firstReadyAt === null
  if (when === 'period_end' && !neverReady) return bookCancelAtPeriodEnd(parts, tx, actor, found)
  const ended = await endSubscription(parts, tx, found, { status: 'CANCELLED', reason: 'cancelled', actor })
  return subscriptionViewOf(parts, tx, ended)
}

/** It runs on until what is paid is over, and is not renewed. */
export async function bookCancelAtPeriodEnd(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  found: FullSubscription,
  reason?: string,
): Promise<SubscriptionViewData> {
  const changed = { autoRenew: false, cancelAtPeriodEnd: true, updatedAt: parts.clock.now() }
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

interface Ending {
  status: 'CANCELLED' | 'EXPIRED'
  reason: string
  /** Absent where the house itself ends it. */
  actor?: Actor
}

/** Gives the slot back (a trigger does), and scales the app to nothing; its data stays for the restore window. */
export async function endSubscription(
  parts: EndingParts,
  tx: Tx,
  standing: FullSubscription,
  ending: Ending,
): Promise<FullSubscription> {
  const found = await endPendingUpgrade(parts, tx, standing, 'ended')
  const now = parts.clock.now()
  const changed = {
    status: ending.status,
    suspendedBy: null,
    autoRenew: false,
    endedAt: now,
    endReason: ending.reason,
    updatedAt: now,
  }
  await tx.update(subscriptions).set(changed).where(eq(subscriptions.id, found.subscription.id)).run()
  await recordAct(tx, {
    actor: ending.actor,
    action: `subscription.${ending.status === 'CANCELLED' ? 'cancel' : 'expire'}`,
    target: { kind: 'subscription', id: found.subscription.id },
    reason: ending.reason,
    before: { status: found.subscription.status },
    after: { status: ending.status },
    at: now,
  })
  if (found.subscription.status === 'SUSPENDED') await forgetStop(tx, found.subscription.id)
  const refund = found.subscription.firstReadyAt === null ? await refundUnused(parts, tx, found) : 0n
  await enqueueMail(parts, tx, {
    key: `subscription-cancelled:${found.subscription.id}`,
    userId: found.subscription.userId,
    template: 'subscription-cancelled',
    data: {
      service: found.service.name,
      billingId: `BILL-${found.subscription.number}`,
      endsAt: now.toISOString(),
      dataKeptUntil: new Date(now.getTime() + restoreWindowMs).toISOString(),
      ...(refund === 0n ? {} : { refund: toJson(refund) }),
    },
  })
  const instance = await stopInstance(parts, tx, ending.actor, found)
  return { ...found, subscription: { ...found.subscription, ...changed }, instance }
}

async function stopInstance(parts: EndingParts, tx: Tx, actor: Actor | undefined, { instance }: FullSubscription) {
  if (instance?.desiredState !== 'RUNNING') return instance
  return changeDesire(
    parts,
    tx,
    instance,
    { desiredState: 'STOPPED', status: 'STOPPING' },
    { actor, action: 'instance.stop' },
  )
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

export const isLive = ({ subscription }: FullSubscription): boolean =>
  (liveStatuses as readonly string[]).includes(subscription.status)
