import Database from 'libsql'
import { DatabaseError, fromNative } from './errors'
import { type BoundValue, narrowIntegers, type SqlValue } from './values'

/** Kept statements per connection; past it the half that was not used for longest goes. */
const maxKeptStatements = 512

const asks = /^\s*(?:select\b|pragma \w+$)/i

type Bindings = BoundValue[]

interface NativeStatement {
  readonly reader: boolean
  raw(): unknown
  safeIntegers(): unknown
  run(args: Bindings): { changes: number; lastInsertRowid: number | bigint }
  get(args: Bindings): SqlValue[] | undefined
  all(args: Bindings): SqlValue[][]
  columns(): { name: string; type: string | null }[]
}

interface Kept {
  native: NativeStatement
  /** Gives rows. */
  reader: boolean
  /** A plain SELECT, or a PRAGMA that asks, may be left after its first row; a RETURNING may not, or its foreign keys go unchecked. */
  select: boolean
  /** A second statement of the same text, for `first` alone. */
  getter?: NativeStatement
  /** How many arguments it takes; one left out would silently keep its value from the last run. */
  arity?: number
  usedAt: number
  columns?: Column[]
}

export interface Column {
  name: string
  type: string
}

export interface RunResult {
  changes: number
  lastInsertRowid: bigint
}

interface FileConnectionOptions {
  /** How long SQLite itself may wait for a lock. It freezes the event loop meanwhile, so 0 unless nothing else runs. */
  busyTimeoutMs?: number
  /** Throws for a statement that this connection must not run; asked once per text, when it is prepared. */
  vet?: (sql: string) => void
}

/** One connection to a database file, with the statements it has prepared. Synchronous, as the native module is. */
export class FileConnection {
  readonly path: string
  readonly #vet: ((sql: string) => void) | undefined
  #db: ReturnType<typeof openNative>
  #kept = new Map<string, Kept>()
  #tick = 0
  #closed = false

  constructor(path: string, options: FileConnectionOptions = {}) {
    this.path = path
    this.#vet = options.vet
    this.#db = openNative(path, options.busyTimeoutMs ?? 0)
  }

  get closed(): boolean {
    return this.#closed
  }

  get inTransaction(): boolean {
    // The native module aborts the process when a closed connection is asked.
    return !this.#closed && this.#db.inTransaction
  }

  /** Every row of a statement as an array of values; a statement without rows runs and gives none. */
  all(sql: string, args: Bindings = []): SqlValue[][] {
    const kept = this.#statement(sql, args)
    try {
      if (!kept.reader) {
        kept.native.run(args)
        return []
      }
      const rows = kept.native.all(args)
      for (const row of rows) narrowIntegers(row)
      return rows
    } catch (error) {
      throw fromNative(error)
    }
  }

  /**
   * The first row. The native `get` resets its statement after a success, but neither before nor after a failure: on a statement that
   * `all` has used, or that has failed, it answers for the arguments of the call before. Hence one of its own, never used again then.
   */
  first(sql: string, args: Bindings = []): SqlValue[] | undefined {
    const kept = this.#statement(sql, args)
    if (!kept.select) return this.all(sql, args)[0]
    try {
      kept.getter ??= this.#prepareReader(sql)
      const row = kept.getter.get(args)
      return row && narrowIntegers(row)
    } catch (error) {
      kept.getter = undefined
      throw fromNative(error)
    }
  }

  run(sql: string, args: Bindings = []): RunResult {
    const kept = this.#statement(sql, args)
    try {
      const { changes, lastInsertRowid } = kept.native.run(args)
      return { changes, lastInsertRowid: BigInt(lastInsertRowid) }
    } catch (error) {
      throw fromNative(error)
    }
  }

  isReader(sql: string): boolean {
    return this.#keptFor(sql).reader
  }

  /** The columns of a statement; `width` is how many a row had, because a schema change may have altered them. */
  columnsOf(sql: string, width?: number): Column[] {
    const kept = this.#keptFor(sql)
    if (!kept.columns || (width !== undefined && kept.columns.length !== width)) {
      kept.columns = kept.native.columns().map(({ name, type }) => ({ name, type: type ?? '' }))
    }
    return kept.columns
  }

  /** Runs every statement of a text. What may have changed the schema also forgets the kept statements. */
  script(sql: string): void {
    this.exec(sql)
    this.#kept.clear()
  }

  /** Runs a fixed text that changes no schema: BEGIN, SAVEPOINT, COMMIT. Cheaper than a kept statement. */
  exec(sql: string): void {
    this.#assertOpen()
    try {
      this.#db.exec(sql)
    } catch (error) {
      throw fromNative(error)
    }
  }

  /** Idempotent. The file itself is let go when the garbage collector has seen the kept statements. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#kept.clear()
    this.#db.close()
  }

  #statement(sql: string, args: Bindings): Kept {
    const kept = this.#keptFor(sql)
    kept.arity ??= args.length
    if (kept.arity !== args.length) {
      throw new DatabaseError(`${args.length} arguments for a statement that takes ${kept.arity}`, 'INVALID_ARGUMENT')
    }
    return kept
  }

  #keptFor(sql: string): Kept {
    // A kept statement still runs after the close, so the question comes first.
    this.#assertOpen()
    const known = this.#kept.get(sql)
    if (known) {
      known.usedAt = ++this.#tick
      return known
    }
    const kept = this.#prepare(sql)
    if (this.#kept.size >= maxKeptStatements) this.#dropOldest()
    this.#kept.set(sql, kept)
    return kept
  }

  #prepare(sql: string): Kept {
    this.#vet?.(sql)
    try {
      const native = this.#db.prepare(sql) as unknown as NativeStatement
      const { reader } = native
      if (reader) readExactly(native)
      return { native, reader, select: reader && asks.test(sql), usedAt: ++this.#tick }
    } catch (error) {
      throw fromNative(error)
    }
  }

  #prepareReader(sql: string): NativeStatement {
    return readExactly(this.#db.prepare(sql) as unknown as NativeStatement)
  }

  #dropOldest(): void {
    const byAge = [...this.#kept].sort(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [sql] of byAge.slice(0, maxKeptStatements / 2)) this.#kept.delete(sql)
  }

  #assertOpen(): void {
    if (this.#closed) throw new DatabaseError('the database is closed', 'CLIENT_CLOSED')
  }
}

/** Rows as arrays, and integers as bigints: as numbers the driver would round the large ones. */
function readExactly(statement: NativeStatement): NativeStatement {
  statement.raw()
  statement.safeIntegers()
  return statement
}

function openNative(path: string, timeout: number) {
  try {
    return new Database(path, { timeout })
  } catch (error) {
    // The driver's own error is free text with SQLite's code at its end.
    const raw = /: (\d+)"\)$/.exec((error as Error).message)?.[1]
    throw new DatabaseError(`unable to open ${path}`, 'SQLITE_CANTOPEN', raw ? Number(raw) : undefined, {
      cause: error,
    })
  }
}
