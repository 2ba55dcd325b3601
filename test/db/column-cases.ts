import type { FileConnection } from '../../src/db/connection'
import type { ProvenCase } from './judge'
import type { SchemaRule } from './schema-rules'

/** A case for every NOT NULL and foreign key of a table about money, made from the schema itself. */
export function columnCases(on: FileConnection, rules: SchemaRule[]): ProvenCase[] {
  const triggers = on.all(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).map(([name]) => String(name))
  return rules.flatMap(({ kind, name, table }) => {
    if (kind !== 'not null' && kind !== 'foreign key') return []
    const column = name.slice(table.length + 1)
    const value = kind === 'not null' ? 'NULL' : valueOfNobody(on, table, column)
    return {
      rule: name,
      test: kind === 'not null' ? `${name} is never left out` : `${name} names what is there`,
      says: kind === 'not null' ? `NOT NULL constraint failed: ${name}` : 'FOREIGN KEY constraint failed',
      // Triggers and CHECKs would refuse first: here the column stands for itself.
      without: triggers,
      before: `PRAGMA ignore_check_constraints=ON; ${sampleOf(on, table)}`,
      attempt: `UPDATE ${table} SET ${column} = ${value} WHERE rowid = (SELECT max(rowid) FROM ${table})`,
    }
  })
}

const isNumber = (type: unknown): boolean => type === 'INTEGER'

function valueOfNobody(on: FileConnection, table: string, column: string): string {
  const [type] = on.all(`SELECT type FROM pragma_table_info('${table}') WHERE name = ?`, [column])[0]!
  return isNumber(type) ? '987654321' : `'nobody'`
}

/** A row for a table that has none, every column filled by its type; what it refers to is taken from where it points. */
function sampleOf(on: FileConnection, table: string): string {
  if (Number(on.all(`SELECT count(*) FROM ${table}`)[0]![0]) > 0) return ''
  const parents = new Map(
    on
      .all(`SELECT "from", "table", "to" FROM pragma_foreign_key_list('${table}')`)
      .map(([from, parent, to]) => [String(from), `(SELECT ${to} FROM ${parent} LIMIT 1)`]),
  )
  const columns = on.all(`SELECT name, type FROM pragma_table_info('${table}')`)
  const values = columns.map(([name, type]) => parents.get(String(name)) ?? (isNumber(type) ? '1' : `'x'`))
  return `INSERT INTO ${table} (${columns.map(([name]) => name).join(', ')}) VALUES (${values.join(', ')})`
}
