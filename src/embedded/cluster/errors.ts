import { type Kind, qualifiedKind, qualifiedResource } from './kinds'
import type { JsonObject } from './types'

export interface Cause {
  reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden' | 'FieldValueDuplicate' | string
  message: string
  field: string
}

/** A refusal with the Status body the API server sends for it. */
export class StatusError extends Error {
  override readonly name = 'StatusError'

  constructor(
    readonly code: number,
    readonly reason: string | undefined,
    message: string,
    readonly details?: JsonObject,
    readonly retryAfterSeconds?: number,
  ) {
    super(message)
  }

  body(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason ? { reason: this.reason } : {}),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    }
  }
}

const target = (kind: Kind, name?: string): JsonObject => ({
  ...(name ? { name } : {}),
  ...(kind.group ? { group: kind.group } : {}),
  kind: kind.resource,
})

export const notFound = (kind: Kind, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${qualifiedResource(kind)} "${name}" not found`, target(kind, name))

export const unknownResource = (): StatusError =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})

export const alreadyExists = (kind: Kind, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${qualifiedResource(kind)} "${name}" already exists`, target(kind, name))

export const modified = (kind: Kind, name: string): StatusError =>
  conflict(
    kind,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
    kind.resource,
    qualifiedResource(kind),
  )

export const preconditionFailed = (kind: Kind, name: string, message: string): StatusError =>
  conflict(kind, name, message, kind.kind, qualifiedKind(kind))

function conflict(kind: Kind, name: string, message: string, as: string, shown: string): StatusError {
  const details = { name, ...(kind.group ? { group: kind.group } : {}), kind: as }
  return new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${shown} "${name}": ${message}`, details)
}

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message)

export const forbidden = (kind: Kind, name: string | undefined, message: string, causes?: Cause[]): StatusError =>
  new StatusError(
    403,
    'Forbidden',
    `${qualifiedResource(kind)}${name ? ` "${name}"` : ''} is forbidden: ${message}`,
    causes ? { ...target(kind, name), causes } : target(kind, name),
  )

/** A 422 that lists every cause, worded as the API server words one or several. */
export function invalid(kind: Pick<Kind, 'group' | 'kind'>, name: string, causes: Cause[]): StatusError {
  const shown = kind.group ? `${kind.kind}.${kind.group}` : kind.kind
  const lines = causes.map((cause) => `${cause.field}: ${cause.message}`)
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  const details = { name, ...(kind.group ? { group: kind.group } : {}), kind: kind.kind, causes }
  return new StatusError(422, 'Invalid', `${shown} "${name}" is invalid: ${text}`, details)
}

export const unauthorized = (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized')

export const methodNotAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

export const unsupportedMediaType = (message: string, details?: JsonObject): StatusError =>
  new StatusError(415, 'UnsupportedMediaType', message, details)

export const expired = (message: string): StatusError => new StatusError(410, 'Expired', message)

export const tooManyRequests = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds }, retryAfterSeconds)

export const tooLarge = (limit: number): StatusError =>
  new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)

export const invalidValue = (field: string, value: unknown, detail: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value) ?? 'null'}: ${detail}`,
  field,
})

export const requiredValue = (field: string, detail?: string): Cause => ({
  reason: 'FieldValueRequired',
  message: detail ? `Required value: ${detail}` : 'Required value',
  field,
})

export const forbiddenValue = (field: string, detail: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
  field,
})

export const duplicateValue = (field: string, value: unknown): Cause => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${JSON.stringify(value)}`,
  field,
})

export const unsupportedValue = (field: string, value: unknown, supported: string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`,
  field,
})
