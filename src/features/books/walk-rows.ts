import type { Snapshot } from '../../db'
import { databaseErrorOf } from '../../db/errors'
import type { Findings } from './findings'
import { anyMismatchOf, mismatchesOf, type RowCheck } from './row-check'

/** Rows of one slice: a few milliseconds, then everything else gets its turn. */
const rowsAtOnce = 2_000

const lowest = -(2n ** 63n)
const highest = 2n ** 63n - 1n

export interface Slice {
  /** Rowids, the first exclusive. */
  after: bigint
  upTo: bigint
}

/**
 * A table's rows in slices by rowid, of any size and with any gaps. Between two of them other work goes on.
 * @throws what the signal was aborted with
 */
export async function* slicesOf(snapshot: Snapshot, table: string, signal?: AbortSignal): AsyncGenerator<Slice> {
  let after = lowest
  for (;;) {
    signal?.throwIfAborted()
    const [last] = await snapshot.all(
      `select rowid from "${table}" where rowid > ? order by rowid limit 1 offset ${rowsAtOnce - 1}`,
      [after],
    )
    const upTo = last ? BigInt(last[0] as number | bigint) : highest
    yield { after, upTo }
    if (!last) return
    after = upTo
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Asks every check about every row; a table is walked once, whatever the number of its checks. */
export async function checkRows(
  snapshot: Snapshot,
  checks: readonly RowCheck[],
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  for (const [table, ofTable] of Map.groupBy(checks, (check) => check.table)) {
    const aboutGaps = ofTable.filter((check) => check.aboutGaps)
    const aboutRows = ofTable.filter((check) => !check.aboutGaps)
    const any = anyMismatchOf(table, aboutRows)
    for await (const slice of slicesOf(snapshot, table, signal)) {
      const { after, upTo } = slice
      if (!isUnbroken(slice)) await askEach(snapshot, aboutGaps, slice, findings)
      const found = await derive(() => snapshot.all(any, [after, upTo]))
      if (found === undefined || found.length > 0) await askEach(snapshot, aboutRows, slice, findings)
    }
  }
}

/** So many rows can't stand between the two with a gap. */
const isUnbroken = ({ after, upTo }: Slice): boolean => upTo - after === BigInt(rowsAtOnce)

async function askEach(
  snapshot: Snapshot,
  checks: readonly RowCheck[],
  { after, upTo }: Slice,
  findings: Findings,
): Promise<void> {
  for (const check of checks) {
    const mismatches = await derive(() => snapshot.all(mismatchesOf(check), [after, upTo]))
    for (const [mismatch] of mismatches ?? []) findings.add(check.name, String(mismatch))
    if (!mismatches) findings.add(check.name, `${check.table}: a number too large for ${check.name} after row ${after}`)
  }
}

/** Undefined where a sum runs over: a row then holds a number that no row of ours can hold. */
async function derive<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (databaseErrorOf(error)?.message.includes('integer overflow')) return undefined
    throw error
  }
}
