import { and, count, eq, gte, lt, sql } from 'drizzle-orm'
import { countByStatus, type Drizzle, notByIndex, prepared } from '../../../db'
import { type BillingCycle, monthIn, monthsOf, startOfMonth } from '../../../lib/calendar'
import { day } from '../../../lib/clock'
import { proportion, type Rupiah, toJson } from '../../../lib/money'
import type { Parts } from '../../../parts'
import { quoteOf } from '../../billing'
import { plans, services } from '../../catalog/tables'
import { liveSums, type SubscriptionStatus, subscriptions } from '../tables'

/** Rows of one month, or of a week, that are counted at most: a few milliseconds. */
const mostCounted = 50_000
const dueDays = 7
const never = new Date(8.64e15)

type Needs = Pick<Parts, 'db' | 'clock' | 'config'>

/** What recurs: a suspended subscription pays nothing as long as it is one. */
const paying: ReadonlySet<SubscriptionStatus> = new Set(['PENDING', 'ACTIVE', 'GRACE'])

/** How the subscriptions stand: from sums that triggers keep, and from counts that have a bound. */
export async function subscriptionStatistics({ db, clock, config }: Needs) {
  const on = db.read
  const now = clock.now()
  const sums = await liveByPlan(on).all()
  const zone = config.billingTimeZone
  const thisMonth = startOfMonth(zone, now)
  const lastMonth = startOfMonth(zone, new Date(thisMonth.getTime() - day))
  return {
    asOf: now.toISOString(),
    byStatus: Object.fromEntries(await countsOf(on)) as Record<SubscriptionStatus, number>,
    live: sums.reduce((total, sum) => total + sum.total, 0),
    gifts: sums.reduce((total, sum) => total + sum.gifts, 0),
    mrr: toJson(quoteOf(config, monthlyOf(sums)).net),
    plans: plansOf(config, sums),
    dueWithinDays: dueDays,
    due: await countUpTo(dueBetween(on), now, new Date(now.getTime() + dueDays * day)),
    thisMonth: await monthOf(on, zone, thisMonth, never),
    lastMonth: await monthOf(on, zone, lastMonth, thisMonth),
  }
}

const everyStatus = ['PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'CANCELLED', 'EXPIRED'] as const

async function countsOf(on: Drizzle): Promise<[SubscriptionStatus, number][]> {
  const counts = await countByStatus(on, 'subscriptions')
  return everyStatus.map((status) => [status, counts.get(status) ?? 0])
}

/** A few rows for each plan that was ever sold: the catalog bounds them. */
const liveByPlan = prepared((db) =>
  db
    .select({
      planId: plans.id,
      plan: plans.name,
      serviceId: services.id,
      service: services.name,
      status: liveSums.status,
      billingCycle: liveSums.billingCycle,
      total: liveSums.total,
      gifts: liveSums.gifts,
      price: liveSums.price,
    })
    .from(liveSums)
    .innerJoin(plans, eq(plans.id, liveSums.planId))
    .innerJoin(services, eq(services.id, plans.serviceId))
    .where(sql`${liveSums.total} > 0`)
    .orderBy(services.name, plans.tier, plans.id)
    .prepare(),
)

type Sum = Awaited<ReturnType<ReturnType<typeof liveByPlan>['all']>>[number]

/** What all of them pay in a month, as the catalog has it: each cycle divided once. */
function monthlyOf(sums: Sum[]): Rupiah {
  const byCycle = new Map<BillingCycle, Rupiah>()
  for (const { status, billingCycle, price } of sums) {
    if (paying.has(status)) byCycle.set(billingCycle, (byCycle.get(billingCycle) ?? 0n) + price)
  }
  return [...byCycle].reduce((sum, [cycle, price]) => sum + proportion(price, 1n, BigInt(monthsOf[cycle])), 0n)
}

function plansOf(config: Parts['config'], sums: Sum[]) {
  const byPlan = Map.groupBy(sums, ({ planId }) => planId)
  return [...byPlan.values()].map((ofPlan) => {
    const { planId, plan, serviceId, service } = ofPlan[0]!
    return {
      service: { id: serviceId, name: service },
      plan: { id: planId, name: plan },
      live: ofPlan.reduce((total, sum) => total + sum.total, 0),
      suspended: ofPlan.reduce((total, sum) => total + (sum.status === 'SUSPENDED' ? sum.total : 0), 0),
      gifts: ofPlan.reduce((total, sum) => total + sum.gifts, 0),
      mrr: toJson(quoteOf(config, monthlyOf(ofPlan)).net),
    }
  })
}

async function monthOf(on: Drizzle, zone: string, from: Date, to: Date) {
  const ended = { from: from.getTime(), to: to.getTime() }
  const cancelled = (await endedBetween(on).get({ ...ended, status: 'CANCELLED' }))!.total
  const expired = (await endedBetween(on).get({ ...ended, status: 'EXPIRED' }))!.total
  return { month: monthIn(zone, from), started: await countUpTo(startedBetween(on), from, to), cancelled, expired }
}

interface Counting {
  get(range: { from: number; to: number }): Promise<{ total: number } | undefined>
}

const countUpTo = async (query: Counting, from: Date, to: Date): Promise<number> =>
  (await query.get({ from: from.getTime(), to: to.getTime() }))!.total

const from = sql`${sql.placeholder('from')}`
const to = sql`${sql.placeholder('to')}`

const startedBetween = prepared((db) => {
  const range = and(gte(subscriptions.createdAt, from), lt(subscriptions.createdAt, to))
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(subscriptions)
    .where(range)
    .limit(mostCounted)
    .as('some')
  return db.select({ total: count() }).from(some).prepare()
})

const endedBetween = prepared((db) => {
  const { endedAt, status } = subscriptions
  // Spelled out, so that SQLite sees that the partial index answers it.
  const range = and(sql`${endedAt} is not null`, gte(endedAt, from), lt(endedAt, to))
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(subscriptions)
    .where(and(range, notByIndex(status, sql.placeholder('status'))))
    .limit(mostCounted)
    .as('some')
  return db.select({ total: count() }).from(some).prepare()
})

const dueBetween = prepared((db) => {
  const { currentPeriodEnd, endedAt } = subscriptions
  const isLive = sql`${endedAt} is null`
  const range = and(isLive, gte(currentPeriodEnd, from), lt(currentPeriodEnd, to))
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(subscriptions)
    .where(range)
    .limit(mostCounted)
    .as('some')
  return db.select({ total: count() }).from(some).prepare()
})
