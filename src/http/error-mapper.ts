import { Elysia, ParseError } from 'elysia'
import { AppError, type ErrorDetails } from '../lib/errors'
import type { Logger } from '../lib/log'
import { translate } from '../lib/translate'
import { localeOf } from './locale'
import { contextOf, type RequestContext } from './request-context'

/** After which a 503 may be tried again that says nothing better. */
const retryAfterSeconds = 5

/** What was refused to whom; `params` are those of the route's pattern. */
export interface Refused {
  context: RequestContext
  request: Request
  params: Record<string, unknown>
}

type OnRefusal = (refusal: AppError, refused: Refused) => void

/**
 * The one place where a fault becomes an answer. Registered before every route. What a caller gets to see is an
 * AppError's own words, the place and rule of what was malformed, or nothing but a request id.
 */
export const errorMapper = (log: Logger, onRefusal: OnRefusal = () => {}) =>
  new Elysia({ name: 'error-mapper' }).onError({ as: 'global' }, ({ code, error, request, route, params }) => {
    const context = contextOf(request)
    // What is refused before the route's own hooks run would otherwise be counted as nobody's.
    if (code !== 'NOT_FOUND' && route) context.route = route
    const refusal = refusalOf(code, error)
    if (refusal.status >= 500) {
      // A bank's no is between it and its customer; where a payment fails by our own doing, top-ups say so.
      const level = refusal.code === 'PAYMENT_FAILED' ? 'warn' : 'error'
      log[level]({ requestId: context.id, route: context.route, code: refusal.code, err: error }, 'request failed')
    }
    onRefusal(refusal, { context, request, params: params ?? {} })
    return errorResponse(refusal, request, context.id)
  })

/** An error answer outside of a route: the edge's own refusals use it too. Its words follow `Accept-Language`. */
export function errorResponse(refusal: AppError, request: Request, requestId: string): Response {
  const locale = localeOf(request)
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  const retryAfter = refusal.details?.retryAfterSeconds ?? (refusal.status === 503 ? retryAfterSeconds : undefined)
  if (typeof retryAfter === 'number') headers['retry-after'] = String(retryAfter)
  return Response.json(
    {
      success: false,
      error: {
        code: refusal.code,
        message: translate(refusal.message, locale),
        details: locale === 'id' ? translateProblems(refusal.details) : refusal.details,
      },
      timestamp: new Date().toISOString(),
      requestId,
    },
    { status: refusal.status, headers },
  )
}

interface Problem {
  path: string
  message: string
}

function translateProblems(details: ErrorDetails | undefined): ErrorDetails | undefined {
  if (!Array.isArray(details?.problems)) return details
  const problems = (details.problems as Problem[]).map(({ path, message }) => ({
    path,
    message: translate(message, 'id'),
  }))
  return { ...details, problems }
}

function refusalOf(code: number | string, error: unknown): AppError {
  if (error instanceof AppError) return error.code === 'INTERNAL_ERROR' ? internal() : error
  // Who calls is asked, and the body read, where Elysia wraps whatever is thrown.
  if (error instanceof ParseError) return refusalOf(code, error.cause)
  if (code === 'NOT_FOUND') return new AppError('NOT_FOUND', 'No such route')
  return internal()
}

const internal = (): AppError => new AppError('INTERNAL_ERROR', 'Internal error')
