import { createHash, createHmac, randomBytes } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { JWTExpired } from 'jose/errors'
import type { Clock } from '../../lib/clock'
import { AppError } from '../../lib/errors'

export const accessTokenSeconds = 15 * 60
const issuer = 'minispod'
const maxKeptTokens = 20_000

export interface Claims {
  userId: string
  sessionId: string
  /** Epoch milliseconds. */
  expiresAt: number
}

/** Short-lived access tokens. A token that was verified is kept until it ends: its signature can't change meanwhile. */
export class AccessTokens {
  readonly #key: Uint8Array
  readonly #clock: Clock
  readonly #verified = new Map<string, Claims>()

  constructor(key: Uint8Array, clock: Clock) {
    this.#key = key
    this.#clock = clock
  }

  sign(userId: string, sessionId: string): Promise<string> {
    const now = Math.floor(this.#clock.now().getTime() / 1000)
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: keyId(this.#key) })
      .setSubject(userId)
      .setIssuer(issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + accessTokenSeconds)
      .sign(this.#key)
  }

  /** @throws AppError TOKEN_EXPIRED or UNAUTHORIZED */
  verify(token: string): Claims | Promise<Claims> {
    const known = this.#verified.get(token)
    if (!known) return this.#verifyAfresh(token)
    if (known.expiresAt <= this.#clock.now().getTime()) {
      this.#verified.delete(token)
      throw expired()
    }
    return known
  }

  async #verifyAfresh(token: string): Promise<Claims> {
    const { payload } = await jwtVerify(token, this.#key, {
      issuer,
      algorithms: ['HS256'],
      currentDate: this.#clock.now(),
      requiredClaims: ['sub', 'sid', 'exp'],
    }).catch((error: unknown) => {
      throw error instanceof JWTExpired ? expired() : new AppError('UNAUTHORIZED', 'The access token is not valid')
    })
    const claims = { userId: String(payload.sub), sessionId: String(payload.sid), expiresAt: payload.exp! * 1000 }
    if (this.#verified.size >= maxKeptTokens) this.#verified.delete(this.#verified.keys().next().value!)
    this.#verified.set(token, claims)
    return claims
  }
}

const expired = (): AppError => new AppError('TOKEN_EXPIRED', 'The access token has expired')
const keyId = (key: Uint8Array): string =>
  createHash('sha256').update('kid').update(key).digest('base64url').slice(0, 8)

export const newRefreshToken = (): string => `mpr_${randomBytes(32).toString('base64url')}`

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/**
 * The one token that follows another: computed, not stored, so that a double click on the newest token can be given
 * the same successor again although only its hash is at rest.
 */
export const successorOf = (token: string, key: Uint8Array): string =>
  `mpr_${createHmac('sha256', key).update(`refresh:${token}`).digest('base64url')}`
