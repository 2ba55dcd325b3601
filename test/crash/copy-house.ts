import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerPlace } from './server-process'

/**
 * What a dead server left, in a folder of its own. The original is never opened by SQLite here: closing any of a file's handles
 * lets go of all this process's locks on it, and a connection that believes to be alone moves the log away from under a server.
 */
export function copyHouse({ dataDir }: ServerPlace, to: string): string {
  const copy = join(to, 'data')
  mkdirSync(copy, { recursive: true })
  for (const name of ['minispod.db', 'minispod.db-wal', 'minispod.db-mark', 'secrets.json']) {
    const from = join(dataDir, name)
    if (existsSync(from)) copyFileSync(from, join(copy, name))
  }
  return copy
}
