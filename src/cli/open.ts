import { type Config, databaseUrlOf, readConfig } from '../config'
import { openDataDir } from '../data-dir/secrets'
import { type Database, openDatabase } from '../db'
import { migrate } from '../db/migrate'

/** The database of the environment, brought up to this version, for a command that needs no server and may run beside one. */
export async function withDatabase<T>(work: (db: Database, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig()
  openDataDir(config.dataDir)
  const location = { url: databaseUrlOf(config), authToken: config.databaseAuthToken }
  await migrate(location)
  const db = await openDatabase({ ...location, beside: true })
  try {
    return await work(db, config)
  } finally {
    await db.close()
  }
}
