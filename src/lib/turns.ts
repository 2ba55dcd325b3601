import { AppError } from './errors'

/** Lets what concerns one key happen one after another, in the order of the calls; different keys don't wait for each other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Keys that somebody acts on or waits for. */
  get size(): number {
    return this.#last.size
  }

  /** @throws AppError UNAVAILABLE if the turn has not come within `waitMs`; the act is then not begun any more */
  take<T>(key: string, act: () => Promise<T>, waitMs?: number): Promise<T> {
    const wait = new Wait(waitMs)
    const begin = async (): Promise<T> => {
      wait.end()
      return act()
    }
    const before = this.#last.get(key) ?? Promise.resolve()
    const turn = before.then(begin, begin)
    // Kept only while somebody may have to wait for it.
    const settled = turn
      .catch(() => {})
      .then(() => {
        if (this.#last.get(key) === settled) this.#last.delete(key)
      })
    this.#last.set(key, settled)
    if (waitMs === undefined) return turn
    const first = Promise.race([turn, wait.over])
    first.catch(() => {})
    return first
  }
}

/** Ends when the turn has come, or with a refusal when that takes too long. */
class Wait {
  readonly #late = Promise.withResolvers<never>()
  readonly #timer: Timer | undefined
  #isOver = false

  constructor(ms: number | undefined) {
    if (ms === undefined) return
    this.#timer = setTimeout(() => {
      this.#isOver = true
      this.#late.reject(new AppError('UNAVAILABLE', 'This is being worked on. Please try again in a moment.'))
    }, ms)
    this.#late.promise.catch(() => {})
  }

  get over(): Promise<never> {
    return this.#late.promise
  }

  /** @throws AppError if it was over before */
  end(): void {
    clearTimeout(this.#timer)
    if (this.#isOver) throw new AppError('UNAVAILABLE', 'This is being worked on. Please try again in a moment.')
  }
}
