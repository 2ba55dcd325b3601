import type { Snapshot } from '../../db'
import type { RowCheck } from './row-check'

// A row that was written past the database's own rules breaks them still.

/** Every CHECK of the schema, asked of every row. */
export const constraintChecks = (snapshot: Snapshot): Promise<RowCheck[]> =>
  ofEveryTable(snapshot, async (table, sql) => constraintsOf(table, sql, await nameOfRow(snapshot, table)))

/** Every reference of the schema, asked of every row. */
export const referenceChecks = (snapshot: Snapshot): Promise<RowCheck[]> =>
  ofEveryTable(snapshot, async (table) => referencesOf(snapshot, table, await nameOfRow(snapshot, table)))

async function ofEveryTable(
  snapshot: Snapshot,
  checksOf: (table: string, sql: string) => Promise<RowCheck[]>,
): Promise<RowCheck[]> {
  const tables = await snapshot.all(
    `select name, sql from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name`,
  )
  const checks: RowCheck[] = []
  for (const [table, sql] of tables) checks.push(...(await checksOf(String(table), String(sql))))
  return checks
}

/** SQL for the words that name a row: its table and its key. */
async function nameOfRow(snapshot: Snapshot, table: string): Promise<string> {
  const keys = await snapshot.all('select name from pragma_table_info(?) where pk > 0 order by pk', [table])
  return `'${table} ' || ${keys.map(([key]) => `t."${key}"`).join(` || '/' || `) || 't.rowid'}`
}

function constraintsOf(table: string, sql: string, row: string): RowCheck[] {
  const found = [...readChecks(sql)].map(({ name, expression }) => ({
    name,
    wrong: `not (${expression.replaceAll(`"${table}".`, 't.')})`,
  }))
  if (found.length === 0) return []
  const words = found.map(({ name, wrong }) => `when ${wrong} then '${name}'`)
  const wrong = found.map((check) => check.wrong).join(' or ')
  return [{ name: `${table}: constraints`, table, wrong, says: `${row} || ': breaks ' || case ${words.join(' ')} end` }]
}

const opening = /CONSTRAINT\s+"(\w+)"\s+CHECK\s*\(/gi

function* readChecks(sql: string): Generator<{ name: string; expression: string }> {
  for (const found of sql.matchAll(opening)) {
    const from = found.index + found[0].length
    yield { name: found[1]!, expression: sql.slice(from, closingOf(sql, from)) }
  }
}

/** Where the parenthesis that stands before `from` is closed; those in texts and names don't count. */
function closingOf(sql: string, from: number): number {
  let depth = 1
  let quote = ''
  for (let at = from; at < sql.length; at++) {
    const character = sql[at]!
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === `'` || character === '"' || character === '`') quote = character
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return at
  }
  throw new Error('a CHECK without an end')
}

async function referencesOf(snapshot: Snapshot, table: string, row: string): Promise<RowCheck[]> {
  const columns = await snapshot.all(
    `select f.id, f."from", f."table", coalesce(f."to", (select name from pragma_table_info(f."table") where pk = 1))
     from pragma_foreign_key_list(?) f order by f.id, f.seq`,
    [table],
  )
  const references = new Map<string, { parent: string; pairs: { from: string; to: string }[] }>()
  for (const [id, from, parent, to] of columns) {
    const reference = references.get(String(id)) ?? { parent: String(parent), pairs: [] }
    reference.pairs.push({ from: String(from), to: String(to) })
    references.set(String(id), reference)
  }
  return [...references].map(([id, { parent, pairs }]) => {
    const alias = `parent_${id}`
    const given = pairs.map(({ from }) => `t."${from}" is not null`).join(' and ')
    const joined = pairs.map(({ from, to }) => `${alias}."${to}" = t."${from}"`).join(' and ')
    const value = pairs.map(({ from }) => `t."${from}"`).join(` || '/' || `)
    return {
      name: `${table}: references`,
      table,
      joins: [`"${parent}" ${alias} on ${joined}`],
      wrong: `${given} and ${alias}."${pairs[0]!.to}" is null`,
      says: `${row} || ': refers to ' || ${value} || ', a missing row of ${parent}'`,
    }
  })
}
