import type { Drizzle } from '../db'
import type { JobKind } from './job-kind'
import { nextOfKind } from './waiting-rows'

const defaultConcurrency = 8
/** So many of those that became due in the meantime are given their place at a time. */
const placedAtOnce = 32
const unknown = Number.NEGATIVE_INFINITY
const never = Number.POSITIVE_INFINITY

/** One kind inside this process: how many run, and when it is worth looking for the next. */
export class Lane {
  running = 0
  paused = false
  /** More are due than were given their place so far: that goes on also while there is no room for any. */
  unplaced = false
  /** Epoch milliseconds; as far as this process knows, nothing of this kind is due before. */
  nextDue = unknown

  constructor(readonly kind: JobKind) {}

  get concurrency(): number {
    return this.kind.concurrency ?? defaultConcurrency
  }

  get room(): number {
    return this.paused ? 0 : this.concurrency - this.running
  }

  expect(at: number): void {
    if (at < this.nextDue) this.nextDue = at
  }
}

/** What to do about waiting jobs in the next write. */
export interface Due {
  claim: string[]
  /** Due, and to be given a place among the others: there are more than can be claimed now. */
  place: string[]
}

interface Candidate {
  id: string
  runAt: number
}

interface Waiting extends Due {
  lane: Lane
  ready: Candidate[]
  taken: number
}

/** All kinds that this process runs. A kind is looked up in the database only when something of it can be due. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  /** The last of them are for kinds of which none runs, so that those of which many wait can't take them all. */
  readonly #reserve: number

  constructor(concurrency: number) {
    this.#reserve = Math.floor(concurrency / 4)
  }

  add(kind: JobKind): void {
    if (this.#lanes.has(kind.kind)) throw new Error(`job kind ${kind.kind} is registered twice`)
    this.#lanes.set(kind.kind, new Lane(kind))
  }

  find(kind: string): Lane | undefined {
    return this.#lanes.get(kind)
  }

  list(): Lane[] {
    return [...this.#lanes.values()]
  }

  /** Forgets what is known: every kind is looked up again. */
  lookAgain(): void {
    for (const lane of this.#lanes.values()) lane.nextDue = unknown
  }

  setPaused(kinds: ReadonlySet<string>): void {
    for (const lane of this.#lanes.values()) {
      if (lane.paused && !kinds.has(lane.kind.kind)) lane.nextDue = unknown
      lane.paused = kinds.has(lane.kind.kind)
      if (lane.paused) lane.unplaced = false
    }
  }

  /** When something that can be claimed is due. @param free how many more may run, of all kinds together */
  nextDue(free: number): number {
    let next = never
    for (const lane of this.#lanes.values()) {
      const hasRoom = free > 0 && lane.room > 0 && this.#mayTake(lane.running, free)
      if (hasRoom || lane.unplaced) next = Math.min(next, lane.nextDue)
    }
    return next
  }

  /** The jobs to claim now: `free` at most, of no kind more than it has room for, and first of those of which fewest run. */
  async findDue(on: Drizzle, now: number, free: number): Promise<Due> {
    const waiting: Waiting[] = []
    for (const lane of this.#lanes.values()) {
      const isWanted = (free > 0 && lane.room > 0) || lane.unplaced
      if (lane.nextDue <= now && isWanted) waiting.push(await waitingIn(on, lane, now))
    }
    for (let left = free; left > 0; left--) {
      const next = nextLane(waiting)
      if (!next || !this.#mayTake(next.lane.running + next.taken, left)) break
      next.claim.push(next.ready[next.taken++]!.id)
    }
    for (const { lane, ready, taken } of waiting) if (taken < ready.length) lane.expect(ready[taken]!.runAt)
    return { claim: waiting.flatMap(({ claim }) => claim), place: waiting.flatMap(({ place }) => place) }
  }

  #mayTake(running: number, free: number): boolean {
    return running === 0 || free > this.#reserve
  }
}

function nextLane(waiting: Waiting[]): Waiting | undefined {
  let best: Waiting | undefined
  for (const each of waiting) {
    if (each.taken < each.ready.length && (!best || isBefore(each, best))) best = each
  }
  return best
}

function isBefore(one: Waiting, other: Waiting): boolean {
  const [busy, otherBusy] = [one.lane.running + one.taken, other.lane.running + other.taken]
  return busy === otherBusy ? one.ready[one.taken]!.runAt < other.ready[other.taken]!.runAt : busy < otherBusy
}

async function waitingIn(on: Drizzle, lane: Lane, now: number): Promise<Waiting> {
  // Set before the look: a job enqueued during it lowers it again.
  lane.nextDue = never
  const { room } = lane
  const rows = await nextOfKind(on).all({ kind: lane.kind.kind, ready: Math.max(0, room) + 1, later: placedAtOnce })
  const ready = rows.filter(({ isReady }) => isReady)
  const later = rows.filter(({ isReady }) => !isReady)
  const due = later.filter(({ runAt }) => runAt <= now)
  const next = later[due.length]
  if (next) lane.expect(next.runAt)
  const waiting = { lane, taken: 0, claim: [] }
  lane.unplaced = false
  // Where all of them can run, nobody has to stand anywhere.
  if (ready.length + due.length <= room) {
    return { ...waiting, ready: [...ready, ...due].sort((a, b) => a.runAt - b.runAt), place: [] }
  }
  lane.expect(now)
  lane.unplaced = due.length === placedAtOnce
  return { ...waiting, ready: ready.slice(0, Math.max(0, room)), place: due.map(({ id }) => id) }
}
