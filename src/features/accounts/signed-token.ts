import { createHmac, timingSafeEqual } from 'node:crypto'

/** Longer than any token of ours; nothing is computed for what can't be one. */
const maxLength = 2_048
const shape = /^([\w-]+)\.([\w-]+)\.([\w-]{43})$/

export interface SignedToken {
  keyId: string
  claims: Record<string, unknown>
}

/**
 * The claims of a JWT that was signed with HS256 by one of our keys; undefined for any other text. As strict as jose's check and
 * ten times as fast: WebCrypto is asynchronous, and this is on the way of every caller's first request.
 */
export function readSignedToken(token: string, keyOf: (id: string) => Uint8Array | undefined): SignedToken | undefined {
  const [, header, payload, signature] = (token.length <= maxLength && shape.exec(token)) || []
  if (!header || !payload || !signature) return undefined
  const { alg, kid, crit } = jsonOf(header) ?? {}
  if (alg !== 'HS256' || typeof kid !== 'string' || crit !== undefined) return undefined
  const key = keyOf(kid)
  if (!key) return undefined
  const expected = createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url')
  // As text: a decoder would let several texts stand for one signature.
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return undefined
  const claims = jsonOf(payload)
  return claims && { keyId: kid, claims }
}

function jsonOf(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
