import { eq, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { chargeFor } from '../billing'
import { sources } from '../ledger'
import { periodOf } from './periods'
import type { FullSubscription } from './read'
import { findRenewalTerms } from './renewal-terms'
import { resizeByTerms } from './resize-by-terms'
import { startAfterSuspension } from './suspension'
import type { Subscription } from './tables'
import { subscriptions } from './tables'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'reconciler'>

/**
 * Charges the next period, counted from the anchor, and brings back what stood still because it was unpaid. The ledger
 * refuses to charge the same period twice.
 * @param actor who asked for it; without one the house renews by itself
 */
export async function renewSubscription(
  parts: Needs,
  tx: Tx,
  actor: Actor | undefined,
  found: FullSubscription,
): Promise<FullSubscription> {
  const { subscription } = found
  const now = parts.clock.now()
  const periodIndex = subscription.periodIndex + 1
  const period = periodOf(parts, subscription, periodIndex)
  const { number: termsNumber, price, offer } = await findRenewalTerms(tx, found, period.start)
  await chargeFor(parts, tx, {
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
  const boundaries = { currentPeriodStart: period.start, currentPeriodEnd: period.end }
  const renewed = { price, termsNumber, periodIndex, ...boundaries, updatedAt: now }
  await saveRenewal(tx).run({ id: subscription.id, ...renewed })
  const changed = { ...renewed, ...(await revive(tx, subscription)) }
  await recordRevival(tx, actor, subscription, changed)
  await recordMove(tx, actor, subscription, changed)
  const resized = await resizeByTerms(parts, tx, actor, found.instance, { offer, isAhead: period.start > now })
  const instance = await startAgain(parts, tx, actor, { ...found, instance: resized })
  return { ...found, subscription: { ...subscription, ...changed }, instance }
}

/** What the next period costs. */
export async function renewalPrice(parts: Pick<Parts, 'config'>, tx: Tx, found: FullSubscription): Promise<Rupiah> {
  const { start } = periodOf(parts, found.subscription, found.subscription.periodIndex + 1)
  return (await findRenewalTerms(tx, found, start)).price
}

// Built once: every renewal comes through here. The status is not in it, so that the slots are not counted anew.
const saveRenewal = prepared((db) =>
  db
    .update(subscriptions)
    .set({
      price: sql`${sql.placeholder('price')}`,
      termsNumber: sql`${sql.placeholder('termsNumber')}`,
      periodIndex: sql`${sql.placeholder('periodIndex')}`,
      currentPeriodStart: sql`${sql.placeholder('currentPeriodStart')}`,
      currentPeriodEnd: sql`${sql.placeholder('currentPeriodEnd')}`,
      updatedAt: sql`${sql.placeholder('updatedAt')}`,
    })
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

const isUnpaid = ({ status, suspendedBy }: Subscription): boolean => status === 'GRACE' || suspendedBy === 'unpaid'

/** Puts the status right where it was unpaid. @returns what that changed */
async function revive(
  tx: Tx,
  subscription: Subscription,
): Promise<Partial<Pick<Subscription, 'status' | 'suspendedBy'>>> {
  if (!isUnpaid(subscription)) return {}
  const revived = { status: subscription.firstReadyAt ? 'ACTIVE' : 'PENDING', suspendedBy: null } as const
  await tx.update(subscriptions).set(revived).where(eq(subscriptions.id, subscription.id)).run()
  return revived
}

/** That an app goes on again is written down; a plain renewal stands in the ledger with its charge, and the log need not repeat it. */
async function recordRevival(
  tx: Tx,
  actor: Actor | undefined,
  before: Subscription,
  after: Partial<Subscription> & { currentPeriodEnd: Date; updatedAt: Date },
): Promise<void> {
  if (!isUnpaid(before)) return
  await recordAct(tx, {
    actor,
    action: 'subscription.resume',
    target: { kind: 'subscription', id: before.id },
    reason: 'paid',
    before: { status: before.status, currentPeriodEnd: before.currentPeriodEnd.toISOString() },
    after: { status: after.status ?? before.status, currentPeriodEnd: after.currentPeriodEnd.toISOString() },
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

const startAgain = (parts: Needs, tx: Tx, actor: Actor | undefined, found: FullSubscription) =>
  found.subscription.suspendedBy === 'unpaid'
    ? startAfterSuspension(parts, tx, found, { actor, reason: 'paid' })
    : found.instance
