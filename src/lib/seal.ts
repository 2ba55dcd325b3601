import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AppError } from './errors'
import type { KeyRing, RingKey } from './key-ring'

/**
 * Encrypts what must be read again: AES-256-GCM under a key of each value's own, which the ring's newest key wraps. The context
 * (table, row, column) is bound to both: a value that was moved elsewhere no longer opens.
 */
export interface Sealer {
  seal(plain: string, context: string): string
  /** @throws SealError */
  open(sealed: string, context: string): string
  /** The same value under the ring's newest key, its text untouched; undefined if it is under it already. @throws SealError */
  rewrap(sealed: string, context: string): string | undefined
}

/** A value that can't be opened. Says which and why, and nothing of what is in it. */
export class SealError extends Error {
  override readonly name = 'SealError'

  constructor(
    readonly reason: 'unknown-key' | 'damaged',
    message: string,
  ) {
    super(message)
  }
}

const version = 'v1'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const wrappedBytes = nonceBytes + keyBytes + tagBytes
const keyId = /^[\w-]{1,16}$/

/** What every value under one key begins with. */
export const sealedUnder = (id: string): string => `${version}.${id}.`

/** `v1.<key id>.<wrapped key>.<text>`; the last two are base64url of nonce, ciphertext, tag. */
export function createSealer(ring: KeyRing): Sealer {
  return {
    seal(plain, context) {
      const { id, key } = ring.newest()
      const random = randomBytes(keyBytes + 2 * nonceBytes)
      const own = random.subarray(0, keyBytes)
      const wrapped = encrypt(key, random.subarray(keyBytes, keyBytes + nonceBytes), own, keyContext(id, context))
      const text = encrypt(own, random.subarray(keyBytes + nonceBytes), Buffer.from(plain), textContext(context))
      return write(id, wrapped, text)
    },
    open(sealed, context) {
      const { key, wrapped, text } = read(ring, sealed, context)
      const own = decrypt(key.key, wrapped, keyContext(key.id, context), context)
      return decrypt(own, text, textContext(context), context).toString('utf8')
    },
    rewrap(sealed, context) {
      const { key, wrapped, text } = read(ring, sealed, context)
      const newest = ring.newest()
      if (newest.id === key.id) return undefined
      const own = decrypt(key.key, wrapped, keyContext(key.id, context), context)
      return write(newest.id, encrypt(newest.key, randomBytes(nonceBytes), own, keyContext(newest.id, context)), text)
    },
  }
}

const write = (id: string, wrapped: Buffer, text: Buffer): string =>
  `${sealedUnder(id)}${wrapped.toString('base64url')}.${text.toString('base64url')}`

interface Sealed {
  key: RingKey
  wrapped: Buffer
  text: Buffer
}

function read(ring: KeyRing, sealed: string, context: string): Sealed {
  const [found, id, wrapped, text, ...rest] = sealed.split('.')
  if (found !== version || !id || !keyId.test(id) || !wrapped || !text || rest.length > 0) {
    throw new SealError('damaged', `${context} holds nothing that was sealed here`)
  }
  const key = ring.find(id)
  if (!key) throw new SealError('unknown-key', `${context} was sealed with the key ${id}, which is not in the ring`)
  const parts = { key, wrapped: Buffer.from(wrapped, 'base64url'), text: Buffer.from(text, 'base64url') }
  if (parts.wrapped.length !== wrappedBytes || parts.text.length < nonceBytes + tagBytes) throw damaged(context)
  return parts
}

const damaged = (context: string): SealError =>
  new SealError('damaged', `${context} does not open: it was changed, belongs elsewhere, or its key is another one`)

// The two texts that are bound in differ, so that a wrapped key can never be passed off as a value.
const keyContext = (id: string, context: string): Buffer => Buffer.from(`${version} key ${id} ${context}`)
const textContext = (context: string): Buffer => Buffer.from(`${version} text ${context}`)

function encrypt(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, bound: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, bytes: Buffer, bound: Buffer, context: string): Buffer {
  const end = bytes.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(bound).setAuthTag(bytes.subarray(end))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, end)), decipher.final()])
  } catch {
    throw damaged(context)
  }
}

/** `id:base64,…`, newest first. @throws AppError CONFIG_FAILED without repeating any of it */
export function parseSealingKeys(text: string): RingKey[] {
  const seen = new Set<string>()
  return text.split(',').map((entry, index) => {
    const [id, encoded] = entry.trim().split(':')
    const key = Buffer.from(encoded ?? '', 'base64')
    if (!id || !keyId.test(id) || key.length !== keyBytes) {
      throw new AppError('CONFIG_FAILED', `ENCRYPTION_KEYS: entry ${index + 1} must be id:base64 of 32 bytes`)
    }
    // What the first of two keys sealed under one name the other could never open again.
    if (seen.has(id)) throw new AppError('CONFIG_FAILED', `ENCRYPTION_KEYS: entry ${index + 1} repeats an id`)
    seen.add(id)
    return { id, key }
  })
}
