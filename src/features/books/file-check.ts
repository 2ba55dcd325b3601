import type { Snapshot } from '../../db'
import type { Findings } from './findings'

/** `deep` also compares every index with its table, row by row: about as long again as everything else. */
export type FileDepth = 'quick' | 'deep'

const maxFaults = 100

/** The name that `checkFile` reports under. */
export const fileCheck = 'file'

/**
 * Looks at the pages of the file themselves, and at the rows against the schema's own rules.
 * One statement each, which nothing can interrupt: not for a process that has something else to do.
 * @returns whether nothing was found
 */
export async function checkFile(snapshot: Snapshot, depth: FileDepth, findings: Findings): Promise<boolean> {
  const pragma = depth === 'deep' ? 'integrity_check' : 'quick_check'
  const before = findings.total
  for (const [found] of await snapshot.all(`PRAGMA ${pragma}(${maxFaults})`)) {
    // One answer may hold several lines, and a headline that says nothing.
    const faults = String(found).split('\n')
    for (const fault of faults)
      if (fault !== 'ok' && !fault.startsWith('***')) findings.add(fileCheck, `file: ${fault}`)
  }
  if (depth === 'quick') await countIndexes(snapshot, findings)
  return findings.total === before
}

/** What is missing in an index, or too much, without a look at each row. */
async function countIndexes(snapshot: Snapshot, findings: Findings): Promise<void> {
  const indexes = await snapshot.all(
    `select t.name, i.name from sqlite_schema t join pragma_index_list(t.name) i
     where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\' and not i.partial order by 1, 2`,
  )
  for (const [table, index] of indexes) {
    const [row] = await snapshot.all(
      `select (select count(*) from "${table}" not indexed), (select count(*) from "${table}" indexed by "${index}")`,
    )
    if (row![0] !== row![1]) {
      findings.add(fileCheck, `file: index ${index} has ${row![1]} entries, its table ${row![0]} rows`)
    }
  }
}
