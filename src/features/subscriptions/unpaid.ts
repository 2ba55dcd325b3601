import type { Tx } from '../../db'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { quoteOf } from '../billing'
import { getBalance } from '../ledger'
import { enqueueMail } from '../mails'
import { endSubscription } from './cancel'
import { stateOf } from './lifecycle'
import { namesOf } from './names'
import type { FullSubscription } from './read'
import { nextRenewal } from './renew'
import { stageEnd } from './stage'
import { changeStage } from './stage-rows'
import { stopForSuspension } from './suspension'
import type { Subscription } from './tables'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'platform'>

/** It is not paid and its stage is over: grace, then suspension, then the end. Its owner is told of each. */
export async function lapse(parts: Needs, tx: Tx, found: FullSubscription): Promise<void> {
  switch (stateOf(found.subscription)) {
    case 'ACTIVE':
      return enterGrace(parts, tx, found)
    case 'GRACE':
    case 'SUSPENDED/customer':
      return suspendUnpaid(parts, tx, found)
    default:
      await endSubscription(parts, tx, found, { status: 'EXPIRED', reason: 'unpaid' })
  }
}

async function enterGrace(parts: Needs, tx: Tx, found: FullSubscription): Promise<void> {
  const subscription = await changeStage(parts, tx, found, { status: 'GRACE', suspendedBy: null })
  await record(tx, 'subscription.grace', found.subscription, subscription)
  await enqueueMail(parts, tx, {
    key: `renewal-failed:${subscription.id}:${subscription.periodIndex}:${subscription.stageSince.getTime()}`,
    userId: subscription.userId,
    template: 'renewal-failed',
    data: {
      ...namesOf(found),
      plan: (await nextRenewal(parts, tx, found)).plan,
      due: await dueOf(parts, tx, found),
      balance: toJson(await getBalance(tx, subscription.userId)),
      graceUntil: stageEnd(parts, subscription, [])!.toISOString(),
      autoRenew: subscription.autoRenew,
    },
  })
}

async function suspendUnpaid(parts: Needs, tx: Tx, found: FullSubscription): Promise<void> {
  const subscription = await changeStage(parts, tx, found, { status: 'SUSPENDED', suspendedBy: 'unpaid' })
  await record(tx, 'subscription.suspend', found.subscription, subscription)
  await stopForSuspension(parts, tx, found, 'unpaid')
  await enqueueMail(parts, tx, {
    key: `subscription-suspended:${subscription.id}:${subscription.stageSince.getTime()}`,
    userId: subscription.userId,
    template: 'subscription-suspended',
    data: {
      ...namesOf(found),
      by: 'unpaid',
      due: await dueOf(parts, tx, found),
      endsAt: stageEnd(parts, subscription, [])!.toISOString(),
      autoRenew: subscription.autoRenew,
    },
  })
}

/** What it costs to bring it back, tax included. */
async function dueOf(parts: Needs, tx: Tx, found: FullSubscription): Promise<number> {
  return toJson(quoteOf(parts.config, (await nextRenewal(parts, tx, found)).price).total)
}

const record = (tx: Tx, action: string, before: Subscription, after: Subscription) =>
  recordAct(tx, {
    action,
    target: { kind: 'subscription', id: before.id },
    reason: 'unpaid',
    before: { status: before.status },
    after: { status: after.status },
    at: after.updatedAt,
  })
