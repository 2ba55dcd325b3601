import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { KeyRing, RingKey } from '../../lib/key-ring'
import type { MaybePromise } from '../../lib/types'
import { createTokenKey, keyIdOf, type TokenKey } from './token-key'
import { type Claims, VerifiedTokens } from './verified-tokens'

export const accessTokenSeconds = 15 * 60

/** Short-lived access tokens. What was verified is remembered until the ring changes. */
export class AccessTokens {
  readonly #ring: KeyRing
  readonly #clock: Clock
  readonly #verified = new VerifiedTokens()
  #seen: readonly RingKey[] = []
  #keys = new Map<string, TokenKey>()

  constructor(ring: KeyRing, clock: Clock) {
    this.#ring = ring
    this.#clock = clock
  }

  sign(userId: string, sessionId: string): Promise<string> {
    const { id } = this.#ring.newest()
    const exp = Math.floor(this.#clock.now().getTime() / 1000) + accessTokenSeconds
    return this.#keyOf(id)!.sign({ sub: userId, sid: sessionId, exp })
  }

  /**
   * What a refresh token's successor is by each key of the ring, newest first: a double click on either side of a rotation
   * must find the one that was handed out.
   */
  successorsOf(refreshToken: string): [string, ...string[]] {
    return this.#ring.all().map(({ key }) => successorOf(refreshToken, key)) as [string, ...string[]]
  }

  /** What the token of a mail's link is by each key of the ring, newest first: computed when the mail is sent, never stored. */
  linkTokensOf(id: string): [string, ...string[]] {
    return this.#ring.all().map(({ key }) => linkTokenOf(id, key)) as [string, ...string[]]
  }

  /** At once for one that was seen before. @throws AppError TOKEN_EXPIRED or UNAUTHORIZED */
  verify(token: string): MaybePromise<Claims> {
    this.#followRing()
    const known = this.#verified.find(token)
    if (!known) return this.#verifyAfresh(token)
    if (known.expiresAt <= this.#clock.now().getTime()) throw expired()
    return known
  }

  async #verifyAfresh(token: string): Promise<Claims> {
    const id = keyIdOf(token)
    const key = id === undefined ? undefined : this.#keyOf(id)
    const found = await key?.findClaims(token)
    const now = this.#clock.now().getTime()
    if (!found || (found.nbf ?? 0) * 1000 > now) throw notValid()
    const claims = { userId: found.sub, sessionId: found.sid, expiresAt: found.exp * 1000 }
    if (claims.expiresAt <= now) throw expired()
    // Its key may have left the ring meanwhile.
    if (this.#keyOf(id!) === key) this.#verified.keep(token, claims, now)
    return claims
  }

  #keyOf(id: string): TokenKey | undefined {
    const known = this.#ring.find(id)
    this.#followRing()
    return known && this.#keys.get(id)
  }

  #followRing(): void {
    const ring = this.#ring.all()
    if (ring === this.#seen) return
    this.#seen = ring
    this.#keys = new Map(ring.map((key) => [key.id, createTokenKey(key)]))
    this.#verified.clear()
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
