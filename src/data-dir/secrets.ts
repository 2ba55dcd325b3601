import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import type { Config } from '../config'
import { fixedRing, type KeyRing, type RingKey } from '../lib/key-ring'
import { parseSealingKeys } from '../lib/seal'
import { ensureKeptSecrets, type KeptKey, type KeptSecrets, readKeptSecrets, secretsPath } from './kept-secrets'

/** So often a key that another process put in front is looked for. */
export const lookAgainMs = 1_000

export interface Secrets {
  /** Signs access tokens. */
  signing: KeyRing
  /** Seals what is stored. */
  sealing: KeyRing
  /** Of the embedded payment gateway. */
  gatewayKey: string
}

/**
 * Secrets from the environment; what is not set is made once and kept in DATA_DIR, for its owner's eyes only. Rings that are kept
 * there follow the file, so that `rotate-keys` needs no restart; `report` hears of a file that can't be read any more.
 */
export function loadSecrets(config: Config, report: (error: unknown) => void = () => {}): Secrets {
  const file = new KeptFile(config.dataDir, report)
  const { jwtSecret, encryptionKeys } = config
  return {
    signing: jwtSecret ? fixedRing(jwtSecret.split(',').map(signingKeyOf)) : new FileRing(file, keptSigningKeys),
    sealing: new FileRing(file, sealingKeysOf(encryptionKeys)),
    gatewayKey: file.kept.gatewayKey,
  }
}

const ringKeyOf = ({ id, key }: KeptKey): RingKey => ({ id, key: Buffer.from(key, 'base64') })
const keptSigningKeys = (kept: KeptSecrets): RingKey[] => kept.signingKeys.map(ringKeyOf)

/** Named by its hash: servers that share a JWT_SECRET then call it the same. */
function signingKeyOf(secret: string): RingKey {
  const key = Buffer.from(secret.trim())
  return { id: createHash('sha256').update('kid').update(key).digest('base64url').slice(0, 8), key }
}

/** What was sealed before ENCRYPTION_KEYS was set stays readable: the kept keys stand behind those. */
function sealingKeysOf(encryptionKeys: string | undefined): (kept: KeptSecrets) => RingKey[] {
  const set = encryptionKeys === undefined ? [] : parseSealingKeys(encryptionKeys)
  const taken = new Set(set.map(({ id }) => id))
  return (kept) => [...set, ...kept.sealingKeys.filter(({ id }) => !taken.has(id)).map(ringKeyOf)]
}

/** The file as it was read last, and whether another one stands in its place by now. */
class KeptFile {
  kept: KeptSecrets
  readonly #path: string
  #seen: string
  #lookAgainAt = 0

  constructor(
    readonly dataDir: string,
    readonly report: (error: unknown) => void,
  ) {
    this.#path = secretsPath(dataDir)
    ensureKeptSecrets(dataDir, new Date())
    this.#seen = this.#mark()
    this.kept = readKeptSecrets(dataDir)
  }

  /** At most once a second, unless a key is missing: then at once. A file that can't be read changes nothing. */
  refresh(missing: boolean): void {
    const now = performance.now()
    if (!missing && now < this.#lookAgainAt) return
    this.#lookAgainAt = now + lookAgainMs
    const mark = this.#mark()
    if (mark === this.#seen) return
    this.#seen = mark
    try {
      this.kept = readKeptSecrets(this.dataDir)
    } catch (error) {
      this.report(error)
    }
  }

  // A changed file is always another file under the same name.
  #mark(): string {
    const found = statSync(this.#path, { throwIfNoEntry: false })
    return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : ''
  }
}

class FileRing implements KeyRing {
  #from: KeptSecrets
  #ring: KeyRing

  constructor(
    readonly file: KeptFile,
    readonly keysOf: (kept: KeptSecrets) => RingKey[],
  ) {
    this.#from = file.kept
    this.#ring = fixedRing(keysOf(file.kept))
  }

  newest(): RingKey {
    return this.#current(false).newest()
  }

  find(id: string): RingKey | undefined {
    return this.#current(false).find(id) ?? this.#current(true).find(id)
  }

  all(): readonly RingKey[] {
    return this.#current(false).all()
  }

  #current(missing: boolean): KeyRing {
    this.file.refresh(missing)
    if (this.file.kept !== this.#from) {
      this.#from = this.file.kept
      this.#ring = fixedRing(this.keysOf(this.#from))
    }
    return this.#ring
  }
}
