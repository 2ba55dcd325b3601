import { sql } from 'drizzle-orm'
import type { Drizzle } from '../../../src/db'
import type { Cast } from '../business/cast'
import { restOf } from '../model/money'
import type { Model, Subscription } from '../model/state'

interface Row {
  number: number
  userId: string
  planId: string
  status: string
  suspendedBy: string | null
  price: number
  termsNumber: number
  periodIndex: number
  start: number
  end: number
  autoRenew: number
  cancelAtPeriodEnd: number
  since: number
  firstReadyAt: number | null
  endedAt: number | null
  appRemovedAt: number | null
  paid: number
  upgrading: number
  app: string | null
  cycle: string
  bookedPlan: string | null
  bookedCycle: string | null
}

const columns = sql`number, user_id AS userId, plan_id AS planId, status, suspended_by AS suspendedBy, price,
    terms_number AS termsNumber, period_index AS periodIndex, current_period_start AS start, current_period_end AS end,
    auto_renew AS autoRenew, cancel_at_period_end AS cancelAtPeriodEnd, stage_since AS since, first_ready_at AS firstReadyAt,
    ended_at AS endedAt, app_removed_at AS appRemovedAt,
    (SELECT coalesce(-sum(amount), 0) FROM transactions WHERE subscription_id = subscriptions.id) AS paid,
    EXISTS (SELECT 1 FROM upgrades WHERE subscription_id = subscriptions.id AND upgrades.status = 'PENDING') AS upgrading,
    (SELECT desired_state FROM instances WHERE subscription_id = subscriptions.id) AS app,
    billing_cycle AS cycle, scheduled_plan_id AS bookedPlan, scheduled_cycle AS bookedCycle`

/** What a customer has by the database, in words that the model's are compared with. */
async function seenOf(read: Drizzle, cast: Cast, customer: number): Promise<string[]> {
  const { userId } = cast.customers[customer]!
  const wallet = await read.all<{ balance: number }>(
    sql`SELECT balance FROM ledger_accounts WHERE id = ${`wallet:${userId}`}`,
  )
  const rows = await read.all<Row>(sql`SELECT ${columns} FROM subscriptions WHERE user_id = ${userId} ORDER BY number`)
  return [walletOf(wallet[0]?.balance ?? 0), ...rows.map((row) => lineOfRow(cast, row))]
}

const walletOf = (balance: number | bigint): string => `wallet ${balance}`

function lineOfRow(cast: Cast, row: Row): string {
  return line({
    bill: row.number,
    plan: cast.plans.findIndex(({ id }) => id === row.planId),
    state: row.suspendedBy === null ? row.status : `${row.status}/${row.suspendedBy}`,
    since: Number(row.since),
    price: Number(row.price),
    terms: Number(row.termsNumber),
    period: Number(row.periodIndex),
    start: Number(row.start),
    end: Number(row.end),
    autoRenew: Number(row.autoRenew) === 1,
    cancelled: Number(row.cancelAtPeriodEnd) === 1,
    ready: row.firstReadyAt !== null,
    ended: row.endedAt === null ? undefined : Number(row.endedAt),
    removed: row.appRemovedAt === null ? undefined : Number(row.appRemovedAt),
    paid: Number(row.paid),
    upgrading: Number(row.upgrading) === 1,
    app: row.app ?? 'none',
    cycle: row.cycle,
    booked: row.bookedPlan && `${cast.plans.findIndex(({ id }) => id === row.bookedPlan)} ${row.bookedCycle}`,
  })
}

const expectedOf = (model: Model, customer: number): string[] => [
  walletOf(model.customers[customer]!.balance),
  ...model.customers[customer]!.subscriptions.map(lineOfModel),
]

function lineOfModel(subscription: Subscription): string {
  return line({
    bill: 101 + subscription.place,
    plan: subscription.plan.place,
    state: subscription.state,
    since: subscription.since,
    price: Number(subscription.price),
    terms: subscription.termsNumber,
    period: subscription.index,
    start: subscription.start,
    end: subscription.end,
    autoRenew: subscription.autoRenew,
    cancelled: subscription.cancelAtEnd,
    ready: subscription.readyAt !== undefined,
    ended: subscription.endedAt,
    removed: subscription.removedAt,
    paid: Number(subscription.charges.reduce((sum, charge) => sum + restOf(charge), 0n)),
    upgrading: subscription.upgrade !== undefined,
    app: appOf(subscription),
    cycle: subscription.cycle,
    booked: subscription.booked && `${subscription.booked.plan.place} ${subscription.booked.cycle}`,
  })
}

/** It runs while it is paid for or in grace, stands still while it is suspended or ended, and then it goes. */
function appOf({ state, removedAt }: Subscription): string {
  if (removedAt !== undefined) return 'DELETED'
  return state === 'PENDING' || state === 'ACTIVE' || state === 'GRACE' ? 'RUNNING' : 'STOPPED'
}

interface Shown {
  bill: number
  plan: number
  state: string
  since: number
  price: number
  terms: number
  period: number
  start: number
  end: number
  autoRenew: boolean
  cancelled: boolean
  ready: boolean
  ended: number | undefined
  removed: number | undefined
  paid: number
  upgrading: boolean
  app: string
  cycle: string
  booked: string | null | undefined
}

const time = (at: number | undefined): string => (at === undefined ? '-' : new Date(at).toISOString())

const line = (of: Shown): string =>
  [
    `BILL-${of.bill}`,
    `plan ${of.plan} ${of.cycle}`,
    ...(of.booked ? [`booked ${of.booked}`] : []),
    `${of.state} since ${time(of.since)}`,
    `price ${of.price} by terms ${of.terms}`,
    `period ${of.period} ${time(of.start)}–${time(of.end)}`,
    of.autoRenew ? 'renews' : 'does not renew',
    ...(of.cancelled ? ['cancelled for its end'] : []),
    of.ready ? 'was ready' : 'never ready',
    ...(of.ended === undefined ? [] : [`ended ${time(of.ended)}`]),
    ...(of.removed === undefined ? [] : [`removed ${time(of.removed)}`]),
    `paid ${of.paid}`,
    ...(of.upgrading ? ['upgrading'] : []),
    `app ${of.app}`,
  ].join(', ')

/** Where a customer has something else than the model says; empty when they agree. */
export async function differencesOf(read: Drizzle, cast: Cast, model: Model, customer: number): Promise<string[]> {
  return differences(customer, await seenOf(read, cast, customer), expectedOf(model, customer))
}

/**
 * The same of everybody, in two questions. Of what is removed nothing can change any more: it is left out where that was before then.
 */
export async function differencesOfAll(read: Drizzle, cast: Cast, model: Model, since: number): Promise<string[]> {
  const wallets = await read.all<{ id: string; balance: number }>(
    sql`SELECT id, balance FROM ledger_accounts WHERE kind = 'wallet'`,
  )
  const rows = await read.all<Row>(
    sql`SELECT ${columns} FROM subscriptions WHERE app_removed_at IS NULL OR app_removed_at >= ${since} ORDER BY number`,
  )
  const balances = new Map(wallets.map(({ id, balance }) => [id, balance]))
  const seen = new Map<string, string[]>()
  for (const row of rows) seen.set(row.userId, [...(seen.get(row.userId) ?? []), lineOfRow(cast, row)])
  return model.customers.flatMap(({ balance, subscriptions }, customer) => {
    const { userId } = cast.customers[customer]!
    const standing = subscriptions.filter(({ removedAt }) => removedAt === undefined || removedAt >= since)
    const has = [walletOf(balances.get(`wallet:${userId}`) ?? 0), ...(seen.get(userId) ?? [])]
    return differences(customer, has, [walletOf(balance), ...standing.map(lineOfModel)])
  })
}

function differences(customer: number, seen: string[], expected: string[]): string[] {
  const found: string[] = []
  for (let index = 0; index < Math.max(seen.length, expected.length); index++) {
    if (seen[index] === expected[index]) continue
    found.push(`customer ${customer} has: ${seen[index] ?? 'nothing'}; should have: ${expected[index] ?? 'nothing'}`)
  }
  return found
}
