import { AppError } from '../lib/errors'
import { isNormal } from './normal-path'

const scheme = 'http://'
/** Our own names, as callers write them: to parse one costs more than to know it. */
const good = new Set<string>()
const mostRemembered = 100

/** Bun itself refuses more than 16 KiB of request line and headers, or some 150 headers, with an empty 431. */
export const maxPathLength = 1_024
export const maxQueryLength = 8_192

/** Why a request is none that any route has to look at; undefined for nearly all. */
export function refuseRequestLine(request: Request): AppError | undefined {
  const { url } = request
  if (!hasOrigin(url)) return new AppError('MALFORMED_REQUEST', 'The request names no valid Host')
  if (url.length > maxPathLength) {
    const problem = findTooLong(url)
    if (problem) return new AppError('VALIDATION_ERROR', problem)
  }
  if (!isNormal(request)) return new AppError('MALFORMED_REQUEST', 'The path is not in its normal form')
  // Ids and filters go to the database, and SQLite's text ends at a NUL.
  if (url.includes('%00')) return new AppError('VALIDATION_ERROR', 'The URL holds a NUL character')
  return undefined
}

/**
 * Without a good Host, Bun hands on the bare path, or a URL that is none. Whoever cuts the path out of that finds another
 * one: the router and the limits would speak of different routes.
 */
function hasOrigin(url: string): boolean {
  const end = url.indexOf('/', scheme.length)
  const origin = end < 0 ? url : url.slice(0, end)
  if (good.has(origin)) return true
  if (!url.startsWith(scheme) || !URL.canParse(url)) return false
  if (good.size < mostRemembered) good.add(origin)
  return true
}

function findTooLong(url: string): string | undefined {
  const { pathname, search } = new URL(url)
  if (pathname.length > maxPathLength) return `The path is longer than ${maxPathLength} characters`
  return search.length > maxQueryLength ? `The query is longer than ${maxQueryLength} characters` : undefined
}
