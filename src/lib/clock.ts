/** Time comes in as a part, so that a test, or a simulation, can own it. */
export interface Clock {
  now(): Date
}

/** A clock that may be moved forward. */
export interface Movable {
  /** How far it is ahead of the real time. */
  readonly offsetMs: number
  move(ms: number): void
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #now: number

  constructor(start: Date | string) {
    this.#now = new Date(start).getTime()
  }

  now(): Date {
    return new Date(this.#now)
  }

  advance(ms: number): void {
    this.#now += ms
  }

  set(to: Date | string): void {
    this.#now = new Date(to).getTime()
  }
}

export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
