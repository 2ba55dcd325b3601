import { describe, expect, test } from 'bun:test'
import { createMidtransGateway } from '../../src/payments'
import { stateOf } from '../../src/payments/midtrans-status'
import { formatTime, parseAmount, parseLink, parseTime } from '../../src/payments/midtrans-values'
import { keys } from './till'

describe('a signature', () => {
  const gateway = createMidtransGateway({
    ...keys,
    serverKey: 'askvnoibnosifnboseofinbofinfgbiufglnbfg',
    environment: 'sandbox',
    timeoutMs: 1,
  })
  // The example of Midtrans' own documentation, made anew with its published key.
  const body = { order_id: '1111', status_code: '200', gross_amount: '100000.00' }
  const signature_key = new Bun.CryptoHasher('sha512')
    .update('1111200100000.00askvnoibnosifnboseofinbofinfgbiufglnbfg')
    .digest('hex')

  test('of the right strings is right', () => {
    expect(gateway.verifySignature({ ...body, signature_key })).toBe(true)
  })

  test.each([
    [{ ...body, gross_amount: '100000', signature_key }],
    [{ ...body, gross_amount: 100000, signature_key }],
    [{ ...body, order_id: '1112', signature_key }],
    [{ ...body, status_code: 200, signature_key }],
    [{ ...body, signature_key: signature_key.slice(0, -1) }],
    [{ ...body, signature_key: `${signature_key.slice(0, -1)}z` }],
    [{ ...body, signature_key: [signature_key] }],
    [body],
    [null],
    ['text'],
    [[]],
  ])('of anything else is wrong %#', (wrong) => {
    expect(gateway.verifySignature(wrong)).toBe(false)
  })
})

test('an amount is whole rupiah, exact beyond what a float holds', () => {
  expect(parseAmount('10000.00')).toBe(10_000n)
  expect(parseAmount('900719925474099.00')).toBe(900_719_925_474_099n)
  for (const wrong of ['10000.50', '10,000', '-1', '', '1e5', ' 1', '0x10', '1.000']) {
    expect(() => parseAmount(wrong)).toThrow()
  }
})

test('a time without an offset is GMT+7, also across midnight', () => {
  expect(parseTime('2026-01-31 06:30:00').toISOString()).toBe('2026-01-30T23:30:00.000Z')
  expect(formatTime(new Date('2026-01-30T23:30:00Z'))).toBe('2026-01-31 06:30:00 +0700')
  for (const wrong of ['2026-13-01 00:00:00', '2026-01-31', 'now', '2026-01-31T00:00:00Z'])
    expect(() => parseTime(wrong)).toThrow()
})

test("a link may have a wallet's scheme but none that runs in the browser", () => {
  expect(parseLink('gojek://gopay/pay?tref=1')).toContain('gojek')
  for (const wrong of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'nothing',
  ]) {
    expect(() => parseLink(wrong)).toThrow()
  }
})

test.each([
  [200, 'settlement', 'accept', 'paid'],
  [200, 'settlement', undefined, 'paid'],
  [200, 'capture', 'accept', 'paid'],
  [200, 'capture', undefined, 'unknown'],
  [201, 'capture', 'challenge', 'challenge'],
  [200, 'settlement', 'challenge', 'challenge'],
  [200, 'capture', 'deny', 'denied'],
  [201, 'settlement', 'accept', 'unknown'],
  [201, 'pending', 'accept', 'pending'],
  [202, 'deny', 'accept', 'denied'],
  [407, 'expire', undefined, 'expired'],
  [200, 'cancel', 'accept', 'cancelled'],
  [200, 'failure', undefined, 'failed'],
  [200, 'partial_refund', 'accept', 'partially_refunded'],
  [200, 'partial_chargeback', 'accept', 'partially_charged_back'],
  [200, 'authorize', 'accept', 'unknown'],
  [200, 'constructor', 'accept', 'unknown'],
] as const)('%d %s with fraud status %s is %s', (statusCode, transaction_status, fraud_status, state) => {
  expect(stateOf({ statusCode, body: { transaction_status, fraud_status } })).toBe(state)
})
