import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config'
import { AppError } from './lib/errors'
import { parseSealingKeys, type SealingKey } from './lib/seal'

export interface Secrets {
  signingKey: Uint8Array
  sealingKeys: SealingKey[]
  /** Of the embedded payment gateway. */
  gatewayKey: string
}

interface Kept {
  jwtSecret: string
  encryptionKeys: string
  gatewayKey: string
}

/** Secrets from the environment; what is not set is made once and kept in DATA_DIR, for its owner's eyes only. */
export function loadSecrets(config: Config): Secrets {
  const kept = readKept(config.dataDir)
  return {
    signingKey: Buffer.from(config.jwtSecret ?? kept.jwtSecret),
    sealingKeys: parseSealingKeys(config.encryptionKeys ?? kept.encryptionKeys),
    gatewayKey: kept.gatewayKey,
  }
}

/** @throws AppError CONFIG_FAILED naming the folder, if it can't be made or written */
export function openDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const probe = join(dataDir, '.write-probe')
    writeFileSync(probe, '')
    renameSync(probe, join(dataDir, '.written'))
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? 'unknown'
    throw new AppError('CONFIG_FAILED', `DATA_DIR: ${dataDir} can’t be written (${code})`, undefined, { cause })
  }
}

function readKept(dataDir: string): Kept {
  const path = join(dataDir, 'secrets.json')
  if (existsSync(path)) return parseKept(path)
  const made: Kept = {
    jwtSecret: randomBytes(48).toString('base64url'),
    encryptionKeys: `k1:${randomBytes(32).toString('base64')}`,
    gatewayKey: `SB-Mid-server-${randomBytes(18).toString('base64url')}`,
  }
  // Complete or not there: half a file of keys would lock everything out for good.
  writeFileSync(`${path}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return made
}

function parseKept(path: string): Kept {
  chmodSync(path, 0o600)
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept
    if (kept.jwtSecret && kept.encryptionKeys && kept.gatewayKey) return kept
  } catch {
    // Told below, without a word of its content.
  }
  throw new AppError(
    'CONFIG_FAILED',
    `DATA_DIR: ${path} is damaged; restore it from a backup, without it sealed data can’t be read`,
  )
}
