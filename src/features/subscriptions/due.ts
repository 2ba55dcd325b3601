import { and, eq, lte, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import { day } from '../../lib/clock'
import type { Parts } from '../../parts'
import { sweep } from '../../queue'
import { recordAct } from '../audit'
import { quoteOf } from '../billing'
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
 * transaction of its own that reads it anew, so a second run, or one that was cut off, does nothing twice.
 */
export async function endDueSubscriptions(parts: Needs, signal?: AbortSignal): Promise<void> {
  await sweep<Due>({
    list: (after) => listDue(parts, after),
    act: ({ id }) => parts.db.write((tx) => advance(parts, tx, id)),
    onFault: ({ id }, fault) => parts.log.error({ subscriptionId: id, err: fault }, 'subscription not advanced'),
    failure: 'subscriptions could not be advanced',
    signal,
  })
}

type Due = Pick<Subscription, 'id' | 'number' | 'currentPeriodEnd'>

/** In the order in which they became due, as the forecast counts; the older one first where two did at once. */
function listDue({ db, clock }: Needs, after: Due | undefined): Promise<Due[]> {
  const { id, number, currentPeriodEnd } = subscriptions
  return db.read
    .select({ id, number, currentPeriodEnd })
    .from(subscriptions)
    .where(
      and(
        sql`${subscriptions.status} in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`,
        lte(currentPeriodEnd, clock.now()),
        after && sql`(${currentPeriodEnd}, ${number}) > (${after.currentPeriodEnd.getTime()}, ${after.number})`,
      ),
    )
    .orderBy(currentPeriodEnd, number)
    .limit(batchSize)
    .all()
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
  } else if (subscription.autoRenew && (await canPay(parts, tx, found))) {
    await renewSubscription(parts, tx, undefined, found)
  } else if (overdueMs >= graceMs + restoreWindowMs) {
    await endSubscription(parts, tx, found, { status: 'EXPIRED', reason: 'unpaid' })
  } else if (overdueMs >= graceMs) {
    if (subscription.status !== 'SUSPENDED') await suspendUnpaid(parts, tx, found)
  } else if (subscription.status !== 'GRACE' && !suspendedByChoice) {
    await setStatus(parts, tx, found, { status: 'GRACE', suspendedBy: null })
  }
}

async function canPay(parts: Needs, tx: Tx, found: FullSubscription): Promise<boolean> {
  const { total } = quoteOf(parts.config, await renewalPrice(parts, tx, found))
  return (await getBalance(tx, found.subscription.userId)) >= total
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
