/** So long may a piece of work hold the thread that everybody shares. */
const longestMs = 2

/** To be awaited between two small pieces of work: lets others have their turn once these have taken long enough. */
export function createSlices(): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < longestMs) return undefined
    return new Promise((resolve) =>
      setImmediate(() => {
        since = performance.now()
        resolve()
      }),
    )
  }
}

export type Slices = ReturnType<typeof createSlices>
