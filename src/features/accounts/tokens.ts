import { createHash, createHmac, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Clock } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { KeyRing } from '../../lib/key-ring'
import { readSignedToken } from './signed-token'

export const accessTokenSeconds = 15 * 60
const issuer = 'minispod'
const maxKeptTokens = 20_000

export interface Claims {
  userId: string
  sessionId: string
  /** Epoch milliseconds. */
  expiresAt: number
}

interface Verified extends Claims {
  keyId: string
}

/** Short-lived access tokens. A token that was verified is kept until it ends, or its key has left the ring. */
export class AccessTokens {
  readonly #keys: KeyRing
  readonly #clock: Clock
  readonly #verified = new Map<string, Verified>()

  constructor(keys: KeyRing, clock: Clock) {
    this.#keys = keys
    this.#clock = clock
  }

  sign(userId: string, sessionId: string): Promise<string> {
    const now = Math.floor(this.#clock.now().getTime() / 1000)
    const { id, key } = this.#keys.newest()
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: id })
      .setSubject(userId)
      .setIssuer(issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + accessTokenSeconds)
      .sign(key)
  }

  /**
   * What a refresh token's successor is by each key of the ring, newest first: a double click on either side of a rotation
   * must find the one that was handed out.
   */
  successorsOf(refreshToken: string): [string, ...string[]] {
    return this.#keys.all().map(({ key }) => successorOf(refreshToken, key)) as [string, ...string[]]
  }

  /** What the token of a mail's link is by each key of the ring, newest first: computed when the mail is sent, never stored. */
  linkTokensOf(id: string): [string, ...string[]] {
    return this.#keys.all().map(({ key }) => linkTokenOf(id, key)) as [string, ...string[]]
  }

  /** @throws AppError TOKEN_EXPIRED or UNAUTHORIZED */
  verify(token: string): Claims {
    const known = this.#verified.get(token)
    if (!known) return this.#verifyAfresh(token)
    if (!this.#keys.find(known.keyId)) return this.#verifyAfresh(token)
    if (known.expiresAt <= this.#clock.now().getTime()) {
      this.#verified.delete(token)
      throw expired()
    }
    return known
  }

  #verifyAfresh(token: string): Claims {
    const signed = readSignedToken(token, (id) => this.#keys.find(id)?.key)
    const { sub, sid, exp, nbf, iss } = signed?.claims ?? {}
    const nowMs = this.#clock.now().getTime()
    if (!signed || iss !== issuer || typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') {
      throw notValid()
    }
    if (nbf !== undefined && !(typeof nbf === 'number' && nbf * 1000 <= nowMs)) throw notValid()
    const claims: Verified = { userId: sub, sessionId: sid, expiresAt: exp * 1000, keyId: signed.keyId }
    if (claims.expiresAt <= nowMs) throw expired()
    if (this.#verified.size >= maxKeptTokens) this.#verified.delete(this.#verified.keys().next().value!)
    this.#verified.set(token, claims)
    return claims
  }
}

const notValid = (): AppError => new AppError('UNAUTHORIZED', 'The access token is not valid')
const expired = (): AppError => new AppError('TOKEN_EXPIRED', 'The access token has expired')

export const newRefreshToken = (): string => `mpr_${randomBytes(32).toString('base64url')}`

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/**
 * The one token that follows another: computed, not stored, so that a double click on the newest token can be given
 * the same successor again although only its hash is at rest.
 */
const successorOf = (token: string, key: Uint8Array): string =>
  `mpr_${createHmac('sha256', key).update(`refresh:${token}`).digest('base64url')}`

const linkTokenOf = (id: string, key: Uint8Array): string =>
  `mpl_${createHmac('sha256', key).update(`link:${id}`).digest('base64url')}`
