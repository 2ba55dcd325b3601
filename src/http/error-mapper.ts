import { Kind, type TSchema } from '@sinclair/typebox'
import { Elysia, ParseError, ValidationError } from 'elysia'
import { AppError, type ErrorDetails } from '../lib/errors'
import type { Logger } from '../lib/log'
import { contextOf, type RequestContext } from './request-context'

const maxProblems = 20
const maxPathLength = 200

/** What was refused to whom; `params` are those of the route's pattern. */
export interface Refused {
  context: RequestContext
  request: Request
  params: Record<string, unknown>
}

export type OnRefusal = (refusal: AppError, refused: Refused) => void

/**
 * The one place where a fault becomes an answer. Registered before every route. What a caller gets to see is an
 * AppError's own words, the place and rule of what was malformed, or nothing but a request id.
 */
export const errorMapper = (log: Logger, onRefusal: OnRefusal = () => {}) =>
  new Elysia({ name: 'error-mapper' }).onError({ as: 'global' }, ({ code, error, request, route, query, params }) => {
    const context = contextOf(request)
    // What is refused before the route's own hooks run would otherwise be counted as nobody's.
    if (code !== 'NOT_FOUND' && route) context.route = route
    const refusal = refusalOf(code, error, { query, params })
    if (refusal.status >= 500) {
      log.error(
        { requestId: context.id, route: context.route, code: refusal.code, err: tellable(error) },
        'request failed',
      )
    }
    onRefusal(refusal, { context, request, params: params ?? {} })
    return errorResponse(refusal, context.id)
  })

/** An error answer outside of a route: the edge's own refusals use it too. */
export function errorResponse(refusal: AppError, requestId: string): Response {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  const retryAfter = refusal.details?.retryAfterSeconds
  if (typeof retryAfter === 'number') headers['retry-after'] = String(retryAfter)
  return Response.json(
    {
      success: false,
      error: { code: refusal.code, message: refusal.message, details: refusal.details },
      timestamp: new Date().toISOString(),
      requestId,
    },
    { status: refusal.status, headers },
  )
}

type Values = Record<string, unknown> | undefined
interface Submitted {
  query: Values
  params: Values
}

function refusalOf(code: number | string, error: unknown, submitted: Submitted): AppError {
  if (error instanceof AppError) return error.code === 'INTERNAL_ERROR' ? internal() : error
  if (error instanceof ValidationError) {
    // A schema of ours that our own answer does not fit is our fault, and its content stays inside.
    return error.type === 'response' ? internal() : refuseInput(error, submitted)
  }
  // Who calls is asked, and the body read, where Elysia wraps whatever is thrown.
  if (error instanceof ParseError) return refusalOf(code, error.cause, submitted)
  if (code === 'NOT_FOUND') return new AppError('NOT_FOUND', 'No such route')
  if (code === 'INVALID_COOKIE_SIGNATURE') return new AppError('UNAUTHORIZED', 'Not signed in')
  return internal()
}

const internal = (): AppError => new AppError('INTERNAL_ERROR', 'Internal error')

/** The fault as the log may have it: an answer that does not fit its schema is in the error's own message, tokens and all. */
function tellable(error: unknown): unknown {
  if (!(error instanceof ValidationError)) return error
  const places = problemsOf(error).map(({ path, message }) => `${path}: ${message}`)
  return new Error(`the ${error.type} does not fit its schema: ${places.join('; ')}`)
}

function refuseInput(error: ValidationError, submitted: Submitted): AppError {
  const [kind, prefix] = placeOf(error, submitted)
  const problems = problemsOf(error).map(({ path, message }) => ({
    path: prefix + (prefix && path === '/' ? '' : path),
    message,
  }))
  return new AppError('VALIDATION_ERROR', `The ${kind} is not valid`, { in: kind, problems } satisfies ErrorDetails)
}

/** A number in a URL is checked by itself, without its name: then the name is found by the value. */
function placeOf(error: ValidationError, { query, params }: Submitted): [kind: string, prefix: string] {
  if (error.type !== 'property') return [error.type === 'params' ? 'path' : error.type, '']
  for (const [kind, values] of [
    ['query', query],
    ['path', params],
  ] as const) {
    for (const [key, value] of Object.entries(values ?? {})) {
      if (value === error.value || Number(value) === error.value) return [kind, `/${key}`]
    }
  }
  return ['query', '']
}

/** The rule that was broken and where, never the value that broke it: it may be a password. */
function problemsOf(error: ValidationError): { path: string; message: string }[] {
  const problems = new Map<string, string>()
  for (const problem of error.all.slice(0, maxProblems)) {
    if (!('schema' in problem)) continue
    const path = String(problem.path).slice(0, maxPathLength) || '/'
    if (!problems.has(path)) problems.set(path, ruleOf(problem.message, problem.schema))
  }
  return [...problems].map(([path, message]) => ({ path, message }))
}

/** TypeBox says of a union only that it is one, and of a key that nobody knows only `Never`. */
function ruleOf(message: string | undefined, schema: TSchema): string {
  if (schema[Kind] === 'Never') return 'Not a known name'
  const members: TSchema[] = schema.anyOf ?? []
  if (members.length > 0 && members.every((member) => member.const !== undefined)) {
    return `Expected one of ${members.map((member) => String(member.const)).join(', ')}`
  }
  if (members.some(({ type }) => type === 'integer')) return 'Expected integer'
  return message ?? 'Invalid'
}
