import { createHmac } from 'node:crypto'
import { Secret, TOTP } from 'otpauth/bare'

/** RFC 6238 as it stands: what every authenticator app can do. Several ignore whatever else an address asks for. */
const codes = { algorithm: 'SHA1', digits: 6, period: 30 } as const
const secretBytes = 20
/** How many steps a device's clock may be ahead or behind. */
const maxSkew = 1

const hmac = (_algorithm: string, key: Uint8Array, message: Uint8Array): Uint8Array =>
  createHmac('sha1', key).update(message).digest()

/** In base 32, as people type it where they can't scan. */
export const newTotpSecret = (): string => new Secret({ size: secretBytes }).base32

/** What an authenticator app reads from a QR code. */
export const totpUri = (secret: string, email: string, issuer: string): string =>
  new TOTP({ ...codes, issuer, label: email, secret, hmac }).toString()

/** The step of 30 seconds whose code this is: the present one or a neighbour. */
export function findStep(secret: string, code: string, now: Date): number | undefined {
  const timestamp = now.getTime()
  const key = Secret.fromBase32(secret)
  const skew = TOTP.validate({ ...codes, token: code, secret: key, timestamp, window: maxSkew, hmac })
  return skew === null ? undefined : TOTP.counter({ period: codes.period, timestamp }) + skew
}
