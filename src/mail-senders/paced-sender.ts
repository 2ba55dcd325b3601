import { MailError, type MailSender, type Urgency } from './mail-sender'

/** A mail waits for its turn in place; for a pause longer than this it goes back to its queue, or a server that shall end waited for it. */
const longestWaitMs = 2_000
const firstPauseMs = 15_000
const longestPauseMs = 5 * 60_000

interface Waiting {
  begin(): void
  refuse(reason: unknown): void
}

interface Options {
  perSecond: number
  /** Milliseconds that never go back. */
  now?: () => number
  /** Told once a pause begins: something is wrong that no mail can be blamed for. */
  onPause?: (fault: MailError, ms: number) => void
}

/**
 * Sends no more mails a second than the provider takes, the urgent ones first. After a fault that concerns every mail nobody asks
 * again before a pause is over, which doubles as long as that lasts.
 */
export function createPacedSender(sender: MailSender, options: Options): MailSender {
  const turns = new PacedTurns(options)
  return {
    delivers: sender.delivers,
    async send(mail, given = {}) {
      await turns.take(mail.urgency ?? 'normal', given.signal)
      try {
        const sent = await sender.send(mail, given)
        turns.succeeded()
        return sent
      } catch (fault) {
        if (fault instanceof MailError) turns.failed(fault)
        throw fault
      }
    },
  }
}

class PacedTurns {
  readonly #waiting: Record<Urgency, Set<Waiting>> = { first: new Set(), normal: new Set(), last: new Set() }
  readonly #options: Options
  readonly #now: () => number
  #nextAt = 0
  #pausedUntil = 0
  #pauses = 0
  #timer: Timer | undefined

  constructor(options: Options) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** @throws MailError if a pause is too long to wait for it, or what the signal says */
  async take(urgency: Urgency, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.#refuseInLongPause()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { begin: resolve, refuse: reject }
    const line = this.#waiting[urgency]
    line.add(waiting)
    const leave = () => {
      line.delete(waiting)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    this.#arm()
    try {
      await promise
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }

  succeeded(): void {
    this.#pauses = 0
  }

  failed(fault: MailError): void {
    const { concernsAll, retryAfterMs } = fault.verdict
    if (!concernsAll || this.#now() < this.#pausedUntil) return
    const ms = retryAfterMs ?? Math.min(longestPauseMs, firstPauseMs * 2 ** this.#pauses)
    this.#pauses = Math.min(this.#pauses + 1, 10)
    this.#pausedUntil = this.#now() + ms
    this.#nextAt = Math.max(this.#nextAt, this.#pausedUntil)
    this.#options.onPause?.(fault, ms)
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (ms > longestWaitMs) this.#sendBack()
    else this.#arm()
  }

  #refuseInLongPause(): void {
    const left = this.#pausedUntil - this.#now()
    if (left > longestWaitMs) throw pausedFor(left)
  }

  #sendBack(): void {
    const fault = pausedFor(this.#pausedUntil - this.#now())
    for (const line of Object.values(this.#waiting)) {
      for (const waiting of line) waiting.refuse(fault)
      line.clear()
    }
  }

  #arm(): void {
    if (this.#timer !== undefined || !this.#hasWaiting()) return
    this.#timer = setTimeout(() => this.#letOneGo(), Math.max(0, this.#nextAt - this.#now()))
  }

  #letOneGo(): void {
    this.#timer = undefined
    const early = this.#nextAt - this.#now()
    if (early <= 0) {
      this.#nextAt = this.#now() + 1_000 / this.#options.perSecond
      this.#takeFirst()?.begin()
    }
    this.#arm()
  }

  #hasWaiting(): boolean {
    return Object.values(this.#waiting).some(({ size }) => size > 0)
  }

  #takeFirst(): Waiting | undefined {
    for (const urgency of ['first', 'normal', 'last'] as const) {
      for (const waiting of this.#waiting[urgency]) {
        this.#waiting[urgency].delete(waiting)
        return waiting
      }
    }
    return undefined
  }
}

const pausedFor = (ms: number): MailError =>
  new MailError('Sending rests after a failure that concerns every mail', {
    retryable: true,
    retryAfterMs: Math.ceil(ms),
  })
