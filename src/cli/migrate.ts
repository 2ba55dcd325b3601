import { databaseUrlOf, readConfig } from '../config'
import { openDataDir } from '../data-dir/secrets'
import { migrate } from '../db/migrate'
import { say } from './say'

export async function migrateDatabase(): Promise<number> {
  const config = readConfig()
  openDataDir(config.dataDir)
  const applied = await migrate({ url: databaseUrlOf(config), authToken: config.databaseAuthToken })
  await say(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
  return 0
}
