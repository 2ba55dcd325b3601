import { eq, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { chargeFor } from '../billing'
import { changeDesire } from '../instances'
import { sources } from '../ledger'
import { tellOfTerms } from './announce-terms'
import { applyScheduledChange, findDueChange } from './apply-scheduled-change'
import { findComingTerms } from './next-terms'
import { type NextPeriod, nextPeriod } from './periods'
import type { FullSubscription } from './read'
import { findRenewalTerms } from './renewal-terms'
import { resizeByTerms } from './resize-by-terms'
import { clockOf } from './stage'
import { changeStage } from './stage-rows'
import { startAfterSuspension } from './suspension'
import type { Subscription } from './tables'
import { subscriptions } from './tables'
import { tellRenewed } from './tell-renewed'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>

/**
 * Charges the next period and brings back what stood still because it was unpaid, or what had ended. The ledger refuses to charge
 * the same period twice.
 * @param actor who asked for it; without one the house renews by itself
 * @throws AppError INSUFFICIENT_BALANCE
 */
export async function renewSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor | undefined,
  standing: FullSubscription,
): Promise<FullSubscription> {
  const found = await applyScheduledChange(parts, tx, standing)
  const { subscription } = found
  const now = parts.clock.now()
  const next = nextPeriod(parts, subscription, now)
  const { index: periodIndex, period } = next
  const { number: termsNumber, price, offer } = await findRenewalTerms(tx, found, period.start)
  const { total, transaction } = await chargeFor(parts, tx, {
    userId: subscription.userId,
    subscription,
    terms: { planId: subscription.planId, number: termsNumber },
    kind: 'period',
    periodIndex,
    period,
    price,
    serviceName: found.service.name,
    planName: found.plan.name,
    source: sources.period.build({ subscription: subscription.id, index: periodIndex }),
    description: `${found.service.name} ${found.plan.name}, renewed`,
    at: now,
  })
  const renewed = await saveRenewed(parts, tx, found, { ...next, price, termsNumber })
  await recordRevival(tx, actor, subscription, renewed)
  await recordMove(tx, actor, subscription, renewed)
  const resized = await resizeByTerms(parts, tx, actor, found.instance, { offer, isAhead: period.start > now })
  const instance = await startAgain(parts, tx, actor, { ...found, instance: resized })
  const goesOn = { ...found, subscription: renewed, instance }
  await tellRenewed(parts, tx, standing, goesOn, { total, transaction })
  // While it was on another plan nobody told it what this one was changed to.
  const coming = found.plan.id === standing.plan.id ? undefined : await findComingTerms(parts, tx, goesOn)
  if (coming) await tellOfTerms(parts, tx, goesOn, coming.terms.number)
  return goesOn
}

/** What the next period is of and costs once it is due, by the change that is booked if that can be made. */
export async function nextRenewal(
  parts: Pick<Parts, 'clock' | 'config' | 'platform'>,
  tx: Tx,
  found: FullSubscription,
): Promise<{ plan: string; price: Rupiah }> {
  const due = await findDueChange(parts, tx, found)
  if (due && !due.unfit) return { plan: due.wanted.plan.name, price: due.price }
  const { period } = nextPeriod(parts, found.subscription, parts.clock.now())
  return { plan: found.plan.name, price: (await findRenewalTerms(tx, found, period.start)).price }
}

// Built once: every renewal comes through here. The status is not in it, so that the slots are not counted anew.
const saveRenewal = prepared((db) =>
  db
    .update(subscriptions)
    .set({
      price: sql`${sql.placeholder('price')}`,
      termsNumber: sql`${sql.placeholder('termsNumber')}`,
      periodIndex: sql`${sql.placeholder('periodIndex')}`,
      anchorAt: sql`${sql.placeholder('anchorAt')}`,
      anchorPeriod: sql`${sql.placeholder('anchorPeriod')}`,
      anchorMonths: sql`${sql.placeholder('anchorMonths')}`,
      pausedMs: 0,
      currentPeriodStart: sql`${sql.placeholder('currentPeriodStart')}`,
      currentPeriodEnd: sql`${sql.placeholder('currentPeriodEnd')}`,
      nextStepAt: sql`${sql.placeholder('nextStepAt')}`,
      noticeAt: sql`${sql.placeholder('noticeAt')}`,
      updatedAt: sql`${sql.placeholder('updatedAt')}`,
    })
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

/** Puts the status right as well where it was unpaid or ended. @returns the row as it is then */
async function saveRenewed(
  parts: Needs,
  tx: Tx,
  found: FullSubscription,
  { index, period, anchor, price, termsNumber }: NextPeriod & Pick<Subscription, 'price' | 'termsNumber'>,
): Promise<Subscription> {
  const { subscription } = found
  const boundaries = { currentPeriodStart: period.start, currentPeriodEnd: period.end }
  const renewed = { price, termsNumber, periodIndex: index, ...anchor, ...boundaries, pausedMs: 0 }
  if (isBroughtBack(subscription)) {
    const back = { status: 'ACTIVE', suspendedBy: null } as const
    if (!subscription.endedAt) return changeStage(parts, tx, found, { ...renewed, ...back })
    return changeStage(parts, tx, found, { ...renewed, ...back, endedAt: null, endReason: null })
  }
  const updatedAt = parts.clock.now()
  const row = { ...subscription, ...renewed, updatedAt }
  const clock = clockOf(parts, row, updatedAt)
  await saveRenewal(tx).run({ id: subscription.id, ...renewed, ...clock, updatedAt })
  return { ...row, ...clock }
}

const isBroughtBack = ({ status, suspendedBy, endedAt }: Subscription): boolean =>
  status === 'GRACE' || suspendedBy === 'unpaid' || endedAt !== null

/** That an app goes on again is written down; a plain renewal stands in the ledger with its charge, and the log need not repeat it. */
async function recordRevival(
  tx: Tx,
  actor: Actor | undefined,
  before: Subscription,
  after: Subscription,
): Promise<void> {
  if (!isBroughtBack(before)) return
  await recordAct(tx, {
    actor,
    action: before.endedAt ? 'subscription.restore' : 'subscription.resume',
    target: { kind: 'subscription', id: before.id },
    reason: 'paid',
    before: { status: before.status, currentPeriodEnd: before.currentPeriodEnd.toISOString() },
    after: { status: after.status, currentPeriodEnd: after.currentPeriodEnd.toISOString() },
    at: after.updatedAt,
  })
}

/** New terms are the plan's doing, not its owner's: that and from when they count is written down. */
async function recordMove(
  tx: Tx,
  actor: Actor | undefined,
  before: Subscription,
  after: Pick<Subscription, 'termsNumber' | 'price' | 'updatedAt'>,
): Promise<void> {
  if (after.termsNumber === before.termsNumber) return
  await recordAct(tx, {
    actor,
    action: 'subscription.terms',
    target: { kind: 'subscription', id: before.id },
    before: { termsNumber: before.termsNumber, price: toJson(before.price) },
    after: { termsNumber: after.termsNumber, price: toJson(after.price) },
    at: after.updatedAt,
  })
}

async function startAgain(parts: Needs, tx: Tx, actor: Actor | undefined, found: FullSubscription) {
  const { subscription, instance } = found
  const act = { actor, reason: 'paid' }
  if (subscription.suspendedBy === 'unpaid') return startAfterSuspension(parts, tx, found, act)
  if (!subscription.endedAt || !instance || instance.desiredState === 'RUNNING') return instance
  const change = { desiredState: 'RUNNING', status: 'STARTING' } as const
  return changeDesire(parts, tx, instance, change, { ...act, action: 'instance.start' })
}
