import { eq } from 'drizzle-orm'
import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { invalid } from '../../../http/input/input'
import { day } from '../../../lib/clock'
import type { Parts } from '../../../parts'
import { recordAct } from '../../audit'
import { enqueueMail } from '../../mails'
import { periodEndMovedTo } from '../admin-suspension'
import { assertPossible, stateOf } from '../lifecycle'
import { namesOf } from '../names'
import type { FullSubscription } from '../read'
import { clockOf } from '../stage'
import { changeStage } from '../stage-rows'
import { startAfterSuspension } from '../suspension'
import { type Subscription, subscriptions } from '../tables'
import { type SubscriptionViewData, subscriptionViewOf } from '../view'
import { getChangeableSubscription } from './found'

/** How far the end of a period can be moved at once. */
export const mostDays = 366
/** And from now at all, however often it is moved: two years that are paid ahead, and one more. */
const mostDaysAhead = 3 * mostDays

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>

export interface Extension {
  days?: number
  until?: string
  reason: string
}

/**
 * Moves the end of what is paid, for nothing; the periods after it count from there. What is overdue, or suspended for being unpaid,
 * goes on.
 * @throws AppError NOT_FOUND, INVALID_STATE, VALIDATION_ERROR
 */
export async function extendSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  extension: Extension,
): Promise<SubscriptionViewData> {
  const found = await getChangeableSubscription(tx, actor, id)
  const before = found.subscription
  assertPossible('extend', before, 'admin')
  const at = parts.clock.now()
  const moved = periodEndMovedTo(before.periodIndex, endAfter(before, extension, at))
  const isUnpaid = before.status === 'GRACE' || before.suspendedBy === 'unpaid'
  const subscription = isUnpaid
    ? await changeStage(parts, tx, found, { ...moved, status: 'ACTIVE', suspendedBy: null })
    : await saveMoved(parts, tx, found, moved)
  await recordAct(tx, {
    actor,
    action: 'subscription.extend',
    target: { kind: 'subscription', id },
    reason: extension.reason,
    before: { state: stateOf(before), currentPeriodEnd: before.currentPeriodEnd.toISOString() },
    after: { state: stateOf(subscription), currentPeriodEnd: subscription.currentPeriodEnd.toISOString() },
    at,
  })
  const instance =
    before.suspendedBy === 'unpaid'
      ? await startAfterSuspension(parts, tx, found, { actor, reason: 'extended' })
      : found.instance
  await enqueueMail(parts, tx, {
    key: `subscription-extended:${id}:${subscription.currentPeriodEnd.getTime()}`,
    userId: before.userId,
    template: 'subscription-extended',
    data: {
      ...namesOf(found),
      periodEnd: subscription.currentPeriodEnd.toISOString(),
      reason: extension.reason,
    },
  })
  return subscriptionViewOf(parts, tx, { ...found, subscription, instance })
}

/** Days count from the end of what is paid, or from now where that is over. */
function endAfter({ currentPeriodEnd }: Subscription, { days, until }: Extension, now: Date): Date {
  if ((days === undefined) === (until === undefined))
    throw invalid('body', [{ path: '/days', message: 'Expected with no `until`, or `until` without it' }])
  const from = currentPeriodEnd > now ? currentPeriodEnd : now
  const end = until === undefined ? new Date(from.getTime() + days! * day) : new Date(until)
  if (end <= from)
    throw invalid('body', [{ path: '/until', message: 'Expected a time after what is paid, and after now' }])
  if (end.getTime() - from.getTime() > mostDays * day)
    throw invalid('body', [{ path: '/until', message: `Expected at most ${mostDays} days` }])
  if (end.getTime() - now.getTime() > mostDaysAhead * day)
    throw invalid('body', [{ path: '/until', message: `Expected at most ${mostDaysAhead} days from now` }])
  return end
}

type Moved = ReturnType<typeof periodEndMovedTo>

async function saveMoved(
  parts: Needs,
  tx: Tx,
  { subscription, instance }: FullSubscription,
  moved: Moved,
): Promise<Subscription> {
  const updatedAt = parts.clock.now()
  const row = { ...subscription, ...moved, updatedAt }
  const clock = clockOf(parts, row, updatedAt, [], instance)
  await tx
    .update(subscriptions)
    .set({ ...moved, ...clock, updatedAt })
    .where(eq(subscriptions.id, subscription.id))
    .run()
  return { ...row, ...clock }
}
