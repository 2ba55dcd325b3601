import type { Database } from '../../db'
import { AppError } from '../../lib/errors'
import type { KeyRing } from '../../lib/key-ring'
import { countByKey, listKeys } from './rewrap'
import { sealedColumns } from './sealed-columns'

/**
 * Every key that something is sealed with must be in the ring: without it every app's credentials are lost, and a server that
 * starts all the same would only hide that. @throws AppError CONFIG_FAILED naming the key
 */
export async function assertKeysAreHere(db: Database, sealing: KeyRing, dataDir: string): Promise<void> {
  const keys = await Promise.all(sealedColumns.map((column) => listKeys(db.read, column)))
  const id = keys.flat().find((known) => !sealing.find(known))
  if (id === undefined) return
  const total = (await countByKey(db.read)).get(id) ?? 0
  const values = total === 1 ? '1 value is' : `${total} values are`
  throw new AppError(
    'CONFIG_FAILED',
    `DATA_DIR: ${values} sealed with the key ${JSON.stringify(id)}, which is neither in ${dataDir}/secrets.json nor in ENCRYPTION_KEYS; restore it from a backup`,
  )
}
