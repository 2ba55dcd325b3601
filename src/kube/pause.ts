const firstMs = 500
const longestMs = 30_000

/** Sleeps; an abort wakes it early and is for the caller to see. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const wake = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    signal?.addEventListener('abort', wake, { once: true })
  })
}

/** Waits that double from half a second to thirty, each cut by up to half at random so that many don't come back at once. */
export class Backoff {
  #tries = 0

  constructor(readonly random: () => number) {}

  reset(): void {
    this.#tries = 0
  }

  wait(signal: AbortSignal): Promise<void> {
    const ceiling = Math.min(longestMs, firstMs * 2 ** this.#tries++)
    return pause(ceiling * (0.5 + this.random() / 2), signal)
  }
}
