import { sql } from 'drizzle-orm'
import { type CutOff, explain } from './explain'
import { minute } from './model/calendar'
import { BrokenRule } from './report'
import type { Simulation } from './simulation'

/** Shorter ones are no absence. */
const leastAbsenceMs = 10 * minute

/** The process comes back on what it left, and one order of what may have happened must explain what everybody has. */
export class Recovery {
  #seenAt: number | undefined
  #lastRun = 0

  constructor(readonly simulation: Simulation) {}

  /** The house was at work until now. */
  noteSeen(): void {
    this.#seenAt = this.simulation.houseTime
  }

  /** Kills what is left of it and boots again after a while. */
  async after(cutOff: CutOff, downMs = this.simulation.random.between(1, 90) * 1_000): Promise<void> {
    const { simulation } = this
    await this.goDown()
    simulation.runtime.jumpTo(simulation.wall + downMs)
    await this.boot(cutOff)
  }

  /** The process is no more. */
  async goDown(): Promise<void> {
    this.#lastRun = await this.#lastRunOf()
    await this.simulation.world.kill()
  }

  async boot(cutOff: CutOff): Promise<void> {
    const { simulation } = this
    await simulation.world.boot()
    simulation.awayAt = simulation.wall
    await simulation.runtime.settle(2_000, 30_000)
    await this.#noteAbsence()
    await simulation.money.learnOrders(simulation.cast.customers.keys())
    const since = { runs: await this.#runsSince(), ends: await simulation.money.unseen() }
    await explain(simulation, cutOff, since)
  }

  async #noteAbsence(): Promise<void> {
    const { model, parts } = this.simulation
    const rows = await parts.db.read.all<{ start: number; end: number }>(
      sql`SELECT started_at AS start, ended_at AS end FROM downtimes ORDER BY started_at`,
    )
    const known = new Set(model.absences.map(({ start }) => start))
    const fresh = rows
      .map(({ start, end }) => ({ start: Number(start), end: Number(end) }))
      .filter(({ start }) => !known.has(start))
    const seenAt = this.#seenAt
    for (const { start, end } of fresh) {
      // How long it was away we know ourselves; to the second it is what the house has written down.
      const isTrue = seenAt !== undefined && Math.abs(start - seenAt) < 2 * minute && end - start >= leastAbsenceMs
      if (!isTrue)
        throw new BrokenRule(
          'an absence is the time in which nobody was at work',
          `${start} to ${end}, seen last at ${seenAt}`,
        )
    }
    model.absences = rows.map(({ start, end }) => ({ start: Number(start), end: Number(end) }))
  }

  /** When the clock's work ran since the process came back: a job that was cut off is run again. */
  async #runsSince(): Promise<number[]> {
    const rows = await this.simulation.parts.db.read.all<{ at: number }>(
      sql`SELECT finished_at AS at FROM jobs WHERE kind = 'subscriptions.due' AND status = 'DONE' AND finished_at > ${this.#lastRun} ORDER BY finished_at`,
    )
    return rows.map(({ at }) => Number(at))
  }

  async #lastRunOf(): Promise<number> {
    const { house } = this.simulation.world
    if (!house) return this.#lastRun
    const [row] = await house.parts.db.read.all<{ at: number | null }>(
      sql`SELECT max(finished_at) AS at FROM jobs WHERE kind = 'subscriptions.due' AND status = 'DONE'`,
    )
    return Number(row?.at ?? 0)
  }
}
