import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AppError } from './errors'

export interface SealingKey {
  id: string
  /** 32 bytes. */
  key: Uint8Array
}

/** Encrypts what must be read again. The context (table, row, column) is bound in: a value moved elsewhere no longer opens. */
export interface Sealer {
  seal(plain: string, context: string): string
  /** @throws Error if the key is unknown, the context another, or a byte was changed */
  open(sealed: string, context: string): string
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM; the newest key (first) seals, every key opens. The form is `v1.<key id>.<base64url of nonce, tag, text>`. */
export function createSealer(keys: SealingKey[]): Sealer {
  const newest = keys[0]
  if (!newest) throw new AppError('CONFIG_FAILED', 'ENCRYPTION_KEYS: at least one key is needed')
  const byId = new Map(keys.map(({ id, key }) => [id, key]))
  return {
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', newest.key, nonce).setAAD(Buffer.from(context))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${newest.id}.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`
    },
    open(sealed, context) {
      const [version, id, payload] = sealed.split('.')
      const key = byId.get(id ?? '')
      if (version !== 'v1' || !key || !payload) throw new Error('sealed with a key that is not here')
      const bytes = Buffer.from(payload, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8')
    },
  }
}

/** `id:base64,…`, newest first. @throws AppError CONFIG_FAILED without repeating any of it */
export function parseSealingKeys(text: string): SealingKey[] {
  return text.split(',').map((entry, index) => {
    const [id, encoded] = entry.trim().split(':')
    const key = Buffer.from(encoded ?? '', 'base64')
    if (!id || !/^[\w-]{1,16}$/.test(id) || key.length !== 32) {
      throw new AppError('CONFIG_FAILED', `ENCRYPTION_KEYS: entry ${index + 1} must be id:base64 of 32 bytes`)
    }
    return { id, key }
  })
}
