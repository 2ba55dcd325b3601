import { createHash, timingSafeEqual } from 'node:crypto'

const hexLength = 128

/**
 * sha512(order_id + status_code + gross_amount + server key), each verbatim as the body spells it ("10000.00").
 * It covers neither transaction_status nor fraud_status: a genuine body can be relabelled.
 */
export function verifyMidtransSignature(body: unknown, serverKey: string): boolean {
  if (typeof body !== 'object' || body === null) return false
  const fields = body as Record<string, unknown>
  const { order_id: orderId, status_code: statusCode, gross_amount: amount, signature_key: signature } = fields
  if (typeof orderId !== 'string' || typeof statusCode !== 'string' || typeof amount !== 'string') return false
  if (typeof signature !== 'string' || signature.length !== hexLength) return false
  const expected = createHash('sha512').update(`${orderId}${statusCode}${amount}${serverKey}`).digest()
  const given = Buffer.from(signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
