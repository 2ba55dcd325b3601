import { afterAll, expect, test } from 'bun:test'
import { AppError, type ErrorCode, statusOfCode } from '../../src/lib/errors'
import { startEdge } from './edge'

const canary = 'hunter2-canary'

// The table of the product's description, written down a second time: a changed status is a changed contract.
const statuses: Record<ErrorCode, number> = {
  MALFORMED_REQUEST: 400,
  UNAUTHORIZED: 401,
  TOKEN_EXPIRED: 401,
  TOTP_REQUIRED: 401,
  INSUFFICIENT_BALANCE: 402,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  VOUCHER_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  INVALID_STATE: 409,
  QUOTA_EXCEEDED: 409,
  DUPLICATE_SUBSCRIPTION: 409,
  UPGRADE_REQUIRED: 409,
  INSUFFICIENT_RESOURCES: 409,
  REQUEST_IN_PROGRESS: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  VALIDATION_ERROR: 422,
  CARD_TOKEN_INVALID: 422,
  IDEMPOTENCY_CONFLICT: 422,
  INVALID_PLAN: 422,
  VOUCHER_INVALID: 422,
  PRECONDITION_REQUIRED: 428,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  CONFIG_FAILED: 500,
  DOWNLOAD_FAILED: 500,
  PROVISIONING_FAILED: 502,
  PAYMENT_FAILED: 502,
  CLUSTER_UNAVAILABLE: 503,
  UNAVAILABLE: 503,
}

const edge = startEdge((app) =>
  app
    .get('/refuse/:code', ({ params }) => {
      throw new AppError(params.code as ErrorCode, 'Said to the caller', { retryAfterSeconds: 7 }, { cause: canary })
    })
    .get('/fault', () => {
      throw new Error(`the database said ${canary}`)
    })
    .get('/rejected', () => Promise.reject(new TypeError(canary)))
    .get('/no-error', () => {
      throw { secret: canary }
    }),
)
afterAll(() => edge.close())

test('the code → status table is the one of the contract', () => {
  expect<Record<ErrorCode, number>>(statusOfCode).toEqual(statuses)
})

test.each(Object.entries(statuses))('a refusal %s is answered with %i in the one envelope', async (code, status) => {
  const response = await fetch(`${edge.url}/refuse/${code}`)
  expect(response.status).toBe(status)
  const body = await response.json()
  expect(Object.keys(body)).toEqual(['success', 'error', 'timestamp', 'requestId'])
  expect(body).toMatchObject({ success: false, requestId: response.headers.get('x-request-id') })
  expect(new Date(body.timestamp).toISOString()).toBe(body.timestamp)
  if (code === 'INTERNAL_ERROR') expect(body.error).toEqual({ code, message: 'Internal error' })
  else expect(body.error).toEqual({ code, message: 'Said to the caller', details: { retryAfterSeconds: 7 } })
  expect(response.headers.get('retry-after')).toBe(code === 'INTERNAL_ERROR' ? null : '7')
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test.each(['fault', 'rejected', 'no-error'])('of an unexpected fault (%s) the caller learns nothing', async (path) => {
  const response = await fetch(`${edge.url}/${path}`)
  expect(response.status).toBe(500)
  const text = await response.text()
  expect(text).not.toContain(canary)
  const body = JSON.parse(text)
  expect(body.error).toEqual({ code: 'INTERNAL_ERROR', message: 'Internal error' })
  // The one thing that leads from the caller's screen to the log line with the fault in it.
  expect(edge.logged.some((line) => line.startsWith('request failed') && line.includes(body.requestId))).toBe(true)
})

test('an unknown route is a JSON 404', async () => {
  for (const path of ['/nowhere', '/refuse', '/']) {
    const response = await fetch(edge.url + path)
    expect(response.status).toBe(404)
    expect((await response.json()).error).toEqual({ code: 'NOT_FOUND', message: 'No such route' })
  }
})
