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
  for (const story of storiesOf(before, cutOff)) {
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

function* storiesOf(model: Model, { tickAt, act }: CutOff): Iterable<Story> {
  const due = tickAt === undefined ? 0 : listDue(model, tickAt).length
  for (const isActDone of act ? [false, true] : [false])
    for (let stepped = 0; stepped <= due; stepped++) for (const order of orders) yield { isActDone, stepped, order }
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
