import { FileConnection } from '../../src/db/connection'

/** What was seen of one statement while one thing was done. */
export interface Seen {
  doing: string
  sql: string
  runs: number
  /** Of its most expensive run, triggers included: the steps of SQLite's virtual machine, the same on every machine. */
  steps: number
  /** Rows that this run gave back or changed; of a count what it counted. */
  rows: number
  /** The steps of all its runs. */
  allSteps: number
}

const { all, first, run } = FileConnection.prototype
const stepsOf = 'SELECT coalesce(sum(nstep), 0) FROM sqlite_stmt WHERE sql = ?'

/**
 * Looks over the shoulder of every connection of this process: which statements run, and how many steps each takes. SQLite
 * counts them itself, in its table `sqlite_stmt`; nothing of what runs is changed.
 */
export class Watch {
  readonly #seen = new Map<string, Seen>()
  readonly #counted = new WeakMap<FileConnection, Map<string, number>>()
  #doing = 'between'

  begin(): void {
    const watch = this
    FileConnection.prototype.all = function (sql, args) {
      const rows = all.call(this, sql, args)
      watch.#note(this, sql, rowsIn(sql, rows))
      return rows
    }
    FileConnection.prototype.first = function (sql, args) {
      const row = first.call(this, sql, args)
      watch.#note(this, sql, rowsIn(sql, row ? [row] : []))
      return row
    }
    FileConnection.prototype.run = function (sql, args) {
      const result = run.call(this, sql, args)
      watch.#note(this, sql, result.changes)
      return result
    }
  }

  end(): void {
    Object.assign(FileConnection.prototype, { all, first, run })
  }

  /** Whatever runs until `work` has ended counts as part of `doing`. */
  async during<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#doing
    this.#doing = doing
    try {
      return await work()
    } finally {
      this.#doing = before
    }
  }

  seen(): Seen[] {
    return [...this.#seen.values()]
  }

  #note(on: FileConnection, sql: string, rows: number): void {
    // The words of the catalog have a database of their own in memory, which holds no table of the house.
    if (on.closed || on.path === ':memory:') return
    const steps = this.#stepsSince(on, sql)
    const key = `${this.#doing}\n${sql}`
    const seen = this.#seen.get(key) ?? { doing: this.#doing, sql, runs: 0, steps: 0, rows: 0, allSteps: 0 }
    seen.runs++
    seen.allSteps += steps
    if (steps > seen.steps) Object.assign(seen, { steps, rows })
    this.#seen.set(key, seen)
  }

  #stepsSince(on: FileConnection, sql: string): number {
    const total = Number(all.call(on, stepsOf, [sql])[0]![0])
    const counted = this.#counted.get(on) ?? new Map<string, number>()
    this.#counted.set(on, counted)
    const before = counted.get(sql) ?? 0
    counted.set(sql, total)
    // A kept statement that was let go begins anew.
    return total >= before ? total - before : total
  }
}

/** What a count has counted, and a page that comes as one text, is work that was asked for. */
function rowsIn(sql: string, rows: unknown[][]): number {
  const [row] = rows
  if (rows.length !== 1 || !row) return rows.length
  if (/^select count\(\*\)/i.test(sql)) return Number(row[0])
  return /group_concat/i.test(sql) ? Number(row[1]) : 1
}
