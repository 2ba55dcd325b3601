import type { FileConnection } from '../../src/db/connection'

export type RuleKind = 'trigger' | 'check' | 'unique' | 'not null' | 'foreign key'

/** One thing that the database's own schema refuses, or does by itself. */
export interface SchemaRule {
  kind: RuleKind
  /** Of a column's rule: `table.column`. */
  name: string
  table: string
  /** Makes the schema as if the rule had never been written. */
  takeAway(on: FileConnection): void
}

/** What says that a table is about money; a migration's new table is found by it too. */
const moneyColumns = new Set(['amount', 'balance', 'price', 'total', 'net', 'charged'])
const moneyTables = new Set(['ledger_accounts', 'ledger_entries', 'transactions', 'top_ups'])

const columnOf = (on: FileConnection, sql: string): string[] => on.all(sql).map(([value]) => String(value))

/** Every trigger, CHECK and unique index; and of tables about money every NOT NULL and foreign key. */
export function listRules(on: FileConnection): SchemaRule[] {
  const tables = columnOf(on, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
  return [
    ...on
      .all(`SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger' ORDER BY tbl_name, name`)
      .map(triggerRule),
    ...on
      .all(`SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%' ORDER BY 2, 1`)
      .map(uniqueRule),
    ...tables.flatMap((table) => checkRules(on, table)),
    ...tables.filter((table) => isAboutMoney(on, table)).flatMap((table) => columnRules(on, table)),
  ]
}

const triggerRule = ([name, table]: unknown[]): SchemaRule => ({
  kind: 'trigger',
  name: String(name),
  table: String(table),
  takeAway: (on) => on.script(`DROP TRIGGER ${name}`),
})

const uniqueRule = ([name, table]: unknown[]): SchemaRule => ({
  kind: 'unique',
  name: String(name),
  table: String(table),
  takeAway: (on) => on.script(`DROP INDEX ${name}`),
})

function checkRules(on: FileConnection, table: string): SchemaRule[] {
  return [...textOf(on, table).matchAll(/CONSTRAINT "(\w+)" CHECK\(/g)].map(([start, name]) => ({
    kind: 'check',
    name: name!,
    table,
    takeAway: (from) => rewrite(from, table, (text) => withoutClause(text, start)),
  }))
}

/** The key of a STRICT table can't be NULL whatever is said of it, so that is no rule of ours. */
function columnRules(on: FileConnection, table: string): SchemaRule[] {
  const columns = on.all(`SELECT name FROM pragma_table_info('${table}') WHERE "notnull" = 1 AND pk = 0`)
  const references = on.all(`SELECT "from" FROM pragma_foreign_key_list('${table}') ORDER BY 1`)
  return [
    ...columns.map(
      ([column]): SchemaRule => ({
        kind: 'not null',
        name: `${table}.${column}`,
        table,
        takeAway: (from) => rewrite(from, table, (text) => withoutNotNull(text, String(column))),
      }),
    ),
    ...references.map(
      ([column]): SchemaRule => ({
        kind: 'foreign key',
        name: `${table}.${column}`,
        table,
        takeAway: (from) => rewrite(from, table, (text) => withoutReference(text, String(column))),
      }),
    ),
  ]
}

function isAboutMoney(on: FileConnection, table: string): boolean {
  const columns = columnOf(on, `SELECT name FROM pragma_table_info('${table}')`)
  const parents = columnOf(on, `SELECT "table" FROM pragma_foreign_key_list('${table}')`)
  return columns.some((column) => moneyColumns.has(column)) || [table, ...parents].some((name) => moneyTables.has(name))
}

const textOf = (on: FileConnection, table: string): string =>
  String(on.all(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`, [table])[0]![0])

/** SQLite has no words for dropping such a rule: its own record of the table is changed. */
function rewrite(on: FileConnection, table: string, change: (text: string) => string): void {
  const before = textOf(on, table)
  const after = change(before)
  if (after === before) throw new Error(`${table}: the rule was not found in ${before}`)
  const version = Number(on.all('PRAGMA schema_version')[0]![0])
  on.exec('PRAGMA writable_schema=ON')
  on.run(`UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?`, [after, table])
  on.script(`PRAGMA schema_version=${version + 1}; PRAGMA writable_schema=RESET`)
}

/** A clause up to its closing bracket, and the comma before it. */
function withoutClause(text: string, start: string): string {
  const from = text.indexOf(start)
  let depth = 1
  let end = from + start.length
  while (depth > 0 && end < text.length) depth += bracketOf(text[end++]!)
  // Behind a column that came with a later migration it goes alone.
  const comma = text.lastIndexOf(',', from)
  return text.slice(0, text.slice(comma + 1, from).trim() === '' ? comma : from) + text.slice(end)
}

const bracketOf = (letter: string): number => (letter === '(' ? 1 : letter === ')' ? -1 : 0)

const withoutNotNull = (text: string, column: string): string =>
  text.replace(new RegExp(`(\`${column}\` [^,]*?) NOT NULL`), '$1')

/** As a clause of its own, or behind a column that came with a later migration. */
const withoutReference = (text: string, column: string): string =>
  text
    .replace(new RegExp(`,\\s*FOREIGN KEY \\(\`${column}\`\\) REFERENCES \`\\w+\`\\(\`\\w+\`\\)[^,)\\n]*`), '')
    .replace(new RegExp(`(\`${column}\` \\w+[^,]*?) REFERENCES \`?\\w+\`?\\(\`?\\w+\`?\\)`), '$1')
