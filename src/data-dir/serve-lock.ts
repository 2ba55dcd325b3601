import { createHash } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FileConnection } from '../db/connection'
import { isBusy } from '../db/errors'
import { FileIdentity } from '../db/file-identity'
import { AppError } from '../lib/errors'

interface ServeLock {
  /** Whether what it locked is no longer there: another server could lock what stands in its place. */
  isGone(): boolean
  release(): void
}

/**
 * One server to a data directory: two would run every schedule and every embedded part twice. A database file elsewhere is locked
 * too. The system lets both go however the process ends.
 * @throws AppError CONFIG_FAILED naming what is in use
 */
export function lockDataDir(dataDir: string, databasePath?: string): ServeLock {
  const locks: ServeLock[] = []
  const release = () => {
    for (const lock of locks.splice(0).reverse()) lock.release()
  }
  try {
    locks.push(lockFile(join(dataDir, 'serve.lock'), `DATA_DIR: ${dataDir}`))
    const name = lockName(dataDir)
    if (name) locks.push(name)
    const isElsewhere = databasePath !== undefined && dirname(databasePath) !== dataDir
    if (isElsewhere) locks.push(lockFile(`${databasePath}-serve`, `DATABASE_URL: ${databasePath}`))
  } catch (fault) {
    release()
    throw fault
  }
  return { isGone: () => locks.some((lock) => lock.isGone()), release }
}

/** SQLite's own lock, on a file of its own. */
function lockFile(path: string, shown: string): ServeLock {
  const connection = new FileConnection(path)
  try {
    connection.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    connection.close()
    throw isBusy(cause) ? inUse(shown, cause) : cause
  }
  const identity = new FileIdentity(path)
  return {
    isGone: () => identity.isGone(),
    release: () => {
      connection.exec('ROLLBACK')
      connection.close()
    },
  }
}

/**
 * A lock on the folder's name in its parent: it holds when the folder is removed under a running server, and a new one made there
 * has a lock file of its own. Linux knows sockets that are in no folder; elsewhere the running server has to notice by itself.
 */
function lockName(dataDir: string): ServeLock | undefined {
  if (process.platform !== 'linux') return undefined
  const path = realpathSync(dataDir)
  const { dev, ino } = statSync(dirname(path))
  const hash = createHash('sha256')
    .update(`${dev} ${ino} ${basename(path)}`)
    .digest('base64url')
  try {
    const socket = Bun.listen({
      unix: `\0minispod-${hash}`,
      socket: { open: (caller) => void caller.end(), data: () => {} },
    })
    socket.unref()
    return { isGone: () => false, release: () => socket.stop(true) }
  } catch (cause) {
    if ((cause as { code?: string }).code === 'EADDRINUSE') throw inUse(`DATA_DIR: ${dataDir}`, cause)
    return undefined
  }
}

const inUse = (shown: string, cause: unknown): AppError =>
  new AppError('CONFIG_FAILED', `${shown} is in use by another server`, undefined, { cause })
