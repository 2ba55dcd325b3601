import type { ResultSet } from '@libsql/client'
import type { FileConnection } from './connection'
import type { ReadTurn } from './read-turn'
import { executeOn } from './result-set'
import { type SqlValue, toBoundAll } from './values'

type Now<T> = T | Promise<T>
export type RawRow = ArrayLike<SqlValue>

/**
 * Where a query runs, and whether it still may: the read connection for as long as it is open, or one transaction until
 * its end. What is prepared once per `home` is bound to a scope for each use.
 */
export interface Scope {
  readonly home: object
  all(sql: string, args: readonly unknown[]): Now<RawRow[]>
  first(sql: string, args: readonly unknown[]): Now<RawRow | undefined>
  execute(sql: string, args: readonly unknown[]): Now<ResultSet>
  /** Several statements as one: all of them or none, seeing one state of the database. */
  batch(statements: { sql: string; args: readonly unknown[] }[]): Now<ResultSet[]>
}

/** The read connection: every turn of the event loop, and every read after a commit, sees the newest commit. */
export class ReadScope implements Scope {
  constructor(
    readonly home: FileConnection,
    /** None where the connection is in a transaction of its own. */
    private readonly turn?: ReadTurn,
  ) {}

  all(sql: string, args: readonly unknown[]): SqlValue[][] {
    this.turn?.begin()
    return this.home.all(sql, toBoundAll(args))
  }

  first(sql: string, args: readonly unknown[]): SqlValue[] | undefined {
    this.turn?.begin()
    return this.home.first(sql, toBoundAll(args))
  }

  execute(sql: string, args: readonly unknown[]): ResultSet {
    this.turn?.begin()
    return executeOn(this.home, sql, args)
  }

  batch(statements: { sql: string; args: readonly unknown[] }[]): ResultSet[] {
    return statements.map(({ sql, args }) => this.execute(sql, args))
  }
}

const deadMessage =
  'this transaction has ended: a query ran on a tx after its write() was over (a missing await, or a tx kept for later)'

/** One caller's part of the writer's transaction. */
export class WriteScope implements Scope {
  #ended = false
  #lost: unknown

  constructor(readonly home: FileConnection) {}

  get live(): boolean {
    return !this.#ended
  }

  /** What took the whole transaction down, if SQLite rolled it back by itself (a full disk, an I/O error). */
  get lost(): unknown {
    return this.#lost
  }

  end(): void {
    this.#ended = true
  }

  all(sql: string, args: readonly unknown[]): SqlValue[][] {
    return this.#guarded(() => this.home.all(sql, toBoundAll(args)))
  }

  first(sql: string, args: readonly unknown[]): SqlValue[] | undefined {
    return this.#guarded(() => this.home.first(sql, toBoundAll(args)))
  }

  execute(sql: string, args: readonly unknown[]): ResultSet {
    return this.#guarded(() => executeOn(this.home, sql, args))
  }

  batch(statements: { sql: string; args: readonly unknown[] }[]): ResultSet[] {
    this.assertLive()
    this.home.exec('SAVEPOINT batch')
    try {
      return statements.map(({ sql, args }) => this.execute(sql, args))
    } catch (error) {
      if (this.home.inTransaction) this.home.exec('ROLLBACK TO batch')
      throw error
    } finally {
      if (this.home.inTransaction) this.home.exec('RELEASE batch')
    }
  }

  #guarded<T>(work: () => T): T {
    this.assertLive()
    try {
      return work()
    } catch (error) {
      // Some errors end the whole transaction; the next statement would then commit by itself.
      if (!this.home.inTransaction) this.#lost = error
      throw error
    }
  }

  /** Throws once the transaction is over, or lost. */
  assertLive(): void {
    if (this.#ended) throw new Error(deadMessage)
    if (this.#lost !== undefined) throw new Error('the database rolled this transaction back', { cause: this.#lost })
  }
}
