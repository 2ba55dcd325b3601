import { AppError, type ErrorCode } from '../lib/errors'
import { networkOf } from './network-of'
import { type RateLimitOptions, tooMany } from './rate-limit'
import { TokenBuckets } from './token-buckets'

/** Failures in a row; then one more every half minute. */
const maxFailures = 10
const windowSeconds = 300

/**
 * Slows whoever guesses at an account, or which addresses have one. Counted by what is guessed at and address together, so that
 * nobody can lock its owner out: from elsewhere the account answers as ever.
 */
export class Attempts {
  readonly #buckets: TokenBuckets | undefined

  constructor({ factor, now = () => performance.now() }: RateLimitOptions) {
    const quota = { name: 'attempts', tokens: maxFailures * factor, windowSeconds }
    this.#buckets = factor > 0 ? new TokenBuckets(quota, now) : undefined
  }

  /**
   * Does an act that ends in `counted` where it was a guess. The token is taken before: of many guesses at the same
   * time none slips by. @throws AppError RATE_LIMITED, and what `act` throws
   */
  async guard<T>(what: string, address: string, counted: ErrorCode, act: () => Promise<T>): Promise<T> {
    const key = `${networkOf(address)} ${what}`
    const verdict = this.#buckets?.take(key)
    if (verdict && !verdict.allowed) throw tooMany(verdict)
    try {
      const outcome = await act()
      this.#buckets?.giveBack(key)
      return outcome
    } catch (refusal) {
      if (!(refusal instanceof AppError && refusal.code === counted)) this.#buckets?.giveBack(key)
      throw refusal
    }
  }
}
