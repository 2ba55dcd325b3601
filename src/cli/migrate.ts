import { databaseUrlOf, readConfig } from '../config'
import { migrate } from '../db/migrate'
import { openFolder } from './open'
import { say } from './say'

export async function migrateDatabase(): Promise<number> {
  const config = readConfig()
  openFolder(config)
  const applied = await migrate({ url: databaseUrlOf(config), authToken: config.databaseAuthToken })
  await say(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
  return 0
}
