const stepMs = 150

/** Asks until there is an answer that is neither undefined nor false. The time is for a real cluster on a busy machine. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 45_000,
): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > end) throw new Error(`nothing came within ${withinMs} ms: ${ask.toString().slice(0, 200)}`)
    await Bun.sleep(stepMs)
  }
}

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (fault) {
    return fault
  }
  throw new Error('the call succeeded')
}

/** Takes items until one fits, and returns all that were taken. */
export async function takeUntil<T>(source: AsyncIterator<T>, fits: (item: T) => boolean): Promise<T[]> {
  const taken: T[] = []
  for (;;) {
    const { done, value } = await source.next()
    if (done) throw new Error(`the stream ended after ${taken.length} items`)
    taken.push(value)
    if (fits(value)) return taken
  }
}
