import { assertNoCommitLost, CommitMark, countOn } from './commit-mark'
import type { FileConnection } from './connection'
import type { Database, ResolvedOptions } from './database'
import { FileIdentity } from './file-identity'
import { GroupCommit } from './group-commit'
import { ensureDatabaseFile, openFailure, pathOf } from './location'
import { openReader, openWriter } from './pragmas'
import { ReadTurn } from './read-turn'
import { ReadScope } from './scope'
import { type Drizzle, ScopedDrizzle, type Tx } from './scoped-drizzle'
import { openFileSnapshot, type Snapshot } from './snapshot'
import { hasRoom, refuseFor, type Trouble, troubleOf } from './trouble'

export async function openFileDatabase(options: ResolvedOptions): Promise<Database> {
  const path = pathOf(options)
  ensureDatabaseFile(path)
  let writer: FileConnection | undefined
  try {
    writer = await openWriter(path, options)
    // A file that is no database opens without complaint; its first read tells.
    writer.first('SELECT count(*) FROM sqlite_schema')
    assertNoCommitLost(writer, path)
    return new FileDatabase(writer, openReader(path), options)
  } catch (error) {
    writer?.close()
    throw openFailure(path, error)
  }
}

/** So often at most a disk that refused is tried again for somebody who only asks. */
const tryAgainMs = 1_000

class FileDatabase implements Database {
  readonly read: Drizzle
  readonly isShared = false
  readonly #writer: FileConnection
  readonly #reader: FileConnection
  readonly #turn: ReadTurn
  readonly #commits: GroupCommit
  readonly #mark: CommitMark
  readonly #identity: FileIdentity
  readonly #log: FileIdentity
  readonly #beside: boolean
  readonly #report: (error: unknown) => void
  #closing: Promise<void> | undefined
  #version = 0
  #looked = false
  readonly #lookAgain = () => {
    this.#looked = false
  }
  #trouble: Trouble | undefined
  #tryAgainAt = 0

  constructor(writer: FileConnection, reader: FileConnection, options: ResolvedOptions) {
    this.#writer = writer
    this.#reader = reader
    this.#beside = options.beside
    this.#report = options.report
    this.#turn = new ReadTurn(reader)
    this.read = new ScopedDrizzle(new ReadScope(reader, this.#turn))
    this.#mark = new CommitMark(writer.path, options.clock)
    this.#identity = new FileIdentity(writer.path)
    this.#log = new FileIdentity(`${writer.path}-wal`)
    this.#commits = new GroupCommit(writer, {
      ...options,
      beforeCommit: () => {
        this.#mark.count(writer)
        this.#turn.end()
      },
      onCommit: () => this.#committed(),
      onTrouble: (trouble) => {
        this.#trouble ??= trouble
      },
    })
  }

  write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#trouble === 'database-gone' ? Promise.reject(refuseFor('database-gone')) : this.#commits.write(work)
  }

  isGone(): boolean {
    if (this.#trouble !== 'database-gone' && (this.#identity.isGone() || this.#log.isGone()))
      this.#trouble = 'database-gone'
    return this.#trouble === 'database-gone'
  }

  async trouble(): Promise<Trouble | undefined> {
    if (this.isGone() || this.#trouble === undefined) return this.#trouble
    const now = performance.now()
    if (now >= this.#tryAgainAt) {
      this.#tryAgainAt = now + tryAgainMs
      await this.#commits.between(() => this.#tryToCommit()).catch(() => {})
    }
    return this.#trouble
  }

  /**
   * Our own commits show at once; for those of another process it looks once in a turn of the event loop: a request that is read in this
   * turn was sent before it, and so before whatever is committed meanwhile.
   */
  dataVersion(): number {
    if (!this.#looked) {
      this.#version = Number(this.#reader.first('PRAGMA data_version')![0])
      this.#looked = true
      setImmediate(this.#lookAgain)
    }
    return this.#version
  }

  async integrity(): Promise<string[]> {
    const pages = this.#reader.all('PRAGMA integrity_check').map(([found]) => String(found))
    const orphans = this.#reader
      .all('PRAGMA foreign_key_check')
      .map(([table, rowid, parent]) => `${table} row ${rowid} refers to a missing row of ${parent}`)
    return [...pages.filter((found) => found !== 'ok'), ...orphans]
  }

  async snapshot(): Promise<Snapshot> {
    return openFileSnapshot(this.#reader.path)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #committed(): void {
    this.#lookAgain()
    if (this.isGone()) throw refuseFor('database-gone')
    this.#mark.keep()
  }

  #tryToCommit(): void {
    this.#writer.exec('BEGIN IMMEDIATE')
    try {
      countOn(this.#writer)
      this.#writer.exec('COMMIT')
      // The last page of a full disk may still take this, and the next order not.
      if (this.#trouble !== 'disk-full' || hasRoom(this.#writer.path)) this.#trouble = undefined
    } finally {
      if (this.#writer.inTransaction) this.#writer.exec('ROLLBACK')
    }
  }

  async #close(): Promise<void> {
    await this.#commits.close()
    this.#mark.close()
    this.#reader.close()
    try {
      // Another process that reads just now keeps part of the log in use; what is left there is durable all the same.
      if (!this.#beside) this.#writer.first('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      // So it is on a disk without room.
      if (troubleOf(error) === undefined) this.#report(error)
    } finally {
      this.#writer.close()
    }
  }
}
