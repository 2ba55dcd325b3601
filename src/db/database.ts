import { type Clock, systemClock } from '../lib/clock'
import { openFileDatabase } from './file-database'
import { type DatabaseLocation, isRemote } from './location'
import type { Drizzle, Tx } from './scoped-drizzle'
import type { Snapshot } from './snapshot'
import type { Trouble } from './trouble'

export { prepared } from './prepared'
export type { Drizzle, Tx } from './scoped-drizzle'
export type { Snapshot } from './snapshot'
export type { Trouble } from './trouble'
export type { DatabaseLocation }

export interface DatabaseOptions extends DatabaseLocation {
  /** Told of errors nobody waits for: an effect after a commit that threw. */
  report?: (error: unknown) => void
  /** Writes that may wait; one more is refused with UNAVAILABLE. */
  queueLimit?: number
  /** How long one write's callback may take before it is rolled back. */
  writeDeadlineMs?: number
  /** How long the first of the writes that share a commit waits for the others. */
  groupMs?: number
  /** Another process may be serving from the file: it alone moves the log into it, not we. */
  beside?: boolean
  /** How long to wait for another process that holds the write lock. */
  busyDeadlineMs?: number
  clock?: Clock
  /** Stands around each commit, so that whoever owns the surroundings can have the process die before it or after. */
  aroundCommit?: (commit: () => void) => void
}

export interface Database {
  /** Read-only; sees every acknowledged write, and none that is not yet durable. */
  readonly read: Drizzle
  /**
   * One durable transaction: resolves with what `work` returned once it is on the disk, rejects with what it threw once it
   * is rolled back. `work` awaits nothing but its own queries; `tx` is dead when it ends; write() inside it is refused.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Whether other servers may be working on it too: on a file the lock on its folder leaves no room for one. */
  readonly isShared: boolean
  /** Differs from its last value when anything was committed since: at once by us, within a millisecond by others. On a server it can't know, so it differs every time. */
  dataVersion(): number
  /** Whether the file is no longer under its path: nothing is saved any more. */
  isGone(): boolean
  /** Why nothing can be saved just now, and whether that has passed meanwhile. A server is asked only by what is sent to it. */
  trouble(): Promise<Trouble | undefined>
  /** Everything found wrong with the file: damaged pages, rows without their parent. Empty when sound. */
  integrity(): Promise<string[]>
  /** A connection of its own for long reads; close it. */
  snapshot(): Promise<Snapshot>
  /** Refuses new writes, finishes the waiting ones, lets the file go. */
  close(): Promise<void>
}

export type ResolvedOptions = Required<Omit<DatabaseOptions, 'authToken'>> & DatabaseLocation

const defaults = {
  aroundCommit: (commit: () => void) => commit(),
  beside: false,
  queueLimit: 4_096,
  writeDeadlineMs: 5_000,
  groupMs: 20,
  busyDeadlineMs: 10_000,
}

/** Opens a database file, making it if need be, or connects to a server. Fails with CONFIG_FAILED and one clear line. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const resolved = { ...defaults, clock: systemClock, report: warn, ...options }
  // Loaded only where it is used: a client for servers weighs several megabytes.
  if (isRemote(options)) return (await import('./remote-database')).openRemoteDatabase(resolved)
  return openFileDatabase(resolved)
}

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error))
