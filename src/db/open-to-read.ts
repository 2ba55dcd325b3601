import { existsSync } from 'node:fs'
import { openDatabase } from './database'
import { type DatabaseLocation, isRemote, openFailure, pathOf } from './location'
import { openReader } from './pragmas'
import { ReadScope } from './scope'
import { type Drizzle, ScopedDrizzle } from './scoped-drizzle'

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
