const shortestPauseMs = 2
const longestPauseMs = 50

/** Waits until a condition holds, and says what was seen last if it never does. Its time is for a machine that is busy. */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  holds: (seen: T) => boolean,
  ms = 60_000,
): Promise<T> {
  const deadline = performance.now() + ms
  for (let pause = shortestPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    const seen = await look()
    if (holds(seen)) return seen
    if (performance.now() > deadline) throw new Error(`${what} did not come: ${JSON.stringify(seen)}`)
    await Bun.sleep(pause)
  }
}
