import { PaymentError } from './payment-error'

export interface RetryPolicy {
  /** All tries together, the first one included. */
  tries: number
  /** The pause before the second try; it doubles with each further one, and up to half of it is taken off at random. */
  firstPauseMs: number
  random: () => number
}

const defaultPolicy: RetryPolicy = { tries: 3, firstPauseMs: 200, random: Math.random }

/** Repeats what failed while `mayRepeat` says so, a bounded number of times and within a time for all of them. */
export async function retry<T>(
  attempt: (leftMs: number) => Promise<T>,
  mayRepeat: (error: PaymentError) => boolean,
  policy: RetryPolicy = defaultPolicy,
  withinMs = Number.POSITIVE_INFINITY,
): Promise<T> {
  const end = performance.now() + withinMs
  for (let left = policy.tries - 1, pauseMs = policy.firstPauseMs; ; left--, pauseMs *= 2) {
    try {
      return await attempt(end - performance.now())
    } catch (error) {
      if (left <= 0 || !(error instanceof PaymentError) || !mayRepeat(error)) throw error
      const rest = pauseMs * (1 - policy.random() / 2)
      if (performance.now() + rest >= end) throw error
      await Bun.sleep(rest)
    }
  }
}
