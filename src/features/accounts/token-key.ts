import { createSecretKey } from 'node:crypto'
import { jwt } from '@elysiajs/jwt'
import { type Static, t } from 'elysia'
import type { RingKey } from '../../lib/key-ring'

const algorithm = 'HS256'
const issuer = 'minispod'
/** Longer than any token of ours; nothing is computed for what can't be one. */
const maxLength = 2_048
/** The signature's last character holds four bits: a decoder would let four texts stand for one signature. */
const shape = /^([\w-]+)\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/

const TokenClaims = t.Object({ sub: t.String(), sid: t.String(), exp: t.Number() })
/** A person, their session, and the second of the epoch at which the token ends. */
type TokenClaims = Static<typeof TokenClaims>

// The plugin says no more than "false", and one that has ended must be told from one that is not ours: times are not judged there.
const verifyOptions = { algorithms: [algorithm], issuer, clockTolerance: Number.MAX_SAFE_INTEGER }

export interface TokenKey {
  sign(claims: TokenClaims): Promise<string>
  /** Undefined for what this key did not sign, or signed with other claims; whether it is in time is the caller's to judge. */
  findClaims(token: string): Promise<(TokenClaims & { nbf?: number }) | undefined>
}

/** One key of the ring; its tokens name it. They don't say "issued at": the plugin would write that by a clock of its own. */
export function createTokenKey({ id, key }: RingKey): TokenKey {
  const secret = createSecretKey(key)
  const plugin = jwt({ secret, alg: algorithm, kid: id, iss: issuer, iat: false, schema: TokenClaims }).decorator.jwt
  return {
    sign: (claims) => plugin.sign(claims),
    findClaims: async (token) => (await plugin.verify(token, verifyOptions)) || undefined,
  }
}

/** The key that a token says it was signed with; undefined for a text that can't be a token of ours. */
export function keyIdOf(token: string): string | undefined {
  const [, header] = (token.length <= maxLength && shape.exec(token)) || []
  const { kid, crit } = (header && jsonOf(header)) || {}
  return typeof kid === 'string' && crit === undefined ? kid : undefined
}

function jsonOf(part: string): Record<string, unknown> | undefined {
  try {
    return Object(JSON.parse(Buffer.from(part, 'base64url').toString()))
  } catch {
    return undefined
  }
}
