import { AsyncLocalStorage } from 'node:async_hooks'
import { AppError } from '../lib/errors'
import type { Tx } from './scoped-drizzle'

export type Work<T> = (tx: Tx) => Promise<T>

/** One waiting write: what to do, and whom to tell. */
export interface Waiting {
  work: Work<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
  /** Runs a function in the caller's asynchronous context, not in that of whoever woke the queue. */
  inContext<R>(run: () => R): R
}

/** A transaction that a callback is running in, as long as it is. */
export interface Running {
  readonly live: boolean
}

/**
 * The writes of one database, in the order they came. `drain` takes from `waiting` what it wants to do in one go and settles
 * it; it is called again as long as something waits.
 */
export class WriteQueue {
  readonly waiting: Waiting[] = []
  readonly #limit: number
  readonly #drain: () => Promise<void>
  readonly #running = new AsyncLocalStorage<Running>()
  readonly #between: (() => void)[] = []
  #draining: Promise<void> | undefined
  #closed = false

  constructor(limit: number, drain: () => Promise<void>) {
    this.#limit = limit
    this.#drain = drain
  }

  add<T>(work: Work<T>): Promise<T> {
    if (this.#running.getStore()?.live) {
      return Promise.reject(new Error('write() inside a write() would wait for itself: hand the outer tx on instead'))
    }
    if (this.#closed) return Promise.reject(new AppError('UNAVAILABLE', 'The database is closing'))
    if (this.waiting.length >= this.#limit) {
      return Promise.reject(new AppError('UNAVAILABLE', 'Too many changes are waiting; try again shortly'))
    }
    return new Promise<T>((resolve, reject) => {
      const inContext = AsyncLocalStorage.snapshot()
      this.waiting.push({ work, resolve: resolve as (value: unknown) => void, reject, inContext })
      this.#draining ??= this.#drainAll()
    })
  }

  /** Runs something synchronous on the writer while no transaction is open. */
  between(run: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#between.push(() => {
        try {
          resolve(run())
        } catch (error) {
          reject(error)
        }
      })
      this.#draining ??= this.#drainAll()
    })
  }

  /** Runs a callback so that a write() inside it is recognised, for as long as `running.live`. */
  runInside<T>(running: Running, entry: Waiting, run: () => T): T {
    return entry.inContext(() => this.#running.run(running, run))
  }

  rejectWaiting(error: unknown): void {
    for (const entry of this.waiting.splice(0)) entry.reject(error)
  }

  /** Takes nothing more and resolves when all that waited has been settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
  }

  async #drainAll(): Promise<void> {
    do {
      // One turn of the event loop: what arrived with the same poll joins this commit, and other work gets its turn.
      await new Promise((resolve) => setImmediate(resolve))
      for (const run of this.#between.splice(0)) run()
      if (this.waiting.length > 0) await this.#drain().catch((error) => this.rejectWaiting(error))
    } while (this.waiting.length > 0 || this.#between.length > 0)
    this.#draining = undefined
  }
}

/** Rolled back: everybody else's writes wait for it meanwhile. */
export class WriteTooLong extends Error {}

/** The value of `work`, or an error when it takes longer than `ms`; a later failure of `work` is then nobody's concern. */
export async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      work.catch(() => {})
      reject(new WriteTooLong(`a write took longer than ${ms} ms: it must not wait for anything but its own queries`))
    }, ms)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs what a transaction left for after its commit. The caller's success stands whatever an effect does. */
export function runEffects(
  entry: Waiting,
  effects: readonly (() => unknown)[],
  report: (error: unknown) => void,
): void {
  for (const effect of effects) {
    try {
      const outcome = entry.inContext(effect)
      if (outcome instanceof Promise) outcome.catch(report)
    } catch (error) {
      report(error)
    }
  }
}
