import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { sql } from 'drizzle-orm'
import { AppError } from '../lib/errors'
import { describeLoss, findLoss, findMark, type Loss } from './commit-mark'
import { openDatabase } from './database'
import { type DatabaseLocation, isRemote, openFailure, pathOf } from './location'
import { type Applied, pendingAfter, selectHistory } from './migration'
import { migrations } from './migrations'
import { openReader } from './pragmas'
import { ReadTurn } from './read-turn'
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
    return { read: new ScopedDrizzle(new ReadScope(reader, new ReadTurn(reader))), close: async () => reader.close() }
  } catch (error) {
    throw openFailure(path, error)
  }
}

/** What a file lacks of that which was acknowledged: everything, where there is no file any more. */
export async function findLossOf(path: string): Promise<Loss | undefined> {
  const mark = findMark(path)
  const database = mark && (await openToRead({ url: pathToFileURL(path).href }))
  try {
    const row = await database?.read.get<{ user_version: number }>(sql.raw(readCommits))
    return findLoss(mark, row?.user_version ?? 0)
  } finally {
    await database?.close()
  }
}

const readCommits = 'PRAGMA user_version'

/**
 * A snapshot of a database of this program's version, beside whatever goes on with it; nothing is written.
 * @returns also what a file lost of what was acknowledged @throws AppError CONFIG_FAILED with one clear line
 */
export async function openSnapshot(location: DatabaseLocation): Promise<Snapshot & { loss?: Loss }> {
  if (isRemote(location)) return migrated(await openRemote(location))
  const path = pathOf(location)
  const mark = findMark(path)
  const snapshot = openFile(path)
  try {
    const loss = findLoss(mark, await commitsIn(snapshot))
    return Object.assign(await migrated(snapshot, loss && describeLoss(path, loss)), { loss })
  } catch (error) {
    throw openFailure(path, error)
  }
}

const commitsIn = async (snapshot: Snapshot): Promise<number> => Number((await snapshot.all(readCommits))[0]![0])

/** @param lost what is told instead of a schema that is not there, because it went with the rest */
async function migrated(snapshot: Snapshot, lost?: string): Promise<Snapshot> {
  try {
    await assertMigrated(snapshot)
    return snapshot
  } catch (error) {
    await snapshot.close()
    throw lost === undefined
      ? error
      : new AppError('CONFIG_FAILED', `The database ${lost}`, undefined, { cause: error })
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
