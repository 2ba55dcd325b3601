import { verifyBooks } from '../../src/features/books'
import { planArrivals } from './business/customers'
import { planIncidents } from './business/incidents'
import { planOwnersDay } from './business/owner'
import { checkBooks } from './checks/books'
import { checkCluster } from './checks/cluster'
import { MailCheck } from './checks/mails'
import { day, hour } from './model/calendar'
import { BrokenRule } from './report'
import { type Options, Simulation } from './simulation'
import { describe } from './summary'
import type { Runtime } from './world/runtime'
import { start } from './world/start'

/** Every schedule but the one that starts a process of its own, and those that the simulation runs when they have something to do. */
const daily = ['mails.sweep', 'old-rows.forget', 'secrets.rewrap']
/** It looks at every app that there is. */
const weekly = ['cluster.resync']

export interface Outcome {
  lines: string[]
  failure: { day: number; rule: string; values: string } | undefined
}

/** A business from its first day on, checked at the end of every one. */
export async function simulate(runtime: Runtime, options: Options): Promise<Outcome> {
  const simulation = await Simulation.open(runtime, options)
  const mails = new MailCheck()
  let today = 0
  const planDay = () => {
    planIncidents(simulation)
    planOwnersDay(simulation)
    simulation.agenda.plan(start.getTime() + (today + 1) * day - 1, async () => {
      await closeDay(simulation, mails, today % 7 === 0 ? [...daily, ...weekly] : daily)
      if (++today < options.days) planDay()
    })
  }
  try {
    planArrivals(simulation)
    planDay()
    await simulation.run()
    await finish(simulation, mails)
    return { lines: await describe(simulation), failure: undefined }
  } catch (fault) {
    const { rule, values } =
      fault instanceof BrokenRule ? fault : { rule: 'nothing breaks', values: String((fault as Error)?.stack) }
    return { lines: await describe(simulation), failure: { day: today + 1, rule, values } }
  } finally {
    simulation.world.remove()
  }
}

async function closeDay(simulation: Simulation, mails: MailCheck, schedules: string[]): Promise<void> {
  if (!simulation.isUp) return
  for (const schedule of schedules) await simulation.ticks.runSchedule(schedule)
  // What is on its way in the cluster gets the time it takes.
  await simulation.runtime.settle(45_000, 100_000)
  await simulation.settle()
  if (!simulation.isUp) return
  await simulation.ticks.stepSubscriptions()
  await simulation.settle()
  await simulation.compareAll()
  await checkBooks(simulation)
  await mails.run(simulation)
  await checkCluster(simulation)
}

/** Nothing is wrong any more: what is left is worked off, and the books are looked through. */
async function finish(simulation: Simulation, mails: MailCheck): Promise<void> {
  const { world, runtime } = simulation
  runtime.skewMs = Math.max(runtime.skewMs, 0)
  world.network.mend('cluster')
  world.network.mend('gateway')
  world.postman.state = 'working'
  if (!simulation.isUp) await simulation.recovery.boot({})
  world.house!.planKill(undefined)
  for (let passed = 0; passed < 6; passed++) {
    runtime.jumpTo(simulation.wall + hour)
    await simulation.ticks.run()
    await simulation.settle()
  }
  await closeDay(simulation, mails, [...daily, ...weekly])
  await simulation.compareAll({ all: true })
  const mismatches = await runtime.until(verifyBooks(simulation.parts.db))
  if (mismatches.length > 0) throw new BrokenRule('verify finds nothing', mismatches.slice(0, 5).join('\n'))
}
