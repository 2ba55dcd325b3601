import type { FileConnection } from './connection'
import type { Database, ResolvedOptions } from './database'
import { GroupCommit } from './group-commit'
import { ensureDatabaseFile, openFailure, pathOf } from './location'
import { openReader, openWriter } from './pragmas'
import { ReadScope } from './scope'
import { type Drizzle, ScopedDrizzle, type Tx } from './scoped-drizzle'
import { openFileSnapshot, type Snapshot } from './snapshot'

export async function openFileDatabase(options: ResolvedOptions): Promise<Database> {
  const path = pathOf(options)
  ensureDatabaseFile(path)
  let writer: FileConnection | undefined
  try {
    writer = await openWriter(path, options)
    // A file that is no database opens without complaint; its first read tells.
    writer.first('SELECT count(*) FROM sqlite_schema')
    return new FileDatabase(writer, openReader(path), options)
  } catch (error) {
    writer?.close()
    throw openFailure(path, error)
  }
}

const versionKeptMs = 1

class FileDatabase implements Database {
  readonly read: Drizzle
  readonly #writer: FileConnection
  readonly #reader: FileConnection
  readonly #commits: GroupCommit
  readonly #beside: boolean
  #closing: Promise<void> | undefined
  #version = 0
  #lookAgainAt = 0

  constructor(writer: FileConnection, reader: FileConnection, options: ResolvedOptions) {
    this.#writer = writer
    this.#reader = reader
    this.#beside = options.beside
    this.read = new ScopedDrizzle(new ReadScope(reader))
    this.#commits = new GroupCommit(writer, { ...options, onCommit: () => (this.#lookAgainAt = 0) })
  }

  write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#commits.write(work)
  }

  /** Our own commits show at once; another process is looked for once a millisecond, which a hot page feels. */
  dataVersion(): number {
    const now = performance.now()
    if (now >= this.#lookAgainAt) {
      this.#version = Number(this.#reader.first('PRAGMA data_version')![0])
      this.#lookAgainAt = now + versionKeptMs
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

  async checkpoint(): Promise<void> {
    await this.#commits.between(() => checkpointFile(this.#writer))
  }

  async vacuumInto(path: string): Promise<void> {
    await this.#commits.between(() => void this.#writer.all('VACUUM INTO ?', [path]))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#commits.close()
    this.#reader.close()
    try {
      if (!this.#beside) checkpointFile(this.#writer)
    } finally {
      this.#writer.close()
    }
  }
}

// Another process that reads just now keeps part of the log in use; what is left there is durable all the same.
const checkpointFile = (connection: FileConnection) => void connection.first('PRAGMA wal_checkpoint(TRUNCATE)')
