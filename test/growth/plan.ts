import type { FileConnection } from '../../src/db/connection'

/** Tables that do not grow with the years, and why; a walk over one is no fault. */
export const boundedTables: Record<string, string> = {
  categories: 'the catalog, written by hand',
  services: 'the catalog, written by hand',
  plans: 'the catalog, written by hand',
  old_slugs: 'a row for each renaming, by hand',
  icons: 'the catalog, drawn by hand',
  catalog_version: 'one row',
  paused_job_kinds: 'a row for each kind that is paused, by hand',
  downtimes: 'a thousand rows at most, and deleted with them',
  schedules: 'a row for each line of src/schedules.ts',
  status_counts: 'a row for each status of a table',
  live_sums: 'a few rows for each plan, and those are written by hand',
  schema_migrations: 'a row for each migration of the program',
}

/** Indexes of few rows of a growing table. */
export const boundedIndexes: Record<string, string> = {
  users_administrators: 'administrators are few',
}

/**
 * What in SQLite's plan of a statement walks a growing table from end to end. One that is told to stop after some rows, and takes
 * them in the order of an index, is not: whether it found them soon its steps tell.
 */
export function fullWalksIn(on: FileConnection, sql: string): string[] {
  if (!/^\s*(select|insert|update|delete|with)\b/i.test(sql)) return []
  const plan = on.all(`EXPLAIN QUERY PLAN ${sql}`).map((row) => String(row[3]))
  const isSorted = plan.some((line) => /USE TEMP B-TREE FOR ORDER BY$/.test(line))
  const takesFirst = /\blimit\b/i.test(sql) && !isSorted
  // The least and the greatest of an index are one step away.
  const takesEnd = /\b(?:max|min)\(/i.test(sql)
  return [...(takesFirst || takesEnd ? [] : plan.filter((line) => isWalk(on, sql, line))), ...countsOf(on, sql)]
}

function isWalk(on: FileConnection, sql: string, line: string): boolean {
  const [, name, index = ''] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(line) ?? []
  if (name === undefined || boundedIndexes[index] !== undefined) return false
  const table = isTable(on, name) ? name : new RegExp(`(\\w+)"?\\s+(?:as\\s+)?"?${name}\\b`, 'i').exec(sql)?.[1]
  // What only triggers and foreign keys look at does not stand in the text; mostly it is never run. Its steps are counted.
  const isMeant = table !== undefined && new RegExp(`\\b${table}\\b`).test(sql)
  return isMeant && isGrowing(on, table)
}

const isTable = (on: FileConnection, name: string): boolean =>
  on.all(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`, [name]).length > 0

const isGrowing = (on: FileConnection, table: string): boolean =>
  boundedTables[table] === undefined && isTable(on, table)

/** A bare count is one step of the virtual machine, and reads every page of an index. */
function countsOf(on: FileConnection, sql: string): string[] {
  const opened = new Map<number, number>()
  const counted: string[] = []
  for (const [, opcode, cursor, rootPage] of on.all(`EXPLAIN ${sql}`)) {
    if (opcode === 'OpenRead') opened.set(Number(cursor), Number(rootPage))
    if (opcode !== 'Count') continue
    const [found] = on.all('SELECT tbl_name FROM sqlite_schema WHERE rootpage = ?', [
      BigInt(opened.get(Number(cursor))!),
    ])
    if (isGrowing(on, String(found?.[0]))) counted.push(`COUNT ${found}`)
  }
  return counted
}
