import type { Tx } from '../../db'
import { day } from '../../lib/clock'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import type { Downtime } from '../downtime'
import { getBalance } from '../ledger'
import { enqueueMail } from '../mails'
import { namesOf } from './names'
import { type FullSubscription, findSubscription } from './read'
import { nextRenewal } from './renew'
import { clockOf } from './stage'
import { setClock } from './stage-rows'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue'>

/** Tells an owner of what is due for their subscription before it happens, and sets the next time. Read anew. */
export async function giveNotice(parts: Needs, tx: Tx, id: string, downtimes: readonly Downtime[]): Promise<void> {
  const found = await findSubscription(tx, id)
  const now = parts.clock.now()
  if (!found?.subscription.noticeAt || found.subscription.noticeAt > now) return
  const clock = clockOf(parts, found.subscription, now, downtimes, found.instance)
  // At its end the step itself is what is told.
  const isAhead = clock.nextStepAt !== null && clock.nextStepAt > now
  if (isAhead && found.subscription.endedAt) await tellOfRemoval(parts, tx, found, clock.nextStepAt!)
  else if (isAhead) await tellRenewalAhead(parts, tx, found)
  await setClock(tx, id, clock)
}

/** Tells that a period ends soon, and what follows. Once for each of the days before; of several that have passed at once, the last. */
async function tellRenewalAhead(parts: Needs, tx: Tx, found: FullSubscription): Promise<void> {
  const { subscription } = found
  const leftMs = subscription.currentPeriodEnd.getTime() - parts.clock.now().getTime()
  const days = parts.config.reminderDays.filter((days) => days * day >= leftMs).sort((a, b) => a - b)[0]
  if (days === undefined) return
  const next = await nextRenewal(parts, tx, found)
  await enqueueMail(parts, tx, {
    key: `renewal-reminder:${subscription.id}:${subscription.periodIndex}:${subscription.currentPeriodEnd.getTime()}:${days}`,
    userId: subscription.userId,
    template: 'renewal-reminder',
    data: {
      ...namesOf(found),
      plan: next.plan,
      daysLeft: Math.max(1, Math.ceil(leftMs / day)),
      periodEnd: subscription.currentPeriodEnd.toISOString(),
      price: toJson(quoteOf(parts.config, next.price).total),
      balance: toJson(await getBalance(tx, subscription.userId)),
      autoRenew: subscription.autoRenew,
      ends: subscription.cancelAtPeriodEnd,
      graceUntil: new Date(subscription.currentPeriodEnd.getTime() + parts.config.graceDays * day).toISOString(),
    },
  })
}

/** Tells that the data of what has ended will be removed. Once. */
async function tellOfRemoval(parts: Needs, tx: Tx, found: FullSubscription, removedAt: Date): Promise<void> {
  const { subscription, instance } = found
  if (!instance || instance.desiredState === 'DELETED') return
  await enqueueMail(parts, tx, {
    key: `data-removal-soon:${subscription.id}:${subscription.endedAt!.getTime()}`,
    userId: subscription.userId,
    template: 'data-removal-soon',
    data: { ...namesOf(found), removedAt: removedAt.toISOString() },
  })
}
