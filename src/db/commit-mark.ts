import { closeSync, copyFileSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import type { Clock } from '../lib/clock'
import { AppError } from '../lib/errors'
import type { FileConnection } from './connection'

/** Of one length always, so that it is written over in place. */
const textLength = 64

/** The last commit that somebody was told of. */
interface KeptMark {
  /** A 32-bit counter that begins anew at its end. */
  commits: number
  at: Date
}

const markPath = (path: string): string => `${path}-mark`

/**
 * Counts the commits of a database file, in the file itself (`user_version`) and, once a commit is durable, in a file beside it. A
 * database that counts less than what stands beside it has lost commits: its log was taken away, or emptied, or damaged.
 */
export class CommitMark {
  readonly #file: number
  readonly #clock: Clock
  #changes: unknown
  #counted: number | undefined

  constructor(path: string, clock: Clock) {
    this.#file = openMark(path)
    this.#clock = clock
  }

  /** Inside the transaction that is about to be committed: a commit that changes nothing costs no write, and is not counted. */
  count(connection: FileConnection): void {
    const changes = connection.first('SELECT total_changes()')![0]
    this.#counted = changes === this.#changes ? undefined : countOn(connection)
    this.#changes = changes
  }

  /** After the commit, before anybody is told. The database alone decides, so a disk that refuses this is no failure. */
  keep(): void {
    if (this.#counted === undefined) return
    const text = JSON.stringify({ commits: this.#counted, at: this.#clock.now().toISOString() })
    try {
      writeSync(this.#file, `${text.padEnd(textLength - 1)}\n`, 0)
    } catch {
      // The mark stays behind: a loss would show a little less.
    }
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** One commit more. It changes the first page and with it the log. */
export function countOn(connection: FileConnection): number {
  const next = (countedBy(connection) + 1) | 0
  connection.exec(`PRAGMA user_version=${next}`)
  return next
}

const countedBy = (connection: FileConnection): number => Number(connection.first('PRAGMA user_version')![0])

/** Undefined where none was kept, or where it can't be read. */
export function findMark(path: string): KeptMark | undefined {
  try {
    const { commits, at } = JSON.parse(readFileSync(markPath(path), 'utf8')) as { commits: number; at: string }
    return Number.isInteger(commits) && !Number.isNaN(Date.parse(at)) ? { commits, at: new Date(at) } : undefined
  } catch {
    return undefined
  }
}

/** From here on nobody misses what was lost. */
export const forgetMark = (path: string): void => rmSync(markPath(path), { force: true })

export interface Loss {
  commits: number
  /** When the last of them was acknowledged. */
  lastAt: Date
}

/** What a database lacks of that which was acknowledged. The mark is read before the database, because that goes on. */
export function findLoss(mark: KeptMark | undefined, counted: number): Loss | undefined {
  const commits = mark === undefined ? 0 : (mark.commits - counted) | 0
  return commits > 0 ? { commits, lastAt: mark!.at } : undefined
}

export const describeLoss = (path: string, { commits, lastAt }: Loss): string =>
  `${path} lacks ${commits} of the commits that were acknowledged, the last at ${lastAt.toISOString()}: its log (-wal) was taken away, emptied or damaged, or this is an older copy`

/**
 * Before anything is written to a database: what was promised is in it. @throws AppError CONFIG_FAILED with what to do
 */
export function assertNoCommitLost(connection: FileConnection, path: string): void {
  const mark = findMark(path)
  const loss = findLoss(mark, countedBy(connection))
  if (!loss) return
  keepDamagedLog(`${path}-wal`)
  throw new AppError(
    'CONFIG_FAILED',
    `The database ${describeLoss(path, loss)}. Put the log back or restore a backup; to go on without them: minispod accept-loss`,
  )
}

/** Whoever closes the database last moves what can be read of the log into it, and removes the log. */
function keepDamagedLog(log: string): void {
  try {
    if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0) copyFileSync(log, `${log}.damaged`)
  } catch {
    // A disk without room: the refusal is what matters.
  }
}

function openMark(path: string): number {
  try {
    return openSync(markPath(path), 'r+')
  } catch {
    return openSync(markPath(path), 'w', 0o600)
  }
}
