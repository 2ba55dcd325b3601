/** What a page of an allowed origin may read of an answer. */
const exposed =
  'X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, ETag, Content-Disposition, Location'
const allowedHeaders =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-Id'
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const preflightSeconds = 7_200

export interface Cors {
  /** The answer to a browser that asks before it calls; undefined for any other request. */
  preflight(request: Request): Response | undefined
  /** Says who may read the answer. */
  mark(request: Request, headers: Headers): void
}

/**
 * Lets pages of these origins, and no other, call the API. Without credentials: a token is in a header, never in a cookie, so
 * no page can act for somebody by their browser alone. Undefined where no origin is allowed: then nothing has to be said.
 */
export function createCors(origins: string[]): Cors | undefined {
  if (origins.length === 0) return undefined
  const allowed: ReadonlySet<string> = new Set(origins)
  const allow = (request: Request, headers: Headers): boolean => {
    headers.append('vary', 'Origin')
    const origin = request.headers.get('origin')
    if (origin === null || !allowed.has(origin)) return false
    headers.set('access-control-allow-origin', origin)
    return true
  }
  return {
    preflight(request) {
      const asks = request.headers.has('origin') && request.headers.has('access-control-request-method')
      if (request.method !== 'OPTIONS' || !asks) return undefined
      const response = new Response(null, { status: 204 })
      if (allowed.has(request.headers.get('origin')!)) {
        response.headers.set('access-control-allow-methods', allowedMethods)
        response.headers.set('access-control-allow-headers', allowedHeaders)
        response.headers.set('access-control-max-age', String(preflightSeconds))
      }
      return response
    },
    mark(request, headers) {
      if (allow(request, headers)) headers.set('access-control-expose-headers', exposed)
    },
  }
}
