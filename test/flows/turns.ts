/** Many lives at once, a few at a time; each is asked for by the name of its test. */
export class Turns {
  readonly #outcomes = new Map<string, Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #free: number
  #closed = false

  constructor(atATime: number) {
    this.#free = atATime
  }

  /** The first call starts all of them, in their order. */
  of(name: string, all: () => [name: string, live: () => Promise<void>][]): Promise<void> {
    if (this.#outcomes.size === 0) {
      for (const [own, live] of all()) {
        const outcome = this.#inTurn(live)
        // It is told by its own test, which may come later.
        outcome.catch(() => {})
        this.#outcomes.set(own, outcome)
      }
    }
    return this.#outcomes.get(name)!
  }

  /** What has not begun never does. */
  close(): void {
    this.#closed = true
  }

  async #inTurn(live: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      if (!this.#closed) await live()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
