import { Elysia, ValidationError } from 'elysia'
import { AppError, type ErrorCode, type ErrorDetails, statusOfCode } from '../lib/errors'
import type { Logger } from '../lib/log'
import { contextOf } from './request-context'

const maxProblems = 20

/**
 * The one place where a fault becomes an answer. Registered before every route. What a caller gets to see is an
 * AppError's own words, the place and rule of what was malformed, or nothing but a request id.
 */
export const errorMapper = (log: Logger) =>
  new Elysia({ name: 'error-mapper' }).onError({ as: 'global' }, ({ code, error, request }) => {
    const { id, route } = contextOf(request)
    const refusal = refusalOf(code, error)
    if (refusal.status >= 500) log.error({ requestId: id, route, code: refusal.code, err: error }, 'request failed')
    return errorResponse(refusal, id)
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

function refusalOf(code: number | string, error: unknown): AppError {
  if (error instanceof AppError) return error.code === 'INTERNAL_ERROR' ? internal() : error
  if (error instanceof ValidationError) {
    // A schema of ours that our own answer does not fit is our fault, and its content stays inside.
    return error.type === 'response' ? internal() : refuseInput(error)
  }
  if (code === 'PARSE') return new AppError('MALFORMED_REQUEST', 'The body is not well-formed')
  if (code === 'NOT_FOUND') return new AppError('NOT_FOUND', 'No such route')
  if (code === 'INVALID_COOKIE_SIGNATURE') return new AppError('UNAUTHORIZED', 'Not signed in')
  return internal()
}

const internal = (): AppError => new AppError('INTERNAL_ERROR', 'Internal error')

function refuseInput(error: ValidationError): AppError {
  const problems = new Map<string, string>()
  for (const problem of error.all.slice(0, maxProblems)) {
    if (!('path' in problem)) continue
    const path = String(problem.path) || '/'
    // The rule that was broken, never the value that broke it: it may be a password.
    if (!problems.has(path)) problems.set(path, String(problem.message ?? 'Invalid'))
  }
  const details: ErrorDetails = {
    in: error.type,
    problems: [...problems].map(([path, message]) => ({ path, message })),
  }
  return new AppError('VALIDATION_ERROR', `The ${error.type} is not valid`, details)
}

export const isErrorCode = (code: string): code is ErrorCode => code in statusOfCode
