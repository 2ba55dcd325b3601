import { type Clock, systemClock } from '../lib/clock'
import { type DatabaseLocation, isRemote } from './location'
import { migrateFile } from './migrate-file'
import type { Migration } from './migration'
import { migrations as embedded } from './migrations'

interface MigrateOptions {
  migrations?: readonly Migration[]
  clock?: Clock
  /** How long to wait for another process that is writing or migrating. */
  busyDeadlineMs?: number
}

export type ResolvedMigrateOptions = Required<MigrateOptions>

const busyDeadlineMs = 30_000

/**
 * Brings a database up to this program's schema, before it is opened for work, and returns the names of what it applied. Each
 * migration stands or falls as one. Idempotent, and safe when several processes do it at once.
 */
export async function migrate(location: DatabaseLocation, options: MigrateOptions = {}): Promise<string[]> {
  const resolved = { migrations: embedded, clock: systemClock, busyDeadlineMs, ...options }
  if (isRemote(location)) return (await import('./migrate-remote')).migrateRemote(location, resolved)
  return migrateFile(location, resolved)
}
