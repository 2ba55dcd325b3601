import type { JobContext } from './job-kind'

interface Row {
  id: string
}

/** What a job does to each of many rows. */
interface Sweep<R extends Row> {
  /** The next rows behind one, in an order that goes on until there are none; what was done to a row may move it ahead, never back. */
  list(after: R | undefined): Promise<R[]>
  /** To one row, in transactions of its own that read it anew. */
  act(row: R): Promise<unknown>
  /** Told of each that failed. */
  onFault(row: R, fault: unknown): void
  /** What could not be done, in words that follow a number. */
  failure: string
  /** Rows at a time. */
  atOnce?: number
  signal?: AbortSignal
  /** Told how many rows are done. */
  report?: JobContext['report']
}

/** Row by row to the end of the list. One that fails stands in nobody's way; the job then fails at its end, so that it is seen. */
export async function sweep<R extends Row>(work: Sweep<R>): Promise<void> {
  const { list, act, onFault, failure, atOnce = 1, signal, report } = work
  const failed: string[] = []
  let done = 0
  let after: R | undefined
  for (;;) {
    const rows = await list(after)
    const waiting = rows.values()
    // They share one iterator: each takes the next that nobody has.
    const worker = async () => {
      for (const row of waiting) {
        if (signal?.aborted) return
        await act(row).catch((fault: unknown) => {
          onFault(row, fault)
          failed.push(row.id)
        })
        report?.({ done: ++done })
      }
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, rows.length) }, worker))
    after = rows.at(-1)
    if (!after || signal?.aborted) break
  }
  if (failed.length > 0) throw new Error(`${failed.length} ${failure}, ${failed[0]} first`)
}
