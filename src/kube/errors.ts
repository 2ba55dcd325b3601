const maxMessageLength = 2_000
const maxCauses = 20

export type KubeErrorKind =
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-allowed'
  | 'already-exists'
  | 'conflict'
  | 'gone'
  | 'too-large'
  | 'unsupported-media-type'
  | 'invalid'
  | 'too-many'
  | 'internal'
  | 'unavailable'
  | 'timeout'
  | 'aborted'
  | 'unexpected'

interface KubeErrorCause {
  reason?: string
  message?: string
  field?: string
}

interface KubeErrorDetails {
  name?: string
  group?: string
  kind?: string
  causes?: KubeErrorCause[]
  retryAfterSeconds?: number
}

/** The API server's own word on what went wrong. */
export interface KubeStatus {
  kind: 'Status'
  code?: number
  reason?: string
  message?: string
  details?: KubeErrorDetails
}

interface KubeErrorFields {
  kind: KubeErrorKind
  status: number
  reason: string
  message: string
  details?: KubeErrorDetails
  retryAfterMs?: number
  retryable: boolean
}

/**
 * Everything that can go wrong between us and the API server. `status` is 0 where no answer came. `retryable` says that
 * the same intent, from a fresh read, may succeed later. Holds no request body and no header.
 */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly kind: KubeErrorKind
  readonly status: number
  readonly reason: string
  readonly details?: KubeErrorDetails
  readonly retryAfterMs?: number
  readonly retryable: boolean

  constructor(fields: KubeErrorFields) {
    super(fields.message)
    this.kind = fields.kind
    this.status = fields.status
    this.reason = fields.reason
    this.details = fields.details
    this.retryAfterMs = fields.retryAfterMs
    this.retryable = fields.retryable
  }
}

export function isKubeError(fault: unknown, kind?: KubeErrorKind): fault is KubeError {
  return fault instanceof KubeError && (kind === undefined || fault.kind === kind)
}

/** An error from an answer's status and text. A body that is no Status may come from anybody in between: not quoted. */
export function errorOfAnswer(status: number, text: string, retryAfter: string | null): KubeError {
  const said = parseStatus(text)
  return errorOfStatus(said ?? { kind: 'Status', message: `the API server answered ${status}` }, status, retryAfter)
}

export function errorOfStatus(
  said: KubeStatus,
  status = said.code ?? 500,
  retryAfter: string | null = null,
): KubeError {
  const reason = said.reason ?? ''
  const details = said.details && { ...said.details, causes: said.details.causes?.slice(0, maxCauses) }
  const kind = kindOf(status, reason, said.message)
  return new KubeError({
    kind,
    status,
    reason,
    message: (said.message ?? `the API server answered ${status}`).slice(0, maxMessageLength),
    details,
    retryAfterMs: retryAfterMs(retryAfter, details?.retryAfterSeconds),
    retryable: isRetryable(kind, details?.causes),
  })
}

/** The same refusal without what the API server said of it. */
export function withoutWords(said: KubeError): KubeError {
  const { kind, status, reason, retryAfterMs, retryable } = said
  return new KubeError({ kind, status, reason, retryAfterMs, retryable, message: `the API server answered ${status}` })
}

/** A fault of the network: refused, reset, not resolved, not trusted. */
export function unavailable(fault: unknown): KubeError {
  const code = codeOf(fault)
  return new KubeError({
    kind: 'unavailable',
    status: 0,
    reason: code,
    message: `the API server can't be reached (${code})`,
    retryable: true,
  })
}

export function timedOut(ms: number, what: string): KubeError {
  const message = `the API server did not answer within ${ms} ms (${what})`
  return new KubeError({ kind: 'timeout', status: 0, reason: 'ClientTimeout', message, retryable: true })
}

export function aborted(): KubeError {
  const message = 'the call was abandoned'
  return new KubeError({ kind: 'aborted', status: 0, reason: 'Aborted', message, retryable: false })
}

export function overloaded(waiting: number): KubeError {
  const message = `${waiting} calls are waiting for the API server already`
  return new KubeError({ kind: 'too-many', status: 0, reason: 'ClientOverloaded', message, retryable: true })
}

export function tooLarge(what: string, limit: number): KubeError {
  const message = `${what} is larger than ${limit}`
  return new KubeError({ kind: 'too-large', status: 0, reason: 'AnswerTooLarge', message, retryable: false })
}

export function unexpected(what: string, status = 0): KubeError {
  return new KubeError({ kind: 'unexpected', status, reason: 'UnexpectedAnswer', message: what, retryable: true })
}

const kindOfStatus: Record<number, KubeErrorKind> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-allowed',
  408: 'timeout',
  409: 'conflict',
  410: 'gone',
  413: 'too-large',
  415: 'unsupported-media-type',
  422: 'invalid',
  429: 'too-many',
  500: 'internal',
  502: 'unavailable',
  503: 'unavailable',
  504: 'timeout',
}

function kindOf(status: number, reason: string, message: string | undefined): KubeErrorKind {
  // Server-side apply answers an unknown field or a wrong type with a bare 500, which asking again would not cure.
  if (status === 500 && message?.startsWith('failed to create typed patch object')) return 'invalid'
  if (reason === 'AlreadyExists') return 'already-exists'
  if (reason === 'Expired') return 'gone'
  return kindOfStatus[status] ?? 'unexpected'
}

function isRetryable(kind: KubeErrorKind, causes: KubeErrorCause[] | undefined): boolean {
  if (kind === 'conflict') return !causes?.some((cause) => cause.reason === 'FieldManagerConflict')
  if (kind === 'forbidden') return causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false
  return kind === 'too-many' || kind === 'internal' || kind === 'unavailable' || kind === 'timeout'
}

function retryAfterMs(header: string | null, seconds: number | undefined): number | undefined {
  if (header === null) return seconds === undefined ? undefined : seconds * 1_000
  if (/^\d+$/.test(header)) return Number(header) * 1_000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}

function parseStatus(text: string): KubeStatus | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const body: unknown = JSON.parse(text)
    return isStatus(body) ? body : undefined
  } catch {
    return undefined
  }
}

function isStatus(body: unknown): body is KubeStatus {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status'
}

function codeOf(fault: unknown): string {
  if (fault instanceof Error && 'code' in fault && typeof fault.code === 'string') return fault.code
  return fault instanceof Error ? fault.name : 'unknown'
}
