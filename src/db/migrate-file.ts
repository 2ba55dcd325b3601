import type { AppError } from '../lib/errors'
import { beginImmediate } from './begin'
import { assertNoCommitLost } from './commit-mark'
import type { FileConnection } from './connection'
import { type DatabaseLocation, ensureDatabaseFile, openFailure, pathOf } from './location'
import type { ResolvedMigrateOptions } from './migrate'
import {
  type Applied,
  hashOf,
  historyTable,
  insertHistory,
  type Migration,
  pendingAfter,
  refusal,
  selectHistory,
  statementsOf,
} from './migration'
import { openWriter } from './pragmas'

export async function migrateFile(location: DatabaseLocation, options: ResolvedMigrateOptions): Promise<string[]> {
  const path = pathOf(location)
  ensureDatabaseFile(path)
  let connection: FileConnection | undefined
  try {
    connection = await openWriter(path, { busyDeadlineMs: options.busyDeadlineMs, beside: true })
    assertNoCommitLost(connection, path)
    // Rebuilding a table drops the old one, which would delete its children. A transaction can't switch this any more.
    connection.exec('PRAGMA foreign_keys=OFF')
    return await applyAll(connection, options)
  } catch (error) {
    throw openFailure(path, error)
  } finally {
    connection?.close()
  }
}

async function applyAll(connection: FileConnection, options: ResolvedMigrateOptions): Promise<string[]> {
  const applied: string[] = []
  for (;;) {
    // The history is read again under each lock: another process may have been faster.
    await beginImmediate(connection, options.busyDeadlineMs)
    try {
      const next = findNext(connection, options.migrations)
      if (next) applyOne(connection, next.id, next.migration, options.clock.now())
      connection.exec('COMMIT')
      if (!next) return applied
      applied.push(next.migration.name)
    } finally {
      if (connection.inTransaction) connection.exec('ROLLBACK')
    }
  }
}

function findNext(connection: FileConnection, migrations: readonly Migration[]) {
  connection.exec(historyTable)
  const history = connection
    .all(selectHistory)
    .map(([id, name, hash]): Applied => ({ id: Number(id), name: String(name), hash: String(hash) }))
  const [migration] = pendingAfter(history, migrations)
  return migration && { id: history.length + 1, migration }
}

function applyOne(connection: FileConnection, id: number, migration: Migration, now: Date): void {
  const before = triggersOf(connection)
  for (const statement of statementsOf(migration)) {
    try {
      connection.script(statement)
    } catch (error) {
      throw failed(migration, (error as Error).message, error)
    }
    if (!connection.inTransaction) throw failed(migration, `it ends the transaction by itself: ${statement}`)
  }
  assertNothingLost(connection, migration, before)
  connection.run(insertHistory, [BigInt(id), migration.name, hashOf(migration), BigInt(now.getTime())])
}

const triggersOf = (connection: FileConnection): string[] =>
  connection.all("SELECT name FROM sqlite_schema WHERE type = 'trigger'").map(([name]) => String(name))

function assertNothingLost(connection: FileConnection, migration: Migration, before: string[]): void {
  const after = new Set(triggersOf(connection))
  // A rebuilt table silently loses its triggers, and with them the rules about money.
  const lost = before.filter((name) => !after.has(name) && !migration.sql.includes(name))
  if (lost.length > 0)
    throw failed(migration, `it would lose the triggers ${lost.join(', ')}; create them again or drop them by name`)
  const orphan = connection.first('PRAGMA foreign_key_check')
  if (orphan) throw failed(migration, `a row of ${orphan[0]} would refer to a missing row of ${orphan[2]}`)
}

const failed = (migration: Migration, reason: string, cause?: unknown): AppError =>
  refusal(`migration ${migration.name} failed: ${reason}`, cause)
