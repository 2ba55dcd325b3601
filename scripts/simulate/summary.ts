import { sql } from 'drizzle-orm'
import { monthsOf } from './model/calendar'
import { isLive } from './model/state'
import type { Simulation } from './simulation'

const rupiah = (amount: number | bigint): string => `Rp ${amount.toString().replace(/\B(?=(\d{3})+$)/g, '.')}`

/** The business that was run, in lines that are the same for the same seed. */
export async function describe(simulation: Simulation): Promise<string[]> {
  const { model, report, cast } = simulation
  const live = model.subscriptions.filter(isLive)
  const ended = model.subscriptions.length - live.length
  const mrr = live.reduce((sum, { price, cycle }) => sum + price / BigInt(monthsOf[cycle]), 0n)
  const sold = model.subscriptions.length
  const lines = [
    `${cast.customers.length} customers, ${sold} subscriptions sold, ${live.length} live, ${ended} ended (${percent(ended, sold)})`,
    `MRR ${rupiah(mrr)}, topped up ${rupiah(report.of('money topped up'))}, earned ${rupiah(await earned(simulation))} before tax`,
    `states: ${states(simulation)}`,
    `events: ${list(report.under('event '))}`,
    `refusals: ${list(report.under('refusal '))}`,
    `incidents: ${list(report.under('incident '))}`,
    `mails: ${simulation.world.postman.delivered.size} delivered`,
  ]
  return lines
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${Math.round((1_000 * part) / whole) / 10} %`

const list = (counts: [string, number][]): string => counts.map(([name, count]) => `${name} ${count}`).join(', ')

function states({ model }: Simulation): string {
  const counts = new Map<string, number>()
  for (const { state, removedAt } of model.subscriptions) {
    const name = removedAt === undefined ? state : `${state}, removed`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return list([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function earned({ world }: Simulation): Promise<number> {
  if (!world.house) return 0
  const [row] = await world.house.parts.db.read.all<{ sum: number }>(
    sql`SELECT coalesce(sum(balance), 0) AS sum FROM ledger_accounts WHERE kind = 'revenue'`,
  )
  return Number(row!.sum)
}
