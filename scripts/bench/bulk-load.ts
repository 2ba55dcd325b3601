import { FileConnection } from '../../src/db/connection'
import { migrate } from '../../src/db/migrate'

const rowsAtOnce = 4_000

// An index is built much faster at once than row by row.
const selectRules = `SELECT type, name, sql FROM sqlite_schema
  WHERE type = 'trigger' OR (type = 'index' AND sql IS NOT NULL) ORDER BY type`

export type Row = Record<string, string | number | null>

/**
 * Fills tables of a database file much faster than its rules would let anybody: triggers and indexes are away while it runs,
 * so whoever loads owes what they would have counted. `end` puts them back, word for word.
 */
export class BulkLoad {
  readonly #connection: FileConnection
  /** Triggers and indexes, as they were. */
  readonly #rules: string[] = []
  readonly #waiting = new Map<string, { columns: string[]; rows: Row[string][][] }>()

  private constructor(path: string) {
    this.#connection = new FileConnection(path)
    // A load that is cut off is made anew: nothing of it needs to survive.
    this.#connection.exec('PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-262144')
    for (const [type, name, sql] of this.#connection.all(selectRules)) {
      this.#rules.push(String(sql))
      this.#connection.script(`DROP ${type} "${name}"`)
    }
    this.#connection.exec('BEGIN')
  }

  /** Into a file that is made if need be, brought up to this version. */
  static async begin(path: string): Promise<BulkLoad> {
    await migrate({ url: `file:${path}` })
    return new BulkLoad(path)
  }

  /** Every row of a table must name the same columns in the same order. */
  add(table: string, row: Row): void {
    let batch = this.#waiting.get(table)
    if (!batch) {
      batch = { columns: Object.keys(row), rows: [] }
      this.#waiting.set(table, batch)
    }
    batch.rows.push(Object.values(row))
    if (batch.rows.length >= rowsAtOnce) this.#write(table)
  }

  /** A statement that sees every row added before it. */
  run(sql: string, args: (string | bigint)[]): void {
    this.#writeAll()
    this.#connection.run(sql, args)
  }

  end(): void {
    this.#writeAll()
    this.#connection.exec('COMMIT')
    for (const rule of this.#rules) this.#connection.script(rule)
    // Once, at the end: what the system would still have to write would be in the way of who comes after.
    this.#connection.exec('PRAGMA synchronous=FULL')
    this.#connection.first('PRAGMA wal_checkpoint(TRUNCATE)')
    this.#connection.close()
    // The file itself is let go when the statements are collected; whoever opens it next must not meet that moment.
    Bun.gc(true)
  }

  #writeAll(): void {
    for (const table of this.#waiting.keys()) this.#write(table)
  }

  /** One argument for thousands of rows: binding them one by one would cost more than storing them. */
  #write(table: string): void {
    const { columns, rows } = this.#waiting.get(table)!
    if (rows.length === 0) return
    const picked = columns.map((_, index) => `value ->> ${index}`)
    this.#connection.run(`INSERT INTO ${table} (${columns}) SELECT ${picked} FROM json_each(?)`, [JSON.stringify(rows)])
    rows.length = 0
  }
}
