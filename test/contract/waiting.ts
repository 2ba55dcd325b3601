export { eventually } from '../support/until'

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
