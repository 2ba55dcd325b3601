import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../lib/errors'
import { randomPart } from '../lib/ids'

/** More were never retired: the ring would only grow. */
export const maxKeptKeys = 16
/** A change takes milliseconds; a lock that is older was left by a process that died. */
const staleLockMs = 10_000

/** A key of DATA_DIR/secrets.json; both lists are newest first. */
export interface KeptKey {
  id: string
  /** Base64. */
  key: string
  madeAt: string
}

export interface KeptSecrets {
  signingKeys: KeptKey[]
  sealingKeys: KeptKey[]
  /** Of the embedded payment gateway. */
  gatewayKey: string
}

export const secretsPath = (dataDir: string): string => join(dataDir, 'secrets.json')

/** Makes what is to be kept at the first start. Two processes that do it at once end up with the same. */
export function ensureKeptSecrets(dataDir: string, now: Date): void {
  const path = secretsPath(dataDir)
  if (!existsSync(path)) createOnce(path, serialise(newSecrets(now)))
}

/** @throws AppError CONFIG_FAILED if the file is damaged or gone */
export const readKeptSecrets = (dataDir: string): KeptSecrets => parseKept(secretsPath(dataDir))

/** Replaces what is kept, one process at a time. @throws AppError CONFIG_FAILED if another one is at it */
export function changeKeptSecrets(dataDir: string, change: (kept: KeptSecrets) => KeptSecrets): KeptSecrets {
  const path = secretsPath(dataDir)
  const lock = `${path}.lock`
  takeLock(lock)
  try {
    const changed = change(parseKept(path))
    const beside = writeBeside(path, serialise(changed))
    renameSync(beside, path)
    syncFolder(dataDir)
    return changed
  } finally {
    rmSync(lock, { force: true })
  }
}

export const newKey = (now: Date): KeptKey => ({
  id: `k${randomPart(9)}`,
  key: randomBytes(32).toString('base64'),
  madeAt: now.toISOString(),
})

const newSecrets = (now: Date): KeptSecrets => ({
  signingKeys: [newKey(now)],
  sealingKeys: [newKey(now)],
  gatewayKey: `SB-Mid-server-${randomBytes(18).toString('base64url')}`,
})

const serialise = (kept: KeptSecrets): string => `${JSON.stringify(kept, null, 2)}\n`

function createOnce(path: string, text: string): void {
  const beside = writeBeside(path, text)
  try {
    linkSync(beside, path)
  } catch (cause) {
    const { code } = cause as { code?: string }
    // Some file systems know no links; there the first start of two processes at once stays a race.
    if (code !== 'EEXIST') renameSync(beside, path)
  } finally {
    rmSync(beside, { force: true })
  }
  syncFolder(join(path, '..'))
}

/** On the disk before it gets its name: half a file of keys, or none after a power cut, would lock everything out for good. */
function writeBeside(path: string, text: string): string {
  const beside = `${path}.${process.pid}-${randomPart(6)}`
  const file = openSync(beside, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return beside
}

function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } catch {
    // Not every file system can; the file itself is on the disk.
  } finally {
    closeSync(opened)
  }
}

function takeLock(lock: string): void {
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  if (age > staleLockMs) rmSync(lock, { force: true })
  try {
    closeSync(openSync(lock, 'wx', 0o600))
  } catch (cause) {
    throw new AppError('CONFIG_FAILED', `${lock}: another process is changing the keys; try again`, undefined, {
      cause,
    })
  }
}

function parseKept(path: string): KeptSecrets {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as KeptSecrets
    if (areKeys(kept.signingKeys) && areKeys(kept.sealingKeys) && typeof kept.gatewayKey === 'string') return kept
  } catch {
    // Told below, without a word of its content.
  }
  throw new AppError(
    'CONFIG_FAILED',
    `DATA_DIR: ${path} is damaged or gone; restore it from a backup, without it sealed data can’t be read`,
  )
}

const areKeys = (keys: unknown): boolean => Array.isArray(keys) && keys.length > 0 && keys.every(isKey)

function isKey(key: Partial<KeptKey>): boolean {
  const { id, key: encoded, madeAt } = key
  if (typeof id !== 'string' || typeof encoded !== 'string' || typeof madeAt !== 'string') return false
  return /^[\w-]{1,16}$/.test(id) && Buffer.from(encoded, 'base64').length === 32 && !Number.isNaN(Date.parse(madeAt))
}
