import { join } from 'node:path'
import { FileConnection } from '../db/connection'
import { isBusy } from '../db/errors'
import { AppError } from '../lib/errors'

/**
 * One server to a data directory: two would run every schedule and every embedded part twice. The lock is SQLite's own on a
 * file of its own, so that the system lets it go however the process ends.
 * @throws AppError CONFIG_FAILED naming the folder
 * @returns lets it go
 */
export function lockDataDir(dataDir: string): () => void {
  const connection = new FileConnection(join(dataDir, 'serve.lock'))
  try {
    connection.exec('BEGIN EXCLUSIVE')
    return () => {
      connection.exec('ROLLBACK')
      connection.close()
    }
  } catch (cause) {
    connection.close()
    if (!isBusy(cause)) throw cause
    throw new AppError('CONFIG_FAILED', `DATA_DIR: ${dataDir} is in use by another server`, undefined, { cause })
  }
}
