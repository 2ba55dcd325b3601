import type { Database } from '../db'
import { expiredLeases, listPaused, nextExpiry } from './job-rows'
import type { Due, Lanes } from './lanes'

/** Other processes enqueue without telling this one: so often it looks by itself. */
export const pollMs = 15_000
const maxTakenBackAtOnce = 100
/** A clock that is corrected by less is none that was set back. */
const noticedMs = 1_000

export interface Expired {
  id: string
  kind: string
  lease: number
  lost: number
}

/** What a worker reads to see whether there is anything to do. */
export class Lookout {
  readonly #db: Database
  readonly #lanes: Lanes
  #pollAt = Number.NEGATIVE_INFINITY
  #sweepAt = Number.NEGATIVE_INFINITY
  #pausesKnown = false
  #seenAt = Number.NEGATIVE_INFINITY

  constructor(db: Database, lanes: Lanes) {
    this.#db = db
    this.#lanes = lanes
  }

  nextLook(): number {
    return Math.min(this.#pollAt, this.#sweepAt)
  }

  /** The time that it was before, if the clock was set back since; to be asked until `saw()` says that something was done about it. */
  setBackFrom(now: number): Date | undefined {
    return now < this.#seenAt - noticedMs ? new Date(this.#seenAt) : undefined
  }

  saw(now: number): void {
    this.#seenAt = now
  }

  lookAtPauses(): void {
    this.#pausesKnown = false
  }

  /** Nothing that is known can be relied on. */
  lookAgain(): void {
    this.#lanes.lookAgain()
    this.#sweepAt = Number.NEGATIVE_INFINITY
  }

  async findDue(now: number, free: number): Promise<Due> {
    if (isOver(this.#pollAt, now)) {
      this.#pollAt = now + pollMs
      this.#pausesKnown = false
      this.#lanes.lookAgain()
    }
    if (!this.#pausesKnown) {
      this.#pausesKnown = true
      this.#lanes.setPaused(new Set((await listPaused(this.#db.read).all()).map(({ kind }) => kind)))
    }
    return this.#lanes.findDue(this.#db.read, now, free)
  }

  /** Jobs whose leases have run out, those of this process too. */
  async findExpired(now: number): Promise<Expired[]> {
    if (!isOver(this.#sweepAt, now)) return []
    const expired = await expiredLeases(this.#db.read).all({ now, limit: maxTakenBackAtOnce })
    const next = (await nextExpiry(this.#db.read).get({ now }))?.leaseUntil?.getTime() ?? Number.POSITIVE_INFINITY
    this.#sweepAt = expired.length === maxTakenBackAtOnce ? now : Math.min(next, now + pollMs)
    return expired
  }
}

/** A clock that was set back must not put off what is done every so often. */
const isOver = (at: number, now: number): boolean => now >= at || now < at - pollMs
