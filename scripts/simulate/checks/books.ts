import { sql } from 'drizzle-orm'
import type { Drizzle } from '../../../src/db'
import type { Cast } from '../business/cast'
import { hour, minute } from '../model/calendar'
import { dueAt } from '../model/lifecycle'
import { BrokenRule } from '../report'
import type { Simulation } from '../simulation'

type Finding = string | undefined

/** What must hold of the books at the end of every day, whoever has done what. @throws BrokenRule */
export async function checkBooks(simulation: Simulation): Promise<void> {
  const { parts, cast } = simulation
  const { read } = parts.db
  hold('the ledger comes to zero', await ledgerIsZero(read))
  hold('no wallet is negative', await negativeWallet(read))
  hold('as many slots are held as subscriptions are live', await slotsOff(read, cast))
  hold('each period is charged once', await chargedTwice(read))
  hold('each period is paid and none is left out', await periodsOff(read))
  hold('nothing is older than its deadline', overdueOf(simulation) ?? (await forgottenByClock(simulation)))
  hold('what was paid is credited', notCredited(simulation))
  hold('no job has failed for good', await deadJobs(read))
  hold('nothing cries for help without a reason', unexplained(simulation))
}

function hold(rule: string, found: Finding): void {
  if (found) throw new BrokenRule(rule, found)
}

async function ledgerIsZero(read: Drizzle): Promise<Finding> {
  const [row] = await read.all<{ sum: number }>(sql`SELECT sum(balance) AS sum FROM ledger_accounts`)
  return Number(row!.sum) === 0 ? undefined : `all balances together are ${row!.sum}`
}

async function negativeWallet(read: Drizzle): Promise<Finding> {
  const [row] = await read.all<{ id: string; balance: number }>(
    sql`SELECT id, balance FROM ledger_accounts WHERE kind = 'wallet' AND balance < 0 LIMIT 1`,
  )
  return row && `${row.id} holds ${row.balance}`
}

async function slotsOff(read: Drizzle, cast: Cast): Promise<Finding> {
  const rows = await read.all<{ id: string; used: number; held: number }>(sql`SELECT plans.id, plans.used_quota AS used,
    (SELECT count(*) FROM subscriptions WHERE plan_id = plans.id AND status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')) +
    (SELECT count(*) FROM upgrades WHERE from_plan_id = plans.id AND status = 'PENDING') AS held FROM plans`)
  const off = rows.find(({ used, held }) => Number(used) !== Number(held))
  return off && `plan ${cast.plans.findIndex(({ id }) => id === off.id)}: ${off.used} counted, ${off.held} held`
}

async function chargedTwice(read: Drizzle): Promise<Finding> {
  const [row] = await read.all<{ bill: number; period: number; times: number }>(
    sql`SELECT subscriptions.number AS bill, charges.period_index AS period, count(*) AS times
      FROM charges JOIN transactions ON transactions.number = charges.transaction_number
      JOIN subscriptions ON subscriptions.id = transactions.subscription_id
      WHERE charges.kind = 'period' AND subscriptions.app_removed_at IS NULL GROUP BY 1, 2 HAVING count(*) > 1 LIMIT 1`,
  )
  return row && `BILL-${row.bill}: period ${row.period} is charged ${row.times} times`
}

/** Whoever has come to a period has paid for all up to it, but for a first one that a voucher may have made free. */
async function periodsOff(read: Drizzle): Promise<Finding> {
  const [row] = await read.all<{ bill: number; period: number; paid: number }>(
    sql`SELECT subscriptions.number AS bill, subscriptions.period_index AS period, count(charges.transaction_number) AS paid
      FROM subscriptions LEFT JOIN transactions ON transactions.subscription_id = subscriptions.id
      LEFT JOIN charges ON charges.transaction_number = transactions.number AND charges.kind = 'period'
      WHERE subscriptions.app_removed_at IS NULL
      GROUP BY subscriptions.number HAVING count(charges.transaction_number) NOT IN (subscriptions.period_index + 1, subscriptions.period_index + 1 -
        EXISTS (SELECT 1 FROM voucher_uses WHERE voucher_uses.subscription_id = subscriptions.id)) LIMIT 1`,
  )
  return row && `BILL-${row.bill} is in period ${row.period}, and ${row.paid} are paid`
}

/** The house looks every minute, here every five, and what comes due while the day is closed waits for the next look. */
const minutesOfTick = 10 * minute

/** By the model's own deadlines. */
function overdueOf({ model, houseTime }: Simulation): Finding {
  for (const subscription of model.standing)
    if (dueAt(model, subscription) <= houseTime - minutesOfTick)
      return `BILL-${101 + subscription.place} is ${subscription.state} since ${new Date(subscription.since).toISOString()}`
  return undefined
}

async function forgottenByClock({ parts, houseTime }: Simulation): Promise<Finding> {
  const [row] = await parts.db.read.all<{ bill: number; status: string; at: number }>(
    sql`SELECT number AS bill, status, next_step_at AS at FROM subscriptions WHERE next_step_at <= ${houseTime - hour} LIMIT 1`,
  )
  return (
    row && `BILL-${row.bill} (${row.status}) should have been looked at at ${new Date(Number(row.at)).toISOString()}`
  )
}

/** Asked about hourly at the latest while an order is open. */
function notCredited({ money }: Simulation): Finding {
  const [orderId] = money.overdue()
  return orderId && `${orderId} is paid at the provider`
}

/** But for a notice whose meaning could not be asked because the provider was away for an hour: the order itself is asked after on and on. */
async function deadJobs(read: Drizzle): Promise<Finding> {
  const [row] = await read.all<{ kind: string; error: string }>(
    sql`SELECT kind, last_error AS error FROM jobs WHERE status = 'DEAD'
      AND NOT (kind = 'payment.notification' AND last_error LIKE '%not available%') LIMIT 1`,
  )
  return row && `${row.kind}: ${row.error}`
}

/** An app that was refunded because it was not ready in time is meant to be seen by whoever runs the house. */
const expected = [/^an app was not ready in time/, /^a job has failed for good$/]

function unexplained({ report }: Simulation): Finding {
  const alerts = report.alerts.splice(0).filter((alert) => !expected.some((known) => known.test(alert)))
  return alerts[0]
}
