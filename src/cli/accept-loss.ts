import { databaseUrlOf, readConfig } from '../config'
import { lockDataDir } from '../data-dir/serve-lock'
import { forgetMark } from '../db/commit-mark'
import { isRemote, pathOf } from '../db/location'
import { findLossOf } from '../db/open-to-read'
import { recordAct } from '../features/audit'
import { systemClock } from '../lib/clock'
import { AppError } from '../lib/errors'
import type { Thing } from '../lib/kinds'
import { openFolder, withDatabase } from './open'
import { say } from './say'

/** The operator's yes to go on without commits that were acknowledged and are gone; the audit log keeps it. */
export async function acceptLoss(): Promise<number> {
  const config = readConfig()
  const location = { url: databaseUrlOf(config) }
  if (isRemote(location)) throw new AppError('CONFIG_FAILED', 'accept-loss is for a database in a file')
  openFolder(config)
  const lock = lockDataDir(config.dataDir, pathOf(location))
  try {
    const loss = await findLossOf(pathOf(location))
    if (!loss) {
      await say('Nothing is missing; nothing was changed.')
      return 0
    }
    forgetMark(pathOf(location))
    const { commits } = loss
    const before = { commits, lastAt: loss.lastAt.toISOString() }
    const target: Thing = { kind: 'database', id: 'database' }
    const act = { action: 'database.accept-loss', target, before }
    await withDatabase((db) =>
      db.write((tx) => recordAct(tx, { ...act, reason: 'on the command line', at: systemClock.now() })),
    )
    await say(`${commits} commits, the last of ${before.lastAt}, are given up. Run verify, and compare with Midtrans.`)
    return 0
  } finally {
    lock.release()
  }
}
