import type { Tx } from '../../db'
import { minute } from '../../lib/clock'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import type { Downtime } from '../downtime'
import { getBalance } from '../ledger'
import { endSubscription } from './cancel'
import { stateOf } from './lifecycle'
import { hasOpenPayment } from './open-payment'
import { giveUpProvisioning } from './provisioning'
import { type FullSubscription, findSubscription } from './read'
import { removeEndedApp } from './remove'
import { nextRenewal, renewSubscription } from './renew'
import { clockOf, heldMs, stageEnd } from './stage'
import { setClock, setNextStep } from './stage-rows'
import { lapse } from './unpaid'
import { endPendingUpgrade } from './upgrade-end'

/** A last look at the app before its time is up for good. */
const lastLookMs = minute

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'platform' | 'log'>

/** The step that is due now, if one is. Read anew: what made it due may have changed since. */
export async function advance(parts: Needs, tx: Tx, id: string, downtimes: readonly Downtime[]): Promise<void> {
  const found = await findSubscription(tx, id)
  const now = parts.clock.now()
  if (!found?.subscription.nextStepAt || found.subscription.nextStepAt > now) return
  const { subscription } = found
  switch (stateOf(subscription)) {
    case 'PENDING':
      return provision(parts, tx, found, downtimes)
    case 'ACTIVE':
    case 'SUSPENDED/customer':
      return periodOver(parts, tx, found)
    case 'GRACE':
    case 'SUSPENDED/unpaid':
      return unpaid(parts, tx, found, downtimes)
    case 'CANCELLED':
    case 'EXPIRED':
      return removeIfOver(parts, tx, found, downtimes)
    case 'SUSPENDED/admin':
    case 'REMOVED':
      return
  }
}

async function removeIfOver(
  parts: Needs,
  tx: Tx,
  found: FullSubscription,
  downtimes: readonly Downtime[],
): Promise<void> {
  const now = parts.clock.now()
  const clock = clockOf(parts, found.subscription, now, downtimes)
  if (clock.nextStepAt! > now) return setClock(tx, found.subscription.id, clock)
  await removeEndedApp(parts, tx, found)
}

async function provision(parts: Needs, tx: Tx, found: FullSubscription, downtimes: readonly Downtime[]): Promise<void> {
  const { subscription, instance } = found
  const now = parts.clock.now()
  const end = stageEnd(parts, subscription, downtimes, instance)!
  if (end > now) return setNextStep(tx, subscription.id, end)
  const lastLook = new Date(end.getTime() + lastLookMs)
  if (lastLook <= now) return giveUpProvisioning(parts, tx, found)
  // What the cluster says by now has the last word.
  if (instance) tx.afterCommit(() => parts.reconciler.wake(instance.id))
  await setNextStep(tx, subscription.id, lastLook)
}

/** What it was paid for is over. */
async function periodOver(parts: Needs, tx: Tx, standing: FullSubscription): Promise<void> {
  // Renewed is the plan that was seen to work.
  const found = await endPendingUpgrade(parts, tx, standing, 'period over')
  const { subscription } = found
  if (subscription.endedAt) return
  if (subscription.cancelAtPeriodEnd) {
    await endSubscription(parts, tx, found, { status: 'CANCELLED', reason: 'cancelled at period end' })
  } else if (await canRenew(parts, tx, found)) {
    await renewSubscription(parts, tx, undefined, found)
  } else {
    await lapse(parts, tx, found)
  }
}

async function unpaid(parts: Needs, tx: Tx, found: FullSubscription, downtimes: readonly Downtime[]): Promise<void> {
  const { subscription } = found
  if (subscription.cancelAtPeriodEnd || (await canRenew(parts, tx, found))) return periodOver(parts, tx, found)
  const now = parts.clock.now()
  const end = stageEnd(parts, subscription, downtimes)!
  if (end > now) return setNextStep(tx, subscription.id, end)
  const heldUntil = new Date(end.getTime() + heldMs)
  // Somebody who is paying just now loses nothing to the clock.
  if (heldUntil > now && (await hasOpenPayment(tx, subscription.userId)))
    return setNextStep(tx, subscription.id, new Date(now.getTime() + minute))
  await lapse(parts, tx, found)
}

async function canRenew(parts: Needs, tx: Tx, found: FullSubscription): Promise<boolean> {
  if (!found.subscription.autoRenew) return false
  const { total } = quoteOf(parts.config, (await nextRenewal(parts, tx, found)).price)
  return (await getBalance(tx, found.subscription.userId)) >= total
}
