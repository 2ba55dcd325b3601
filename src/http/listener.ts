import type { Server } from 'bun'
import type { AnyElysia } from 'elysia'
import { AppError } from '../lib/errors'
import type { AccessLog } from './access-log'
import { createCors } from './cors'
import { errorResponse } from './error-mapper'
import type { HttpMetrics } from './http-metrics'
import { bodyTooLarge, maxBodyBytes } from './json-body'
import { type RateLimits, tellLimit } from './rate-limit'
import { type Listening, openContext, type RequestContext } from './request-context'
import { secure, securedHeaders } from './security-headers'
import { type AddressOf, createAddressOf } from './trusted-proxies'

/** Where Bun cuts off without a word; ours is said before, see json-body.ts. */
const hardMaxBodyBytes = 16 * maxBodyBytes
/** Bun itself refuses more than 16 KiB of request line and headers, or some 150 headers, with an empty 431. */
const maxPathLength = 1_024
const maxQueryLength = 2_048
/** Longer than the heartbeat of a stream, so that a quiet stream is not taken for a dead one. */
const idleSeconds = 60

/** So many requests at once are a crowd: background work then holds back. */
const crowd = 4

export interface Listener {
  url: string
  port: number
  /** When many requests were last waiting for the beginning of their answer, by performance.now(). */
  lastCrowd(): number
  /** Stops taking connections, waits for what is under way at most `ms`, then closes. */
  close(ms: number): Promise<void>
}

interface Edge extends EdgeOptions {
  port: number
  host: string
  accessLog: AccessLog
  metrics: HttpMetrics
}

export interface EdgeOptions {
  limits?: RateLimits
  addressOf?: AddressOf
  /** Origins whose pages may call. */
  origins?: string[]
  /** Browsers shall come back by https only. */
  https?: boolean
}

/** Puts the app on a port: request ids, limits, access log and figures are taken here, around everything the app does. */
export function listen(app: AnyElysia, edge: Edge): Listener {
  const { port, host, accessLog, metrics, limits, addressOf = createAddressOf([]), https = false } = edge
  const handle = app.fetch as (request: Request) => Response | Promise<Response>
  const cors = createCors(edge.origins ?? [])
  const listening: Listening = {
    limits,
    addressOf: (request) => addressOf(server.requestIP(request)?.address, request.headers),
  }
  let pending = 0
  let lastCrowd = Number.NEGATIVE_INFINITY

  const finish = (request: Request, context: RequestContext, response: Response): Response => {
    pending--
    const { headers } = response
    headers.set('x-request-id', context.id)
    secure(headers, https)
    if (cors) cors.mark(request, headers)
    if (response.status === 404) limits?.chargeMiss(context)
    if (context.limit) tellLimit(headers, context.limit)
    const ms = performance.now() - context.startedAt
    metrics.observe(request.method, context.route, response.status, ms)
    accessLog(request.method, context, response.status, ms)
    return response
  }

  const server = open(port, host, (request) => {
    if (++pending >= crowd) lastCrowd = performance.now()
    const context = openContext(request, listening, performance.now())
    const preflight = cors?.preflight(request)
    if (preflight) return finish(request, context, preflight)
    const refusal = refuse(request) ?? limits?.refuseUnsigned(request, context)
    if (refusal) return finish(request, context, errorResponse(refusal, context.id))
    const answer = handle(request)
    return answer instanceof Promise
      ? answer.then((response) => finish(request, context, response))
      : finish(request, context, answer)
  })
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${server.port}`,
    port: server.port ?? port,
    lastCrowd: () => lastCrowd,
    close: async (ms) => {
      const until = performance.now() + ms
      const stopped = server.stop()
      while (pending > 0 && performance.now() < until) await Bun.sleep(10)
      await server.stop(true)
      await stopped
    },
  }
}

/** What no route has to look at. */
function refuse(request: Request): AppError | undefined {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) return bodyTooLarge()
  if (request.url.length > maxPathLength) {
    const problem = tooLong(request.url)
    if (problem) return new AppError('VALIDATION_ERROR', problem)
  }
  // Ids and filters go to the database, and SQLite's text ends at a NUL.
  if (request.url.includes('%00')) return new AppError('VALIDATION_ERROR', 'The URL holds a NUL character')
  return undefined
}

function tooLong(url: string): string | undefined {
  const { pathname, search } = new URL(url)
  if (pathname.length > maxPathLength) return `The path is longer than ${maxPathLength} characters`
  return search.length > maxQueryLength ? `The query is longer than ${maxQueryLength} characters` : undefined
}

function open(
  port: number,
  hostname: string,
  fetch: (request: Request) => Response | Promise<Response>,
): Server<undefined> {
  try {
    return Bun.serve({
      port,
      hostname,
      fetch,
      idleTimeout: idleSeconds,
      maxRequestBodySize: hardMaxBodyBytes,
      // Bun's own error page shows source and stack.
      development: false,
      // Without this a second server would share the port in silence instead of being told that it is taken.
      reusePort: false,
      error: () => new Response('Internal error', { status: 500, headers: securedHeaders({}) }),
    })
  } catch (cause) {
    const { code } = cause as { code?: string }
    const why =
      code === 'EADDRINUSE'
        ? `PORT: ${hostname}:${port} is in use`
        : code === 'EACCES'
          ? `PORT: ${hostname}:${port} may not be used by this user`
          : `HOST: ${hostname}:${port} can’t be listened on`
    throw new AppError('CONFIG_FAILED', why, undefined, { cause })
  }
}
