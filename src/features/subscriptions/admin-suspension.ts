import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { enqueueMail } from '../mails'
import { assertPossible } from './lifecycle'
import { namesOf } from './names'
import type { FullSubscription } from './read'
import { changeStage } from './stage-rows'
import { startAfterSuspension, stopForSuspension } from './suspension'
import type { Subscription } from './tables'
import { endPendingUpgrade } from './upgrade-end'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'platform'>

/** Stops the app until an administrator lets it go on. What is paid stands still meanwhile, and nothing is renewed. @throws AppError INVALID_STATE */
export async function suspendByAdmin(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  standing: FullSubscription,
  reason: string,
): Promise<FullSubscription> {
  assertPossible('suspend', standing.subscription, 'admin')
  const found = await endPendingUpgrade(parts, tx, standing, 'stopped')
  const subscription = await changeStage(parts, tx, found, { status: 'SUSPENDED', suspendedBy: 'admin' })
  await record(tx, actor, 'subscription.suspend', reason, found.subscription, subscription)
  const instance = await stopForSuspension(parts, tx, found, reason)
  await enqueueMail(parts, tx, {
    key: `subscription-suspended:${subscription.id}:${subscription.stageSince.getTime()}`,
    userId: subscription.userId,
    template: 'subscription-suspended',
    data: { ...namesOf(found), by: 'admin', reason },
  })
  return { ...found, subscription, instance }
}

/** Lets it go on: what was paid is prolonged by the time in which it stood still. @throws AppError INVALID_STATE */
export async function resumeByAdmin(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  found: FullSubscription,
  reason: string,
): Promise<FullSubscription> {
  const before = found.subscription
  assertPossible('resume', before, 'admin')
  const changed = await changeStage(parts, tx, found, {
    status: before.firstReadyAt ? 'ACTIVE' : 'PENDING',
    suspendedBy: null,
    ...prolonged(before, parts.clock.now()),
  })
  await record(tx, actor, 'subscription.resume', reason, before, changed)
  const instance = await startAfterSuspension(parts, tx, found, { actor, reason })
  const resumed = { ...found, subscription: changed, instance }
  // What is overdue is renewed or in grace again within a minute, and its owner is told of that.
  if (changed.currentPeriodEnd <= parts.clock.now()) return resumed
  await enqueueMail(parts, tx, {
    key: `subscription-resumed:${changed.id}:${changed.stageSince.getTime()}`,
    userId: changed.userId,
    template: 'subscription-resumed',
    data: { ...namesOf(found), by: 'admin', periodEnd: changed.currentPeriodEnd.toISOString() },
  })
  return resumed
}

/** All that was to come is that much later: also what was overdue is so by no more than it was. */
function prolonged(
  { currentPeriodStart, currentPeriodEnd, stageSince, periodIndex, pausedMs }: Subscription,
  now: Date,
) {
  const stoodMs = now.getTime() - stageSince.getTime()
  const moved = periodEndMovedTo(periodIndex, new Date(currentPeriodEnd.getTime() + stoodMs))
  // Paid ahead: the one that runs ends later, and the next one begins later.
  if (currentPeriodStart > stageSince)
    return { ...moved, currentPeriodStart: new Date(currentPeriodStart.getTime() + stoodMs) }
  return { ...moved, pausedMs: pausedMs + stoodMs }
}

/** The end of the last period that is paid, moved: the periods after it count from there. */
export const periodEndMovedTo = (periodIndex: number, end: Date) => ({
  currentPeriodEnd: end,
  anchorAt: end,
  anchorPeriod: periodIndex + 1,
  anchorMonths: 0,
})

const record = (tx: Tx, actor: Actor, action: string, reason: string, before: Subscription, after: Subscription) =>
  recordAct(tx, {
    actor,
    action,
    target: { kind: 'subscription', id: before.id },
    reason,
    before: { status: before.status, currentPeriodEnd: before.currentPeriodEnd.toISOString() },
    after: { status: after.status, currentPeriodEnd: after.currentPeriodEnd.toISOString() },
    at: after.updatedAt,
  })
