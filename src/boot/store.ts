import { type Config, databaseUrlOf } from '../config'
import { loadSecrets, openDataDir, type Secrets } from '../data-dir/secrets'
import { lockDataDir } from '../data-dir/serve-lock'
import { type Database, openDatabase } from '../db'
import { isRemote, pathOf } from '../db/location'
import { migrate } from '../db/migrate'
import { assertKeysAreHere } from '../features/key-rotation'
import type { Logger } from '../lib/log'
import type { Undo } from './undo'

/** What outlives the process. */
export interface Store {
  secrets: Secrets
  db: Database
  /** Whether the folder or the file is no longer what was opened: what is written is lost, and another server may start there. */
  isGone(): boolean
}

/** The data directory for this process alone, its keys, and the database brought up to this version. */
export async function openStore(config: Config, log: Logger, undo: Undo): Promise<Store> {
  const location = { url: databaseUrlOf(config), authToken: config.databaseAuthToken }
  openDataDir(config.dataDir)
  const lock = lockDataDir(config.dataDir, isRemote(location) ? undefined : pathOf(location))
  undo.push(lock.release)
  const secrets = loadSecrets(config, (error) => log.error({ err: error }, 'the keys in DATA_DIR can’t be read again'))
  await migrate(location)
  const db = await openDatabase({ ...location, report: (error) => log.error({ err: error }, 'after a commit') })
  undo.push(() => db.close())
  await assertKeysAreHere(db, secrets.sealing, config.dataDir)
  return { secrets, db, isGone: () => db.isGone() || lock.isGone() }
}
