/** For a machine that is busy: nothing here says how long something may take. Less than a test's own time-out. */
const patienceMs = 100_000
const shortestPauseMs = 2
const longestPauseMs = 50

/** Waits until a condition holds, and says what was seen last if it never does. */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  holds: (seen: T) => boolean,
  withinMs = patienceMs,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (let pause = shortestPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    const seen = await look()
    if (holds(seen)) return seen
    if (performance.now() > deadline) throw new Error(`${what} did not come: ${JSON.stringify(seen)}`)
    await Bun.sleep(pause)
  }
}

/** Asks until there is an answer that is neither undefined nor false. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = patienceMs,
): Promise<T> {
  const what = ask.toString().slice(0, 200)
  return (await until(what, ask, (answer) => answer !== undefined && answer !== false, withinMs)) as T
}
