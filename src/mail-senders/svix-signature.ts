import { createHmac, timingSafeEqual } from 'node:crypto'

/** A notice that is older or from further ahead was held back by somebody; clocks may differ by as much. */
const toleranceMs = 5 * 60_000
const maxSignatures = 10
const idForm = /^[\w.-]{1,200}$/

/**
 * Whether a notice is genuine, by the scheme of Svix that Resend signs with: HMAC-SHA-256 over id, time and the very bytes.
 * @param secret as the provider shows it: `whsec_` and base64
 * @returns the notice's id, the same whenever it is sent again; undefined for one that is not genuine, or not of now
 */
export function verifiedNoticeId(secret: string, headers: Headers, body: Uint8Array, now: Date): string | undefined {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(
    (name) => headers.get(`svix-${name}`) ?? headers.get(`webhook-${name}`) ?? '',
  ) as [string, string, string]
  if (!idForm.test(id) || !/^\d{1,12}$/.test(timestamp)) return undefined
  if (Math.abs(now.getTime() - Number(timestamp) * 1_000) > toleranceMs) return undefined
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  const isSigned = signatures
    .split(' ', maxSignatures)
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
  return isSigned ? id : undefined
}
