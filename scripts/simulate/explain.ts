import { sql } from 'drizzle-orm'
import { applySight, listSights } from './business/apps'
import { listDue, step, tick } from './model/lifecycle'
import type { Model } from './model/state'
import { BrokenRule } from './report'
import type { Simulation } from './simulation'

/** What was under way when the process died. Whether it was done is not known. */
export interface CutOff {
  /** The step of all subscriptions that were due then. */
  tickAt?: number
  /** Something that somebody had asked for. */
  act?: (model: Model) => void
}

/** What the house has done since it came back. */
interface Since {
  /** When the clock's work ran. */
  runs: number[]
  /** Orders whose end it has heard of. */
  ends: [orderId: string, status: string][]
}

const orders = [
  ['money', 'apps', 'clock'],
  ['clock', 'money', 'apps'],
  ['apps', 'clock', 'money'],
] as const

interface Story {
  isActDone: boolean
  /** So many of the subscriptions that were due had been seen to. */
  stepped: number
  order: (typeof orders)[number]
}

/**
 * Finds an order of what may have happened that explains what everybody has, and goes on from there.
 * @throws BrokenRule where there is none
 */
export async function explain(simulation: Simulation, cutOff: CutOff, since: Since): Promise<void> {
  const before = simulation.model
  const orders = structuredClone([...simulation.money.orders])
  let closest: string[] | undefined
  for (const story of storiesOf(before, cutOff, await guessStepped(simulation, cutOff))) {
    const forget = simulation.report.remember()
    simulation.model = structuredClone(before)
    await live(simulation, cutOff, since, story)
    const differences = await simulation.differences()
    if (differences.length === 0) return
    if (!closest || differences.length < closest.length) closest = differences
    simulation.money.restore(orders, since.ends)
    forget()
  }
  throw new BrokenRule('after a restart there is an order of events that explains it', closest!.join('\n'))
}

/** The likeliest number first: after a long absence hundreds are due at once. */
function* storiesOf(model: Model, { tickAt, act }: CutOff, guess: number): Iterable<Story> {
  const due = tickAt === undefined ? 0 : listDue(model, tickAt).length
  const counts = Array.from({ length: due + 1 }, (_, count) => count)
  counts.sort((a, b) => Math.abs(a - guess) - Math.abs(b - guess) || a - b)
  for (const stepped of counts)
    for (const isActDone of act ? [false, true] : [false])
      for (const order of orders) yield { isActDone, stepped, order }
}

/** How many of those that were due were changed at that moment; where that is not the number, another one explains it. */
async function guessStepped({ model, parts }: Simulation, { tickAt }: CutOff): Promise<number> {
  if (tickAt === undefined) return 0
  const numbers = JSON.stringify(listDue(model, tickAt).map(({ place }) => 101 + place))
  const [row] = await parts.db.read.all<{ count: number }>(
    sql`SELECT count(*) AS count FROM subscriptions WHERE updated_at = ${tickAt} AND number IN (SELECT value FROM json_each(${numbers}))`,
  )
  return Number(row!.count)
}

async function live(
  simulation: Simulation,
  { tickAt, act }: CutOff,
  { runs, ends }: Since,
  { isActDone, stepped, order }: Story,
): Promise<void> {
  const { model, money } = simulation
  if (isActDone) act?.(model)
  const sights = await listSights(simulation)
  if (tickAt !== undefined) for (const due of listDue(model, tickAt).slice(0, stepped)) step(model, due, tickAt)
  for (const part of order) {
    if (part === 'money') for (const [orderId, status] of ends) money.apply(orderId, status)
    if (part === 'clock') for (const at of runs) tick(model, at)
    if (part === 'apps') for (const sight of sights) applySight(simulation, sight)
  }
}
