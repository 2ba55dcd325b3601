import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, databaseUrlOf, readConfig } from '../config'
import { changeKeptSecrets, type KeptKey, maxKeptKeys, newKey } from '../data-dir/kept-secrets'
import { loadSecrets } from '../data-dir/secrets'
import { openToRead, type Reading } from '../db/open-to-read'
import { countByKey, rewrapSealed } from '../features/key-rotation'
import { minute, second } from '../lib/clock'
import { AppError } from '../lib/errors'
import { createSealer } from '../lib/seal'
import { findLastFiring } from '../queue'
import { openFolder, withDatabase } from './open'
import { retireKeys } from './retire-keys'
import { say } from './say'

/** Every server fires a schedule once a minute: after a younger firing one is running. */
const servedWithinMs = 90 * second
const pollMs = second
/** The server looks once a minute. */
const stuckMs = 3 * minute

/** Makes new keys and puts what is sealed under the newest; with `--retire` drops the old ones that nothing needs any more. */
export async function rotateKeys([flag, ...more]: string[]): Promise<number> {
  if ((flag !== undefined && flag !== '--retire') || more.length > 0) {
    throw new AppError('CONFIG_FAILED', 'rotate-keys [--retire]')
  }
  const config = readConfig()
  openFolder(config)
  const database = await openToRead({ url: databaseUrlOf(config), authToken: config.databaseAuthToken })
  try {
    const counts = async () => (database ? countByKey(database.read) : new Map<string, number>())
    return flag ? await retireKeys(config, await counts()) : await rotate(config, counts, () => isServed(database))
  } finally {
    await database?.close()
  }
}

type Counts = () => Promise<Map<string, number>>

async function rotate(config: Config, counts: Counts, served: () => Promise<boolean>): Promise<number> {
  const stale = await staleOf(config, counts)
  if (stale > 0) await say(`${stale} values are still sealed with an older key: that is finished first.`)
  else await makeKeys(config)
  const { id } = loadSecrets(config).sealing.newest()
  const failed = await untilRewrapped(config, counts, served)
  for (const each of failed) await say(each)
  await say(`${(await counts()).get(id) ?? 0} values are sealed with the key ${id}, ${failed.length} can’t be opened.`)
  return failed.length === 0 ? 0 : 1
}

/** How many values are not under the newest key. */
async function staleOf(config: Config, counts: Counts): Promise<number> {
  const { id } = loadSecrets(config).sealing.newest()
  let stale = 0
  for (const [key, total] of await counts()) if (key !== id) stale += total
  return stale
}

/** One change of the file for both rings, so that a kill leaves the old ones or the new ones. */
async function makeKeys({ dataDir, encryptionKeys, jwtSecret }: Config): Promise<void> {
  const now = new Date()
  const { sealingKeys, signingKeys } = changeKeptSecrets(dataDir, (kept) => ({
    ...kept,
    ...(encryptionKeys === undefined && { sealingKeys: withNew(kept.sealingKeys, now) }),
    ...(jwtSecret === undefined && { signingKeys: withNew(kept.signingKeys, now) }),
  }))
  await say(
    encryptionKeys === undefined ? `New key for what is stored: ${sealingKeys[0]!.id}.` : howToRotateEncryptionKeys,
  )
  await say(jwtSecret === undefined ? `New key for access tokens: ${signingKeys[0]!.id}.` : howToRotateJwtSecret)
}

const howToRotateEncryptionKeys = `ENCRYPTION_KEYS is set, so its keys are changed there:
  1. ENCRYPTION_KEYS=<the present ones>,<new id>:<base64 of 32 random bytes>, and restart every server: all can read the new key
  2. the same with the new key first, and restart every server: they put everything under it by themselves
  3. rotate-keys --retire says when an old one can be taken out`

const howToRotateJwtSecret =
  'JWT_SECRET is set, so it is changed there: JWT_SECRET=<a new one>,<the present ones>, and restart every server.'

function withNew(keys: KeptKey[], now: Date): KeptKey[] {
  if (keys.length < maxKeptKeys) return [newKey(now), ...keys]
  throw new AppError('CONFIG_FAILED', `${keys.length} keys are kept already; first drop old ones: rotate-keys --retire`)
}

/** A running server does it by itself, because only one process should write to a file; without one it is done here. */
async function untilRewrapped(config: Config, counts: Counts, served: () => Promise<boolean>): Promise<string[]> {
  let seen = 0
  let seenAt = 0
  for (;;) {
    const stale = await staleOf(config, counts)
    if (stale === 0) return []
    if (!(await served())) return rewrapHere(config)
    if (stale !== seen) {
      await say(`${stale} values to go. The running server does it; it looks once a minute.`)
      seen = stale
      seenAt = performance.now()
    }
    if (performance.now() - seenAt > stuckMs) throw new AppError('CONFIG_FAILED', stuck(stale))
    await sleep(pollMs)
  }
}

const stuck = (stale: number): string =>
  `The server leaves ${stale} values as they are: see its log, whether the schedule secrets.rewrap is paused, and whether it has ` +
  'the same ENCRYPTION_KEYS and DATA_DIR as this command'

async function rewrapHere(config: Config): Promise<string[]> {
  const { sealing } = loadSecrets(config)
  const { done, failed } = await withDatabase((db) => rewrapSealed({ db, sealing, sealer: createSealer(sealing) }))
  await say(`${done} values put under it.`)
  return failed
}

async function isServed(database: Reading | undefined): Promise<boolean> {
  const at = database && (await findLastFiring(database.read))
  return at !== undefined && Date.now() - at.getTime() < servedWithinMs
}
