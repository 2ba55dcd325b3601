const lookAgainMs = 5
/** Between two waves of requests there is a moment with none: so long after a crowd it still counts. */
const crowdLastsMs = 30
/** Background work is slowed, never starved: one piece in this time goes ahead whatever happens. */
const atLeastEveryMs = 50

export interface Pace {
  /** Resolves when background work may take its next step. */
  wait(): Promise<void>
  stop(): void
}

/**
 * Lets requests go first. Everything shares one thread: while many requests are under way, the reconciler and the jobs
 * take only a step now and then.
 * @param lastCrowd when many requests were last under way, by performance.now()
 */
export function createPace(lastCrowd: () => number): Pace {
  let lastStep = 0
  let stopped = false
  const mustWait = () => {
    const now = performance.now()
    return now - lastCrowd() < crowdLastsMs && now - lastStep < atLeastEveryMs
  }
  return {
    async wait() {
      while (!stopped && mustWait()) await Bun.sleep(lookAgainMs)
      lastStep = performance.now()
    },
    stop() {
      stopped = true
    },
  }
}
