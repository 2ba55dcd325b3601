import type { Writer } from '../apply/managed-fields'
import type { Identity } from '../auth/identity'
import type { ControlPlane } from '../control-plane'
import { badRequest } from '../errors'
import type { Kind } from '../kinds'
import type { FieldValidation } from '../schema/decode'
import type { ApiPath } from './paths'

/** One request for one kind, taken apart and allowed. */
export interface Call {
  plane: ControlPlane
  request: Request
  query: URLSearchParams
  path: ApiPath
  kind: Kind
  identity: Identity
}

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' }
const maxManagerLength = 128

export const answer = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: jsonHeaders })

export function fieldValidation({ query }: Call): FieldValidation {
  const asked = query.get('fieldValidation') ?? 'Warn'
  if (asked === 'Strict' || asked === 'Warn' || asked === 'Ignore') return asked
  throw badRequest(`Invalid value: "${asked}": supported values: "Ignore", "Strict", "Warn"`)
}

/** Who owns what this request writes: the manager it names, else the program that sends it. */
export function writerOf({ plane, query, request, path }: Call): Writer {
  const agent = request.headers.get('user-agent') ?? 'unknown'
  const manager = query.get('fieldManager') || agent.split('/')[0]!
  const { subresource } = path
  return {
    manager: manager.slice(0, maxManagerLength),
    now: plane.timestamp(),
    ...(subresource ? { subresource } : {}),
  }
}
