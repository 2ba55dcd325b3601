import type { Database } from '../../db'
import { AppError } from '../../lib/errors'
import type { KeyRing } from '../../lib/key-ring'
import { countByKey } from './rewrap'

/**
 * Every key that something is sealed with must be in the ring: without it every app's credentials are lost, and a server that
 * starts all the same would only hide that. @throws AppError CONFIG_FAILED naming the key
 */
export async function assertKeysAreHere(db: Database, sealing: KeyRing, dataDir: string): Promise<void> {
  for (const [id, total] of await countByKey(db.read)) {
    if (sealing.find(id)) continue
    const values = total === 1 ? '1 value is' : `${total} values are`
    throw new AppError(
      'CONFIG_FAILED',
      `DATA_DIR: ${values} sealed with the key ${JSON.stringify(id)}, which is neither in ${dataDir}/secrets.json nor in ENCRYPTION_KEYS; restore it from a backup`,
    )
  }
}
