import type { Client } from '@libsql/client'
// The build without the native module: files are not its business here.
import { createClient } from '@libsql/client/web'
import { AppError } from '../lib/errors'
import type { Database, ResolvedOptions } from './database'
import { openFailure, withoutSecrets } from './location'
import { plainly, RemoteReadScope, RemoteWriteScope } from './remote-scope'
import { type Drizzle, ScopedDrizzle, ScopedTx, type Tx } from './scoped-drizzle'
import { openRemoteSnapshot, type Snapshot } from './snapshot'
import { runEffects, type Waiting, WriteQueue, withDeadline } from './write-queue'

/** Connects to a libSQL server. One interactive write transaction at a time: the server ends one after five seconds. */
export async function openRemoteDatabase(options: ResolvedOptions): Promise<Database> {
  const { url, authToken } = options
  try {
    const client = createClient({ url, authToken })
    await plainly(client.execute('SELECT 1'))
    return new RemoteDatabase(client, options)
  } catch (error) {
    const failure = openFailure(withoutSecrets(url), error)
    if (failure instanceof AppError) throw failure
    throw new AppError('CONFIG_FAILED', `The database ${withoutSecrets(url)} cannot be reached`, undefined, {
      cause: error,
    })
  }
}

class RemoteDatabase implements Database {
  readonly read: Drizzle
  readonly isShared = true
  readonly #client: Client
  readonly #options: ResolvedOptions
  readonly #queue: WriteQueue
  #version = 0
  #closing: Promise<void> | undefined

  constructor(client: Client, options: ResolvedOptions) {
    this.#client = client
    this.#options = options
    this.#queue = new WriteQueue(options.queueLimit, () => this.#commitNext())
    this.read = new ScopedDrizzle(new RemoteReadScope(this, client))
  }

  write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#queue.add(work)
  }

  dataVersion(): number {
    this.#version += 1
    return this.#version
  }

  isGone(): boolean {
    return false
  }

  async trouble(): Promise<undefined> {}

  async integrity(): Promise<string[]> {
    const { rows } = await plainly(this.#client.execute('PRAGMA integrity_check'))
    const orphans = await plainly(this.#client.execute('PRAGMA foreign_key_check'))
    const damaged = rows.map((row) => String(row[0])).filter((found) => found !== 'ok')
    return [...damaged, ...orphans.rows.map((row) => `${row[0]} row ${row[1]} refers to a missing row of ${row[2]}`)]
  }

  async snapshot(): Promise<Snapshot> {
    return openRemoteSnapshot(this, this.#client)
  }

  close(): Promise<void> {
    this.#closing ??= this.#queue.close().finally(() => this.#client.close())
    return this.#closing
  }

  async #commitNext(): Promise<void> {
    const entry = this.#queue.waiting.shift()
    if (!entry) return
    try {
      const { value, effects } = await this.#commit(entry)
      entry.resolve(value)
      runEffects(entry, effects, this.#options.report)
    } catch (error) {
      entry.reject(error)
    }
  }

  async #commit(entry: Waiting): Promise<{ value: unknown; effects: (() => void)[] }> {
    const transaction = await plainly(this.#client.transaction('write'))
    const scope = new RemoteWriteScope(this, transaction)
    try {
      const tx = new ScopedTx(scope, () => scope.assertLive())
      const work = this.#queue.runInside(scope, entry, async () => entry.work(tx))
      const value = await withDeadline(work, this.#options.writeDeadlineMs)
      scope.end()
      await plainly(transaction.commit())
      return { value, effects: tx.effects }
    } finally {
      scope.end()
      transaction.close()
    }
  }
}
