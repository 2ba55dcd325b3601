import type { Thing } from './kinds'

/**
 * Every way the product says no, and the HTTP status it says it with. The one place where the two meet:
 * the error mapper reads it, and the OpenAPI document shows it.
 */
export const statusOfCode = {
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
} as const

export type ErrorCode = keyof typeof statusOfCode

export type ErrorDetails = Record<string, unknown>

export interface AppErrorOptions extends ErrorOptions {
  /** What was tried, where that is worth an entry of the audit log although it was refused. The caller is not told. */
  attempt?: { action: string; target: Thing }
}

/** A refusal meant for the caller: its message and details leave the process, so they never carry a submitted secret. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly attempt: AppErrorOptions['attempt']

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: ErrorDetails,
    options?: AppErrorOptions,
  ) {
    super(message, options)
    this.attempt = options?.attempt
  }

  get status(): number {
    return statusOfCode[this.code]
  }
}

export const notFound = (what: string): AppError => new AppError('NOT_FOUND', `${what} not found`)
