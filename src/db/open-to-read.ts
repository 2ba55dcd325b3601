import { existsSync } from 'node:fs'
import { AppError } from '../lib/errors'
import { openDatabase } from './database'
import { type DatabaseLocation, isRemote, openFailure, pathOf } from './location'
import { type Applied, pendingAfter, selectHistory } from './migration'
import { migrations } from './migrations'
import { openReader } from './pragmas'
import { ReadScope } from './scope'
import { type Drizzle, ScopedDrizzle } from './scoped-drizzle'
import { openFileSnapshot, type Snapshot } from './snapshot'

export interface Reading {
  read: Drizzle
  close(): Promise<void>
}

/**
 * A look at a database that another process may be serving from: nothing is written, and no log is moved into the file, neither
 * now nor at the end. Undefined where there is no file yet.
 */
export async function openToRead(location: DatabaseLocation): Promise<Reading | undefined> {
  if (isRemote(location)) return openDatabase(location)
  const path = pathOf(location)
  if (!existsSync(path)) return undefined
  try {
    const reader = openReader(path)
    return { read: new ScopedDrizzle(new ReadScope(reader)), close: async () => reader.close() }
  } catch (error) {
    throw openFailure(path, error)
  }
}

/**
 * A snapshot of a database of this program's version, beside whatever goes on with it; nothing is written.
 * @throws AppError CONFIG_FAILED with one clear line
 */
export async function openSnapshot(location: DatabaseLocation): Promise<Snapshot> {
  const snapshot = isRemote(location) ? await openRemote(location) : openFile(pathOf(location))
  try {
    await assertMigrated(snapshot)
    return snapshot
  } catch (error) {
    await snapshot.close()
    throw isRemote(location) ? error : openFailure(pathOf(location), error)
  }
}

function openFile(path: string): Snapshot {
  if (!existsSync(path)) throw new AppError('CONFIG_FAILED', `There is no database ${path}`)
  try {
    return openFileSnapshot(path)
  } catch (error) {
    throw openFailure(path, error)
  }
}

async function openRemote(location: DatabaseLocation): Promise<Snapshot> {
  const database = await openDatabase(location)
  const snapshot = await database.snapshot()
  return { ...snapshot, close: () => database.close() }
}

async function assertMigrated(snapshot: Snapshot): Promise<void> {
  const known = await snapshot.all(`SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'`)
  const rows = known.length === 0 ? [] : await snapshot.all(selectHistory)
  const history = rows.map(([id, name, hash]): Applied => ({ id: Number(id), name: String(name), hash: String(hash) }))
  if (pendingAfter(history, migrations).length === 0) return
  throw new AppError('CONFIG_FAILED', 'The database is not of this version yet: run migrate first')
}
