import { type Config, databaseUrlOf, readConfig } from '../config'
import { openDataDir } from '../data-dir/folder'
import { type Database, openDatabase } from '../db'
import { migrate } from '../db/migrate'

/** The database of the environment, brought up to this version, for a command that needs no server and may run beside one. */
export async function withDatabase<T>(work: (db: Database, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig()
  openFolder(config)
  const location = { url: databaseUrlOf(config), authToken: config.databaseAuthToken }
  await migrate(location)
  const db = await openDatabase({ ...location, beside: true })
  try {
    return await work(db, config)
  } finally {
    await db.close()
  }
}

/** What was open to other users is told. */
export function openFolder({ dataDir }: Config): void {
  for (const said of openDataDir(dataDir)) process.stderr.write(`minispod: ${said}\n`)
}
