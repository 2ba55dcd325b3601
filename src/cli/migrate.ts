import { parseConfig } from '../config'
import { databaseUrlOf } from '../database-url'
import { migrate } from '../db/migrate'
import { openDataDir } from '../secrets'
import { say } from './say'

export async function migrateDatabase(): Promise<number> {
  const config = parseConfig(process.env)
  openDataDir(config.dataDir)
  const applied = await migrate({ url: databaseUrlOf(config), authToken: config.databaseAuthToken })
  await say(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
  return 0
}
