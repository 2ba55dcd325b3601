const firstDelayMs = 1_000
const longestDelayMs = 5 * 60_000

interface Options {
  concurrency: number
  /** Awaited before each key: background work gives way to requests. */
  pace: () => Promise<void>
  random?: () => number
}

/**
 * Keys waiting to be worked on. A key is worked on by one worker at a time; one added meanwhile is worked on once more
 * afterwards, however often it was added. A failing key waits from one second to five minutes, with jitter.
 */
export class KeyQueue {
  readonly #work: (key: string) => Promise<void>
  readonly #options: Options
  readonly #waiting = new Set<string>()
  readonly #running = new Set<string>()
  readonly #again = new Set<string>()
  readonly #timers = new Map<string, { timer: Timer; at: number }>()
  readonly #failures = new Map<string, number>()
  #active = 0
  #stopped = false

  constructor(work: (key: string) => Promise<void>, options: Options) {
    this.#work = work
    this.#options = options
  }

  get depth(): number {
    return this.#waiting.size + this.#running.size
  }

  get delayed(): number {
    return this.#timers.size
  }

  add(key: string): void {
    if (this.#stopped) return
    if (this.#running.has(key)) {
      this.#again.add(key)
      return
    }
    this.#waiting.add(key)
    this.#pump()
  }

  /** The sooner of two times counts. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return
    const at = performance.now() + ms
    const known = this.#timers.get(key)
    if (known && known.at <= at) return
    if (known) clearTimeout(known.timer)
    const timer = setTimeout(() => {
      this.#timers.delete(key)
      this.add(key)
    }, ms)
    this.#timers.set(key, { timer, at })
  }

  /** Whatever waits out a failure tries again now: the reason for it may be gone. */
  retryFailed(): void {
    const keys = [...this.#failures.keys()]
    this.#failures.clear()
    for (const key of keys) {
      const known = this.#timers.get(key)
      if (known) clearTimeout(known.timer)
      this.#timers.delete(key)
      this.add(key)
    }
  }

  /** Ends when the keys under way are done. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const { timer } of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#waiting.clear()
    while (this.#active > 0) await Bun.sleep(5)
  }

  #pump(): void {
    const wanted = Math.min(this.#options.concurrency, this.#waiting.size + this.#running.size)
    while (!this.#stopped && this.#active < wanted) {
      this.#active++
      void this.#drain()
    }
  }

  async #drain(): Promise<void> {
    try {
      for (;;) {
        await this.#options.pace()
        const key = this.#waiting.values().next().value
        if (key === undefined || this.#stopped) return
        this.#waiting.delete(key)
        await this.#run(key)
      }
    } finally {
      this.#active--
    }
  }

  async #run(key: string): Promise<void> {
    this.#running.add(key)
    try {
      await this.#work(key)
      this.#failures.delete(key)
    } catch {
      // The worker has told of it; here it only decides when to try again.
      const failures = (this.#failures.get(key) ?? 0) + 1
      this.#failures.set(key, failures)
      const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1))
      this.addAfter(key, ceiling * (0.5 + (this.#options.random ?? Math.random)() / 2))
    } finally {
      this.#running.delete(key)
      if (this.#again.delete(key) && !this.#stopped) this.#waiting.add(key)
    }
  }
}
