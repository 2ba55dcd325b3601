/** How late the event loop may run before background work holds back. */
const busyLagMs = 4
const sampleMs = 20
/** Background work is slowed, never starved: one piece in this time goes ahead whatever happens. */
const atLeastEveryMs = 50

export interface Pace {
  /** Resolves when background work may take its next step. */
  wait(): Promise<void>
  stop(): void
}

/**
 * Lets requests go first. Everything shares one thread; a timer that fires late says that requests are waiting, and then the
 * reconciler and the jobs take only a step now and then.
 */
export function createPace(): Pace {
  let lagMs = 0
  let due = performance.now() + sampleMs
  let lastStep = 0
  let stopped = false
  let idleSamples = 0
  let timer: Timer | undefined

  const sample = () => {
    const now = performance.now()
    lagMs = now - due
    due = now + sampleMs
    // Nobody waits for a step: the clockwork stops until somebody does, so that an idle process sleeps.
    if (++idleSamples > 50) timer = undefined
    else timer = setTimeout(sample, sampleMs)
    timer?.unref()
  }

  return {
    async wait() {
      idleSamples = 0
      if (!timer && !stopped) {
        due = performance.now() + sampleMs
        lagMs = 0
        timer = setTimeout(sample, sampleMs)
        timer.unref()
      }
      while (!stopped && lagMs > busyLagMs && performance.now() - lastStep < atLeastEveryMs)
        await Bun.sleep(sampleMs / 2)
      lastStep = performance.now()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
