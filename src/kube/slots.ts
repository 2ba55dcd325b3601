import { aborted, overloaded } from './errors'

/** A fixed number of calls at a time; the rest wait in order, up to a limit. */
export class Slots {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(
    size: number,
    readonly maxWaiting: number,
  ) {
    this.#free = size
  }

  /** Undefined where a slot was free, so that the usual case costs no promise. */
  take(signal: AbortSignal): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free--
      return undefined
    }
    if (signal.aborted) throw aborted()
    if (this.#waiting.size >= this.maxWaiting) throw overloaded(this.#waiting.size)
    return this.#wait(signal)
  }

  give(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next)
      next()
      return
    }
    this.#free++
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#waiting.delete(go)
        reject(aborted())
      }
      this.#waiting.add(go)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
