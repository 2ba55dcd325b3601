import { and, eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../db'
import type { Actor } from '../../http/access'
import { day } from '../../lib/clock'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import { listNewerTerms, priceOf } from '../catalog'
import { plans } from '../catalog/tables'
import { getWalletFigures } from '../ledger'
import { findWanted, nextPeriod, presentPriceOf, recounted, termsOfChange, type Wanted } from '../subscriptions'
import { subscriptions } from '../subscriptions/tables'
import { foresee, type Outlook, type Renewal, type Renewing } from './forecast-renewals'

const maxShown = 100

type Needs = Pick<Parts, 'db' | 'clock' | 'config'>

/** When the renewals to come will exceed the balance, and by how much, if nothing is paid in and nothing is changed. */
export async function forecastWallet({ db, clock, config }: Needs, actor: Actor, days: number) {
  const from = clock.now()
  const until = new Date(from.getTime() + days * day)
  const { balance, owed } = await getWalletFigures(db.read, actor.userId)
  const renewing = await listRenewing(db.read, config, actor.userId, from)
  const outlook = foresee(balance, renewing, { from, until, timeZone: config.billingTimeZone })
  return {
    balance: toJson(balance),
    owed: toJson(owed),
    asOf: from.toISOString(),
    horizonEnd: until.toISOString(),
    totalDue: toJson(outlook.total),
    coveredUntil: (outlook.shortfall?.renewal.dueAt ?? until).toISOString(),
    shortfall: shortfallViewOf(outlook, balance, owed),
    renewals: outlook.renewals.slice(0, maxShown).map(renewalViewOf),
    moreRenewals: Math.max(0, outlook.renewals.length - maxShown),
  }
}

function shortfallViewOf({ shortfall, total }: Outlook, balance: Rupiah, owed: Rupiah) {
  if (!shortfall) return null
  const { renewal, missing } = shortfall
  return {
    at: renewal.dueAt.toISOString(),
    subscriptionId: renewal.subscriptionId,
    name: renewal.name,
    amount: toJson(renewal.amount),
    missing: toJson(missing),
    topUpNeeded: toJson(missing + owed),
    missingByHorizon: toJson(total - balance),
  }
}

const renewalViewOf = ({ subscriptionId, name, dueAt, amount, balanceAfter }: Renewal) => ({
  subscriptionId,
  name,
  dueAt: dueAt.toISOString(),
  amount: toJson(amount),
  balanceAfter: toJson(balanceAfter),
})

/** One live subscription per service bounds how many there are. */
async function listRenewing(on: Drizzle, config: Parts['config'], userId: string, now: Date): Promise<Renewing[]> {
  const rows = await renewingOf(on).all({ userId })
  return Promise.all(rows.map((row) => renewingBy(on, config, row, now)))
}

/** At the price of today, and from the renewals on that newer terms of the plan count for, at theirs. */
async function renewingBy(on: Drizzle, config: Parts['config'], row: Row, now: Date): Promise<Renewing> {
  const { plan } = row
  // What is paid late counts from its payment.
  const { period, anchor } = nextPeriod({ config }, row.subscription, now)
  const subscription = { ...row.subscription, ...anchor }
  const wanted = await findWanted(on, subscription)
  if (wanted) return changingBy(on, config, subscription, wanted, period.start)
  const amount = quoteOf(config, await presentPriceOf(on, row)).total
  if (subscription.termsNumber === plan.termsNumber) return { ...subscription, amount }
  return { ...subscription, amount, later: await laterOf(on, config, subscription) }
}

/** By the change that is booked: what it costs then, and in its cycle. */
async function changingBy(
  on: Drizzle,
  config: Parts['config'],
  subscription: Row['subscription'],
  wanted: Wanted,
  start: Date,
): Promise<Renewing> {
  const { terms, price } = await termsOfChange(on, subscription, wanted, start)
  const changed = { ...subscription, ...recounted(subscription, wanted.billingCycle) }
  const lives = { planId: wanted.plan.id, termsNumber: terms.number, billingCycle: wanted.billingCycle }
  return { ...changed, amount: quoteOf(config, price).total, later: await laterOf(on, config, lives) }
}

async function laterOf(
  on: Drizzle,
  config: Parts['config'],
  { planId, termsNumber, billingCycle }: Pick<Row['subscription'], 'planId' | 'termsNumber' | 'billingCycle'>,
): Promise<Renewing['later']> {
  const newer = await listNewerTerms(on, planId, termsNumber)
  return newer.map((terms) => ({
    from: terms.effectiveAt,
    amount: quoteOf(config, priceOf(terms, billingCycle)).total,
  }))
}

type Row = Awaited<ReturnType<ReturnType<typeof renewingOf>['all']>>[number]

const { cpuMillicores, memoryMb, storageGb, termsNumber } = plans
const { price: planPrice, quarterlyDiscountPercent, yearlyDiscountPercent } = plans
const prices = { price: planPrice, quarterlyDiscountPercent, yearlyDiscountPercent }
const ofPlan = { ...prices, cpuMillicores, memoryMb, storageGb, termsNumber }
const { id, number, name, billingCycle, periodIndex, currentPeriodEnd, isBonus, price } = subscriptions
const { anchorAt, anchorPeriod, anchorMonths } = subscriptions
const lives = { planId: subscriptions.planId, termsNumber: subscriptions.termsNumber }
const { scheduledPlanId, scheduledCycle, status, suspendedBy, endedAt } = subscriptions
const anchor = { anchorAt, anchorPeriod, anchorMonths, status, suspendedBy, endedAt }
const booked = { scheduledPlanId, scheduledCycle }
const period = { billingCycle, periodIndex, currentPeriodEnd }
const renewing = { id, number, name, isBonus, price, ...period, ...booked, ...anchor, ...lives }

/** Those that the job of due subscriptions will charge: see subscriptions/advance.ts. */
const renewingOf = prepared((db) =>
  db
    .select({ subscription: renewing, plan: ofPlan })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .where(
      and(
        eq(subscriptions.userId, sql.placeholder('userId')),
        // Spelled out, so that SQLite sees that the partial index answers it.
        sql`${subscriptions.status} in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`,
        // What an administrator has suspended stands still.
        sql`${subscriptions.suspendedBy} is not 'admin'`,
        eq(subscriptions.autoRenew, true),
        eq(subscriptions.cancelAtPeriodEnd, false),
      ),
    )
    .prepare(),
)
