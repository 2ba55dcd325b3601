import type { Drizzle } from '../db'
import type { JobKind } from './job-kind'
import { nextOfKind } from './job-rows'

const defaultConcurrency = 8
const unknown = Number.NEGATIVE_INFINITY
const never = Number.POSITIVE_INFINITY

/** One kind inside this process: how many run, and when it is worth looking for the next. */
export class Lane {
  running = 0
  /** Epoch milliseconds; as far as this process knows, nothing of this kind is due before. */
  nextDue = unknown

  constructor(readonly kind: JobKind) {}

  get room(): number {
    return (this.kind.concurrency ?? defaultConcurrency) - this.running
  }

  expect(at: number): void {
    if (at < this.nextDue) this.nextDue = at
  }
}

interface Due {
  id: string
  runAt: number
  lane: Lane
}

/** All kinds that this process runs. A kind is looked up in the database only when something of it can be due. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()

  add(kind: JobKind): void {
    if (this.#lanes.has(kind.kind)) throw new Error(`job kind ${kind.kind} is registered twice`)
    this.#lanes.set(kind.kind, new Lane(kind))
  }

  find(kind: string): Lane | undefined {
    return this.#lanes.get(kind)
  }

  /** Forgets what is known: every kind is looked up again. */
  lookAgain(): void {
    for (const lane of this.#lanes.values()) lane.nextDue = unknown
  }

  nextDue(): number {
    let next = never
    for (const lane of this.#lanes.values()) if (lane.room > 0) next = Math.min(next, lane.nextDue)
    return next
  }

  /** The jobs to claim now, longest due first, `max` at most and of no kind more than it has room for. */
  async findDue(on: Drizzle, now: number, max: number): Promise<string[]> {
    if (max <= 0) return []
    const found: Due[] = []
    for (const lane of this.#lanes.values()) {
      if (lane.nextDue <= now && lane.room > 0) found.push(...(await dueIn(on, lane, now, Math.min(lane.room, max))))
    }
    found.sort((a, b) => a.runAt - b.runAt)
    for (const { lane, runAt } of found.slice(max)) lane.expect(runAt)
    return found.slice(0, max).map(({ id }) => id)
  }
}

async function dueIn(on: Drizzle, lane: Lane, now: number, limit: number): Promise<Due[]> {
  // Set before the look: a job enqueued during it lowers it again.
  lane.nextDue = never
  const rows = await nextOfKind(on).all({ kind: lane.kind.kind, limit: limit + 1 })
  const due = rows.map(({ id, runAt }) => ({ id, runAt: runAt.getTime(), lane })).filter(({ runAt }) => runAt <= now)
  const next = rows[Math.min(due.length, limit)]
  if (next) lane.expect(next.runAt.getTime())
  return due.slice(0, limit)
}
