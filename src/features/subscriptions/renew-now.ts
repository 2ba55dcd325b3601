import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { minute } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { assertPossible } from './lifecycle'
import { isPaidAhead } from './periods'
import { type FullSubscription, getOwnSubscription } from './read'
import { renewSubscription } from './renew'
import type { Subscription } from './tables'
import { type SubscriptionViewData, subscriptionViewOf } from './view'

const sameClickMs = minute

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'platform'>

/**
 * Pays the next period now: at most one ahead, and what is overdue first.
 * @param shownEnd the end of the period as the caller saw it; if it was renewed since, nothing is charged
 * @throws AppError INVALID_STATE, CONFLICT, INSUFFICIENT_BALANCE
 */
export async function renewNow(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  shownEnd?: string,
): Promise<SubscriptionViewData> {
  const found = await getOwnSubscription(tx, actor, id)
  const { subscription } = found
  if (shownEnd !== undefined) assertSameEnd(subscription, new Date(shownEnd))
  assertRenewable(found, parts.clock.now())
  if (shownEnd === undefined) assertNotJustPaid(subscription, parts.clock.now())
  return subscriptionViewOf(parts, tx, await renewSubscription(parts, tx, actor, found))
}

/** Without it a renewal by the clock and one by hand, at the same moment, would pay two periods. */
function assertSameEnd({ currentPeriodEnd }: Subscription, shown: Date): void {
  if (currentPeriodEnd.getTime() === shown.getTime()) return
  throw new AppError('CONFLICT', 'The subscription was renewed in the meantime', {
    currentPeriodEnd: currentPeriodEnd.toISOString(),
  })
}

/** What was overdue and is paid a moment ago was paid by the same click: the period after it is another wish. */
function assertNotJustPaid({ status, stageSince, periodIndex, currentPeriodEnd }: Subscription, now: Date): void {
  const isJustPaid = status === 'ACTIVE' && periodIndex > 0 && now.getTime() - stageSince.getTime() < sameClickMs
  if (!isJustPaid) return
  throw new AppError(
    'CONFLICT',
    'The subscription was renewed a moment ago; name its `periodEnd` to pay the next period too',
    {
      currentPeriodEnd: currentPeriodEnd.toISOString(),
    },
  )
}

function assertRenewable(found: FullSubscription, now: Date): void {
  assertPossible('renew', found.subscription, 'customer')
  const refusal = refusalOf(found, now)
  if (!refusal) return
  const { status, currentPeriodEnd } = found.subscription
  throw new AppError('INVALID_STATE', refusal, { status, currentPeriodEnd: currentPeriodEnd.toISOString() })
}

function refusalOf({ subscription, upgrade }: FullSubscription, now: Date): string | undefined {
  if (subscription.cancelAtPeriodEnd) return 'This subscription will end; turn auto-renew on to keep it'
  // Renewed at its price, it would have to be taken back with it.
  if (upgrade) return 'An upgrade is under way; renew once it is finished'
  if (isPaidAhead(subscription, now)) return 'The next period is paid already'
  return undefined
}
