import { type Config, databaseUrlOf } from '../config'
import { loadSecrets, openDataDir, type Secrets } from '../data-dir/secrets'
import { lockDataDir } from '../data-dir/serve-lock'
import { type Database, openDatabase } from '../db'
import { migrate } from '../db/migrate'
import { assertKeysAreHere } from '../features/key-rotation'
import type { Logger } from '../lib/log'
import type { Undo } from './undo'

/** What outlives the process. */
export interface Store {
  secrets: Secrets
  db: Database
}

/** The data directory for this process alone, its keys, and the database brought up to this version. */
export async function openStore(config: Config, log: Logger, undo: Undo): Promise<Store> {
  openDataDir(config.dataDir)
  undo.push(lockDataDir(config.dataDir))
  const secrets = loadSecrets(config, (error) => log.error({ err: error }, 'the keys in DATA_DIR can’t be read again'))
  const location = { url: databaseUrlOf(config), authToken: config.databaseAuthToken }
  await migrate(location)
  const db = await openDatabase({ ...location, report: (error) => log.error({ err: error }, 'after a commit') })
  undo.push(() => db.close())
  await assertKeysAreHere(db, secrets.sealing, config.dataDir)
  return { secrets, db }
}
