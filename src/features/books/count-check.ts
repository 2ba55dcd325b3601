import type { Snapshot } from '../../db'
import { countAnew, countedTables } from '../../db/status-counts'
import type { Findings } from './findings'

/** The name that mismatches are reported under. */
export const countCheck = 'rows by status'

const kept = 'select status, total from status_counts where subject = ? and total <> 0'

/** What triggers have counted, against the rows themselves. */
export async function checkCounts(snapshot: Snapshot, findings: Findings): Promise<void> {
  for (const counted of countedTables) {
    const said = new Map((await snapshot.all(kept, [counted.table])).map(asCount))
    const found = new Map((await snapshot.all(countAnew(counted))).map(asCount))
    for (const status of new Set([...said.keys(), ...found.keys()])) {
      const [is, was] = [found.get(status) ?? 0, said.get(status) ?? 0]
      if (is !== was) findings.add(countCheck, `${counted.table}: ${was} counted as ${status}, but there are ${is}`)
    }
  }
}

const asCount = ([status, total]: unknown[]): [string, number] => [String(status), Number(total)]
