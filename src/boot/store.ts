import { basename } from 'node:path'
import { sql } from 'drizzle-orm'
import { type Config, databaseUrlOf } from '../config'
import { openDataDir } from '../data-dir/folder'
import { loadSecrets, type Secrets } from '../data-dir/secrets'
import { lockDataDir } from '../data-dir/serve-lock'
import { type Database, type DatabaseOptions, openDatabase } from '../db'
import { findMark } from '../db/commit-mark'
import { isRemote, pathOf } from '../db/location'
import { migrate } from '../db/migrate'
import { assertKeysAreHere } from '../features/key-rotation'
import { type Clock, minute } from '../lib/clock'
import type { Logger } from '../lib/log'
import type { Undo } from './undo'
import type { Warning } from './warnings'

/** Less is a clock that is set right, not one that went back. */
const clockBackMs = minute

/** What outlives the process. */
export interface Store {
  secrets: Secrets
  db: Database
  /** Whether the folder or the file is no longer what was opened: what is written is lost, and another server may start there. */
  isGone(): boolean
  /** When something was saved before this start, as far as is known. */
  savedAt: Date | undefined
  warnings: Warning[]
}

interface Tools extends Pick<DatabaseOptions, 'aroundCommit'> {
  clock: Clock
  log: Logger
}

/** The data directory for this process alone, its keys, and the database brought up to this version. */
export async function openStore(config: Config, { clock, log, aroundCommit }: Tools, undo: Undo): Promise<Store> {
  const location = { url: databaseUrlOf(config), authToken: config.databaseAuthToken }
  const path = isRemote(location) ? undefined : pathOf(location)
  const warnings = openDataDir(config.dataDir).map((text): Warning => ({ kind: 'open-to-others', text }))
  const lock = lockDataDir(config.dataDir, path)
  undo.push(lock.release)
  const secrets = loadSecrets(config, (error) => log.error({ err: error }, 'the keys in DATA_DIR can’t be read again'))
  const savedAt = path === undefined ? undefined : findMark(path)?.at
  warnings.push(...clockWarnings(savedAt, clock))
  await migrate(location)
  const report = (error: unknown) => log.error({ err: error }, 'after a commit')
  const db = await openDatabase({ ...location, clock, report, ...(aroundCommit && { aroundCommit }) })
  undo.push(() => db.close())
  if (path !== undefined && savedAt === undefined && (await hasCounted(db))) warnings.push(noMark(path))
  await assertKeysAreHere(db, secrets.sealing, config.dataDir)
  return { secrets, db, savedAt, warnings, isGone: () => db.isGone() || lock.isGone() }
}

/** Whether a server has ever committed to it: it counts its commits in the file itself. */
async function hasCounted({ read }: Database): Promise<boolean> {
  const [row] = await read.values<[number]>(sql`PRAGMA user_version`)
  return row !== undefined && Number(row[0]) !== 0
}

/** So it is after a restore; so it is as well where somebody removed what stood beside the database, with the last commits in it. */
const noMark = (path: string): Warning => ({
  kind: 'no-mark',
  text: `there is a database, but no ${basename(path)}-mark beside it, so whether its last commits are all there can’t be told; after a restore that is as it should be`,
})

function clockWarnings(last: Date | undefined, clock: Clock): Warning[] {
  const now = clock.now()
  if (!last || last.getTime() - now.getTime() < clockBackMs) return []
  const text = `the clock says ${now.toISOString()}, but something was saved at ${last.toISOString()}: what is to happen at a time waits for it`
  return [{ kind: 'clock-back', text }]
}
