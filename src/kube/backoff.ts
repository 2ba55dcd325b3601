import type { sleep } from '../lib/sleep'

const firstMs = 500
const longestMs = 30_000

/** Waits that double from half a second to thirty, each cut by up to half at random so that many don't come back at once. */
export class Backoff {
  #tries = 0

  constructor(readonly by: { random: () => number; sleep: typeof sleep }) {}

  reset(): void {
    this.#tries = 0
  }

  wait(signal: AbortSignal): Promise<void> {
    const ceiling = Math.min(longestMs, firstMs * 2 ** this.#tries++)
    return this.by.sleep(ceiling * (0.5 + this.by.random() / 2), signal)
  }
}
