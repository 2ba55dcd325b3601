import { and, asc, eq, gt, isNotNull, lte, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import { day } from '../../lib/clock'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { quoteOf } from '../billing'
import { changeDesire, findInstance } from '../instances'
import { instances } from '../instances/tables'
import { getBalance } from '../ledger'
import { endSubscription, restoreWindowMs } from './cancel'
import { type FullSubscription, findSubscription } from './read'
import { renewalPrice, renewSubscription } from './renew'
import { stopForSuspension } from './suspension'
import type { Subscription } from './tables'
import { subscriptions } from './tables'
import { endPendingUpgrade } from './upgrade-end'

const graceMs = 3 * day
const batchSize = 200

type Needs = Pick<Parts, 'db' | 'clock' | 'config' | 'queue' | 'reconciler' | 'platform' | 'log'>

/**
 * Moves every subscription whose period is over one step on: renewed, ended, in grace, suspended, expired. Each in a
 * transaction of its own that reads it anew, so a second run, or one that was cut off, does nothing twice. One that fails
 * stands in nobody's way; the run then fails at its end, so that it is seen.
 */
export async function endDueSubscriptions(parts: Needs, signal?: AbortSignal): Promise<void> {
  const failed: string[] = []
  let after = 0
  for (;;) {
    const due = await parts.db.read
      .select({ number: subscriptions.number, id: subscriptions.id })
      .from(subscriptions)
      .where(
        and(
          sql`${subscriptions.status} in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`,
          lte(subscriptions.currentPeriodEnd, parts.clock.now()),
          gt(subscriptions.number, after),
        ),
      )
      .orderBy(asc(subscriptions.number))
      .limit(batchSize)
      .all()
    for (const { id } of due) {
      if (signal?.aborted) return
      await parts.db
        .write((tx) => advance(parts, tx, id))
        .catch((fault: unknown) => {
          parts.log.error({ subscriptionId: id, err: fault }, 'subscription not advanced')
          failed.push(id)
        })
    }
    if (due.length < batchSize) break
    after = due[due.length - 1]!.number
  }
  if (failed.length > 0) throw new Error(`${failed.length} subscriptions could not be advanced, ${failed[0]} first`)
}

async function advance(parts: Needs, tx: Tx, id: string): Promise<void> {
  const standing = await findSubscription(tx, id)
  if (!standing || standing.subscription.currentPeriodEnd > parts.clock.now()) return
  // What it was paid for is over: renewed is the plan that was seen to work.
  const found = await endPendingUpgrade(parts, tx, standing, 'period over')
  const { subscription } = found
  const overdueMs = parts.clock.now().getTime() - subscription.currentPeriodEnd.getTime()
  const suspendedByChoice = subscription.status === 'SUSPENDED' && subscription.suspendedBy !== 'unpaid'
  if (subscription.endedAt) return
  if (subscription.cancelAtPeriodEnd) {
    await endSubscription(parts, tx, found, { status: 'CANCELLED', reason: 'cancelled at period end' })
  } else if (subscription.autoRenew && (await canPay(parts, tx, subscription))) {
    await renewSubscription(parts, tx, found)
  } else if (overdueMs >= graceMs + restoreWindowMs) {
    await endSubscription(parts, tx, found, { status: 'EXPIRED', reason: 'unpaid' })
  } else if (overdueMs >= graceMs) {
    if (subscription.status !== 'SUSPENDED') await suspendUnpaid(parts, tx, found)
  } else if (subscription.status !== 'GRACE' && !suspendedByChoice) {
    await setStatus(parts, tx, found, { status: 'GRACE', suspendedBy: null })
  }
}

async function canPay({ config }: Needs, tx: Tx, subscription: Subscription): Promise<boolean> {
  const { total } = quoteOf(config, await renewalPrice(tx, subscription))
  return (await getBalance(tx, subscription.userId)) >= total
}

async function suspendUnpaid(parts: Needs, tx: Tx, found: FullSubscription): Promise<void> {
  await setStatus(parts, tx, found, { status: 'SUSPENDED', suspendedBy: 'unpaid' })
  await stopForSuspension(parts, tx, found, 'unpaid')
}

type NewStatus = { status: 'GRACE'; suspendedBy: null } | { status: 'SUSPENDED'; suspendedBy: 'unpaid' }

async function setStatus(parts: Needs, tx: Tx, { subscription }: FullSubscription, to: NewStatus): Promise<void> {
  const now = parts.clock.now()
  await tx
    .update(subscriptions)
    .set({ ...to, updatedAt: now })
    .where(eq(subscriptions.id, subscription.id))
    .run()
  await recordAct(tx, {
    action: to.status === 'GRACE' ? 'subscription.grace' : 'subscription.suspend',
    target: { kind: 'subscription', id: subscription.id },
    reason: 'unpaid',
    before: { status: subscription.status },
    after: { status: to.status },
    at: now,
  })
}

/** Removes the apps of subscriptions that ended longer ago than the restore window, their data with them. */
export async function purgeEndedInstances(parts: Needs): Promise<void> {
  const before = new Date(parts.clock.now().getTime() - restoreWindowMs)
  const ended = await parts.db.read
    .select({ id: instances.id })
    .from(subscriptions)
    .innerJoin(instances, eq(instances.subscriptionId, subscriptions.id))
    .where(
      and(
        isNotNull(subscriptions.endedAt),
        lte(subscriptions.endedAt, before),
        sql`${instances.desiredState} <> 'DELETED'`,
      ),
    )
    .limit(batchSize)
    .all()
  for (const { id } of ended) await parts.db.write((tx) => purge(parts, tx, id))
}

/** Read anew: between the list and this transaction its owner may have changed what is wished. */
async function purge(parts: Needs, tx: Tx, instanceId: string): Promise<void> {
  const instance = await findInstance(tx, instanceId)
  if (!instance || instance.desiredState === 'DELETED') return
  const change = { desiredState: 'DELETED', status: 'TERMINATING' } as const
  await changeDesire(parts, tx, instance, change, { action: 'instance.terminate', reason: 'restore window over' })
}
