import type { Snapshot } from '../../db'
import { FileConnection } from '../../db/connection'
import { historyTable, statementsOf } from '../../db/migration'
import { migrations } from '../../db/migrations'
import type { Findings } from './findings'

/** The name that `checkSchema` reports under. */
export const schemaCheck = 'schema'

interface Part {
  type: string
  name: string
  /** Without the white space that a checkout or a tool may change. */
  sql: string
}

/** What SQLite and a libSQL server keep for themselves is no part of ours; indexes without SQL belong to their table's. */
const selectParts = `select type, name, sql from sqlite_schema
  where sql is not null and name not like 'sqlite\\_%' escape '\\' and name not like 'libsql\\_%' escape '\\' order by type, name`

/**
 * Compares tables, indexes, triggers and views with what the migrations of this program make: a rule that is gone lets wrong
 * rows in, also right ones later.
 * @returns whether rows can be looked at: without a table they are not there, without an index a look would never end
 */
export async function checkSchema(snapshot: Snapshot, findings: Findings): Promise<boolean> {
  const found = partsOf(await snapshot.all(selectParts))
  const wanted = wantedParts()
  let isWhole = true
  for (const [key, part] of wanted) {
    const there = found.get(key)
    if (there?.sql === part.sql) continue
    findings.add(
      schemaCheck,
      `schema: ${part.type} ${part.name} is ${there ? 'not as the migrations make it' : 'missing'}`,
    )
    if (part.type === 'index' || (part.type === 'table' && !there)) isWhole = false
  }
  for (const [key, { type, name }] of found)
    if (!wanted.has(key)) findings.add(schemaCheck, `schema: ${type} ${name} is none of the migrations'`)
  if (!isWhole) findings.add(schemaCheck, 'schema: rows are not looked at until tables and indexes are right')
  return isWhole
}

let wanted: Map<string, Part> | undefined

/** Made in memory when first asked for: the migrations of a running program do not change. */
function wantedParts(): Map<string, Part> {
  wanted ??= partsOfMigrations()
  return wanted
}

function partsOfMigrations(): Map<string, Part> {
  const scratch = new FileConnection(':memory:')
  try {
    scratch.exec('PRAGMA foreign_keys=OFF')
    scratch.exec(historyTable)
    for (const statement of migrations.flatMap(statementsOf)) scratch.script(statement)
    return partsOf(scratch.all(selectParts))
  } finally {
    scratch.close()
  }
}

function partsOf(rows: unknown[][]): Map<string, Part> {
  const parts = rows.map(([type, name, sql]): [string, Part] => [
    `${type} ${name}`,
    { type: String(type), name: String(name), sql: String(sql).replace(/\s+/g, ' ').trim() },
  ])
  return new Map(parts)
}
