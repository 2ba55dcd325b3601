import { expect, test } from 'bun:test'
import { detailsText } from '../../src/features/audit/details'

const told = (details: Record<string, unknown>) => JSON.parse(detailsText(details)!)

const secretKeys = [
  ...['password', 'newPassword', 'PASSWORD_HASH', 'db-password', 'passphrase', 'pwd', 'pass', 'smtpPass', 'passwd'],
  ...['secret', 'clientSecret', 'secrets', 'sealedSecrets', 'accessToken', 'refresh_token', 'token', 'csrf-token'],
  ...['authorization', 'Cookie', 'set-cookie', 'credentials', 'apiKey', 'api_key', 'APIKEY', 'serverKey', 'privatekey'],
  ...[
    'encryptionKeys',
    'signature',
    'totp',
    'otpCode',
    'pin',
    'cardCvv',
    'cvc',
    'jwt',
    'bearer',
    'recoveryCodes',
    'hash',
  ],
]
const openKeys = [
  'status',
  'price',
  'key',
  'name',
  'shippingAddress',
  'spinner',
  'passed',
  'keyboard',
  'monkey',
  'turnkey',
]

test('a value is left out when its key names a secret, however the key is written and wherever it stands', () => {
  for (const key of secretKeys) {
    expect(told({ [key]: 'canary' })).toEqual({ [key]: '[redacted]' })
    expect(told({ deep: [{ [key]: { inner: 'canary' } }] })).toEqual({ deep: [{ [key]: '[redacted]' }] })
    expect(told({ [key]: 123_456 })).toEqual({ [key]: '[redacted]' })
  }
})

test('what is no secret stays readable, and so does whether there is one', () => {
  for (const key of openKeys) expect(told({ [key]: 'canary' })).toEqual({ [key]: 'canary' })
  expect(told({ totp: true, password: null })).toEqual({ totp: true, password: null })
})

test('money, moments and what JSON does not know become plain values', () => {
  const at = new Date('2026-01-01T00:00:00Z')
  expect(
    told({ price: 50_000n, huge: 2n ** 80n, at, none: undefined, run: () => 1, bytes: new Uint8Array(3) }),
  ).toEqual({
    price: 50_000,
    huge: String(2n ** 80n),
    at: '2026-01-01T00:00:00.000Z',
    bytes: '[redacted]',
  })
  expect(detailsText(undefined)).toBeNull()
})

test('details are bounded in depth, width, text and as a whole', () => {
  const ring: Record<string, unknown> = {}
  ring.ring = ring
  expect(detailsText(ring)!.length).toBeLessThan(200)
  expect(told({ list: Array.from({ length: 1_000 }, (_, index) => index) }).list).toHaveLength(50)
  expect(told({ text: 'x'.repeat(10_000) }).text).toHaveLength(500)
  const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 1]))
  expect(Object.keys(told(wide))).toHaveLength(100)
  expect(detailsText({ list: Array<string>(50).fill('x'.repeat(500)) })).toBe('{"omitted":"too large"}')
})
