const doubledMs = 1_000

const asked = new AbortController()
let askedAt: number | undefined

/** Aborted by the first signal; its reason is the signal's name. */
export const endAsked: AbortSignal = asked.signal

/**
 * Called before anything else is loaded: a signal in the first moment ends the start, and not the process in the middle of it.
 * Ctrl-C reaches us twice at once, directly and through whoever started us. A later second one is meant: whatever is still under
 * way goes on after the next start.
 */
export function listenForEnd(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (askedAt !== undefined && performance.now() - askedAt < doubledMs) return
      if (askedAt !== undefined) process.exit(1)
      askedAt = performance.now()
      asked.abort(signal)
    })
  }
}
