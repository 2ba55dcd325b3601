import { createHmac } from 'node:crypto'

/** An access token taken apart and put together by hand, not by the library that the server uses. */
export type Claims = Record<string, unknown>

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part: string | undefined): Claims => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())

export const headerOf = (token: string): Claims => decode(token.split('.')[0])
export const claimsOf = (token: string): Claims => decode(token.split('.')[1])

export function signToken(header: object, claims: object, key: string | Uint8Array, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`
}
