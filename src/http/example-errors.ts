import type { ErrorCode, ErrorDetails } from '../lib/errors'

interface Said {
  message: string
  details?: ErrorDetails
}

/** What each way of saying no looks like. */
export const exampleErrors: Record<ErrorCode, Said> = {
  MALFORMED_REQUEST: { message: 'The body is not JSON' },
  UNAUTHORIZED: { message: 'Sign in first' },
  TOKEN_EXPIRED: { message: 'The access token has expired' },
  TOTP_REQUIRED: { message: 'A one-time code is needed' },
  INSUFFICIENT_BALANCE: { message: 'The wallet balance is too low', details: { balance: 21_000, needed: 129_000 } },
  FORBIDDEN: { message: 'This is not yours' },
  NOT_FOUND: { message: 'Subscription not found' },
  PRECONDITION_FAILED: {
    message: 'It was changed since you read it: read it again, then decide',
    details: { version: 4 },
  },
  PRECONDITION_REQUIRED: {
    message: 'Say in If-Match which version you have read: its ETag, or * for any',
  },
  METHOD_NOT_ALLOWED: { message: 'TRACE is not a method of this path' },
  CONFLICT: { message: 'It was changed in the meantime' },
  INVALID_STATE: { message: 'An instance that is STOPPED can’t be asked to stop', details: { status: 'STOPPED' } },
  QUOTA_EXCEEDED: {
    message: 'No slot is left in this plan',
    details: { planName: 'Starter', availableQuota: 0, totalQuota: 100 },
  },
  DUPLICATE_SUBSCRIPTION: {
    message: 'You have this service already',
    details: { subscriptionId: 'sub_01JQ8Z5T7MPXN4W2', upgradePlans: [] },
  },
  UPGRADE_REQUIRED: { message: 'You have a lower plan of this service: upgrade it' },
  INSUFFICIENT_RESOURCES: { message: 'The cluster can’t hold this plan' },
  REQUEST_IN_PROGRESS: { message: 'The first request with this key is still under way' },
  PAYLOAD_TOO_LARGE: { message: 'The body is too large' },
  VALIDATION_ERROR: {
    message: 'The body is not valid',
    details: { in: 'body', problems: [{ path: '/amount', message: 'Expected integer' }] },
  },
  CARD_TOKEN_INVALID: { message: 'This card token can’t be used', details: { topUpId: 'top_01JQ8Z5T7MPXN4W2' } },
  IDEMPOTENCY_CONFLICT: { message: 'This key was used with another body' },
  INVALID_PLAN: { message: 'This plan is no longer sold' },
  VOUCHER_UNKNOWN: { message: 'There is no voucher with this code' },
  VOUCHER_INVALID: { message: 'This voucher has been used up', details: { reason: 'used-up' } },
  RATE_LIMITED: { message: 'Too many requests', details: { retryAfterSeconds: 12 } },
  INTERNAL_ERROR: { message: 'Internal error' },
  CONFIG_FAILED: { message: 'The configuration could not be written' },
  DOWNLOAD_FAILED: { message: 'The download could not be made' },
  PROVISIONING_FAILED: { message: 'The app could not be started' },
  PAYMENT_FAILED: { message: 'The payment provider refused' },
  CLUSTER_UNAVAILABLE: { message: 'The cluster can’t be reached right now' },
  UNAVAILABLE: { message: 'Try again in a moment', details: { retryAfterSeconds: 2 } },
}
