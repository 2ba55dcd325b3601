import { AppError } from '../lib/errors'
import { beginImmediate } from './begin'
import type { FileConnection } from './connection'
import { WriteScope } from './scope'
import { ScopedTx } from './scoped-drizzle'
import { refuseFor, type Trouble, troubleOf } from './trouble'
import { runEffects, type Waiting, type Work, WriteQueue, withDeadline } from './write-queue'

/** Writes that may share one commit. */
const maxGroup = 64

interface GroupCommitOptions {
  queueLimit: number
  writeDeadlineMs: number
  groupMs: number
  busyDeadlineMs: number
  report(error: unknown): void
  aroundCommit(commit: () => void): void
  /** Called as the last thing of every transaction. */
  beforeCommit(): void
  /** Called right after every commit, before anybody is told of it: if it throws, nobody hears of a success. */
  onCommit(): void
  /** Told why the place where the database lies refuses to be written. */
  onTrouble(trouble: Trouble): void
}

/** How one write ended inside the group; its caller hears of it only once the group's fate is known. */
type Outcome = { entry: Waiting; tx: ScopedTx; value: unknown } | { entry: Waiting; error: unknown }

/**
 * The one writer. What waits is taken together: BEGIN IMMEDIATE, a savepoint for each, one durable COMMIT; only then are
 * the callers told. A callback that fails takes back its own savepoint and nothing else.
 */
export class GroupCommit {
  readonly #connection: FileConnection
  readonly #options: GroupCommitOptions
  readonly #queue: WriteQueue

  constructor(connection: FileConnection, options: GroupCommitOptions) {
    this.#connection = connection
    this.#options = options
    this.#queue = new WriteQueue(options.queueLimit, () => this.#commitGroup())
  }

  write<T>(work: Work<T>): Promise<T> {
    return this.#queue.add(work)
  }

  between(run: () => void): Promise<void> {
    return this.#queue.between(run)
  }

  close(): Promise<void> {
    return this.#queue.close()
  }

  async #commitGroup(): Promise<void> {
    const outcomes: Outcome[] = []
    try {
      // Left over only if an earlier rollback failed.
      this.#rollback()
      await beginImmediate(this.#connection, this.#options.busyDeadlineMs)
      await this.#runWaiting(outcomes)
      this.#options.beforeCommit()
      this.#options.aroundCommit(() => this.#connection.exec('COMMIT'))
      this.#options.onCommit()
    } catch (error) {
      this.#rollback()
      const refusal = this.#refusalOf(error)
      if (outcomes.length === 0) this.#queue.rejectWaiting(refusal)
      // A refusal may have been decided on what a lost neighbour wrote, so it is not told either.
      for (const { entry } of outcomes) entry.reject(refusal)
      return
    }
    this.#settle(outcomes)
  }

  #refusalOf(error: unknown): AppError {
    if (error instanceof AppError) return error
    const trouble = troubleOf(error)
    if (trouble === undefined) return groupLost(error)
    this.#options.onTrouble(trouble)
    return refuseFor(trouble, error)
  }

  #settle(outcomes: Outcome[]): void {
    // Everybody is told before any effect runs, so that no effect can keep an answer back.
    for (const outcome of outcomes) {
      if ('error' in outcome) outcome.entry.reject(outcome.error)
      else outcome.entry.resolve(outcome.value)
    }
    for (const outcome of outcomes) {
      if (!('error' in outcome)) runEffects(outcome.entry, outcome.tx.effects, this.#options.report)
    }
  }

  #rollback(): void {
    try {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK')
    } catch (error) {
      this.#options.report(error)
    }
  }

  async #runWaiting(outcomes: Outcome[]): Promise<void> {
    const closeAt = performance.now() + this.#options.groupMs
    for (let taken = 0; taken < maxGroup; taken++) {
      const entry = this.#queue.waiting.shift()
      if (!entry) return
      await this.#runOne(entry, outcomes)
      if (performance.now() > closeAt) return
    }
  }

  /** Leaves how the write ended in `outcomes`; throws when SQLite has ended the whole group's transaction. */
  async #runOne(entry: Waiting, outcomes: Outcome[]): Promise<void> {
    const connection = this.#connection
    const scope = new WriteScope(connection)
    const tx = new ScopedTx(scope, () => scope.assertLive())
    try {
      connection.exec('SAVEPOINT entry')
      const work = this.#queue.runInside(scope, entry, async () => entry.work(tx))
      const value = await withDeadline(work, this.#options.writeDeadlineMs)
      scope.end()
      if (scope.lost !== undefined) throw scope.lost
      connection.exec('RELEASE entry')
      outcomes.push({ entry, tx, value })
    } catch (error) {
      scope.end()
      outcomes.push({ entry, error })
      if (!connection.inTransaction || troubleOf(error)) throw error
      connection.exec('ROLLBACK TO entry; RELEASE entry')
    }
  }
}

const groupLost = (cause: unknown): AppError =>
  new AppError('UNAVAILABLE', 'The change could not be saved', undefined, { cause })
