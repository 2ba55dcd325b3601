import { hour, minute } from './model/calendar'
import { listDue, tick } from './model/lifecycle'
import type { Simulation } from './simulation'

/** What the house does by the clock it does at most so much later here than in a house that never sleeps. */
const tickMs = 5 * minute
/** A poll finds next to nothing in most of its minutes: orders that nobody told of are asked about this much later. */
const pollMs = 3 * hour
const never = Number.POSITIVE_INFINITY

interface Due {
  jobs: number
  polls: number
  steps: number
}

/** The minutes of the house in which it has something to do. */
export class Ticks {
  /** Polls wait until then. */
  #pollsFrom = 0

  constructor(readonly simulation: Simulation) {}

  /** When the next one is, on the world's clock. */
  async next(): Promise<number> {
    const { jobs, polls, steps } = await this.#due()
    const pollsAt = Math.max(this.#roundedUp(polls), this.#pollsFrom)
    return Math.min(this.#roundedUp(Math.min(jobs, steps)), pollsAt)
  }

  /** Jobs, questions to the provider, and the step of every subscription that is due. */
  async run(): Promise<void> {
    const { simulation } = this
    const due = await this.#due()
    await simulation.inHouse(async ({ queue }) => queue.wake('mail.deliver'))
    if (due.polls <= simulation.houseTime && simulation.wall >= this.#pollsFrom) {
      this.#pollsFrom = simulation.wall + pollMs
      await this.runSchedule('top-ups.poll')
      await simulation.rest()
      await simulation.money.observe()
    }
    const { model, houseTime } = simulation
    if (due.steps <= houseTime || listDue(model, houseTime).length > 0) await this.stepSubscriptions()
  }

  async stepSubscriptions(): Promise<void> {
    const { simulation } = this
    if (!simulation.isUp || simulation.world.house!.isKilled) return
    const now = simulation.houseTime
    await this.runSchedule('subscriptions.due')
    await simulation.runtime.drain()
    if (simulation.world.house!.isKilled) return simulation.recovery.after({ tickAt: now })
    const stepped = tick(simulation.model, now)
    await simulation.compare(stepped.map(({ customer }) => customer))
  }

  async runSchedule(name: string): Promise<void> {
    await this.simulation.inHouse((parts) => parts.db.write((tx) => parts.schedules.run(tx, name)))
    await this.simulation.runtime.drain()
  }

  #roundedUp(at: number): number {
    const { runtime, wall } = this.simulation
    return at === never ? never : Math.ceil(Math.max(at - runtime.skewMs, wall + 1) / tickMs) * tickMs
  }

  async #due(): Promise<Due> {
    const { simulation } = this
    if (!simulation.isUp) return { jobs: never, polls: never, steps: never }
    const [row] = await simulation.parts.db.read.values<(number | null)[]>(dueQuery)
    const [jobs, polls, steps] = row!.map((at) => (at === null ? never : Number(at)))
    return { jobs: jobs!, polls: polls!, steps: steps! }
  }
}

const dueQuery = `SELECT (SELECT min(run_at) FROM jobs WHERE status = 'QUEUED'),
  (SELECT min(next_poll_at) FROM top_ups WHERE next_poll_at IS NOT NULL),
  (SELECT min(at) FROM (SELECT min(next_step_at) AS at FROM subscriptions WHERE next_step_at IS NOT NULL
    UNION ALL SELECT min(notice_at) FROM subscriptions WHERE notice_at IS NOT NULL))`
