import { aborted, isKubeError, type KubeError, timedOut, unavailable } from './errors'

/** One time limit for a call and all its tries, tied to the caller's signal. */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #timer: Timer
  readonly #endsAt: number
  #late = false

  constructor(
    readonly timeoutMs: number,
    outer: AbortSignal | undefined,
  ) {
    this.#outer = outer
    this.#endsAt = performance.now() + timeoutMs
    this.#timer = setTimeout(() => {
      this.#late = true
      this.#controller.abort()
    }, timeoutMs)
    if (outer?.aborted) this.#abort()
    else outer?.addEventListener('abort', this.#abort, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  remainingMs(): number {
    return this.#endsAt - performance.now()
  }

  stopClock(): void {
    clearTimeout(this.#timer)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#outer?.removeEventListener('abort', this.#abort)
  }

  /** Our own abort looks like a fault of the network to whoever was waiting: says what it really was. */
  explain(fault: unknown, what: string): KubeError {
    if (this.#late) return timedOut(this.timeoutMs, what)
    if (this.#controller.signal.aborted) return aborted()
    return isKubeError(fault) ? fault : unavailable(fault)
  }

  readonly #abort = () => this.#controller.abort()
}
