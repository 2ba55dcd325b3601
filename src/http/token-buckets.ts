/** So many tokens at once, given back evenly over the window. */
export interface Quota {
  name: string
  tokens: number
  windowSeconds: number
}

export interface Verdict {
  quota: Quota
  allowed: boolean
  remaining: number
  /** Until every token is back. */
  fullInSeconds: number
  /** Until there is one again; 0 while there is. */
  retryAfterSeconds: number
}

const maxKeys = 50_000
/** Sums and differences of fractions are off by a little: a full bucket must not look as if it missed a trifle. */
const roundingMs = 0.001

/**
 * A token bucket for each key, kept as the one moment at which it is full again. A full bucket is the same as none, and the
 * one unused longest is the fullest: it goes first when there are too many.
 */
export class TokenBuckets {
  readonly #fullAt = new Map<string, number>()
  readonly #windowMs: number
  readonly #msPerToken: number
  #emptyUntil = Number.NEGATIVE_INFINITY

  /** @param now milliseconds of a clock that is never set back */
  constructor(
    readonly quota: Quota,
    private readonly now: () => number,
    private readonly max = maxKeys,
  ) {
    this.#windowMs = quota.windowSeconds * 1000
    this.#msPerToken = this.#windowMs / quota.tokens
  }

  get size(): number {
    return this.#fullAt.size
  }

  /** False as long as nobody can be refused: then there is no need to ask who it is. */
  get someEmpty(): boolean {
    return this.now() < this.#emptyUntil
  }

  /** Where there is a token, there may be more taken than there are: the rest is a debt, to be made up for first. */
  take(key: string, tokens = 1): Verdict {
    const now = this.now()
    const fullAt = this.#fullAtOf(key, now)
    const missingMs = fullAt + this.#msPerToken - now - this.#windowMs
    if (missingMs > roundingMs) {
      this.#emptyUntil = Math.max(this.#emptyUntil, now + missingMs)
      return this.#verdict(false, fullAt, now, missingMs)
    }
    return this.#verdict(true, this.#spend(key, fullAt, tokens), now, 0)
  }

  /** Takes tokens for what has been done already, whether or not there are any. */
  charge(key: string, tokens: number): void {
    this.#spend(key, this.#fullAtOf(key, this.now()), tokens)
  }

  /** What `take` would say, without taking. */
  look(key: string): Verdict {
    const now = this.now()
    const fullAt = this.#fullAtOf(key, now)
    const missingMs = fullAt + this.#msPerToken - now - this.#windowMs
    return this.#verdict(missingMs <= roundingMs, fullAt, now, Math.max(missingMs, 0))
  }

  giveBack(key: string): void {
    const fullAt = this.#fullAt.get(key)
    if (fullAt !== undefined) this.#fullAt.set(key, fullAt - this.#msPerToken)
  }

  #spend(key: string, fullAt: number, tokens: number): number {
    const after = fullAt + tokens * this.#msPerToken
    this.#keep(key, after)
    return after
  }

  #fullAtOf(key: string, now: number): number {
    return Math.max(this.#fullAt.get(key) ?? now, now)
  }

  #keep(key: string, fullAt: number): void {
    this.#fullAt.delete(key)
    this.#fullAt.set(key, fullAt)
    if (this.#fullAt.size > this.max) this.#fullAt.delete(this.#fullAt.keys().next().value!)
  }

  #verdict(allowed: boolean, fullAt: number, now: number, missingMs: number): Verdict {
    return {
      quota: this.quota,
      allowed,
      remaining: Math.max(0, Math.floor((this.#windowMs - (fullAt - now) + roundingMs) / this.#msPerToken)),
      fullInSeconds: Math.ceil((fullAt - now) / 1000),
      retryAfterSeconds: allowed ? 0 : Math.ceil(missingMs / 1000),
    }
  }
}
