import { AppError } from '../lib/errors'
import type { Logger } from '../lib/log'
import type { AccessLog } from './access-log'
import { takeVersionOff } from './api-path'
import { createCors } from './cors'
import { errorResponse } from './error-mapper'
import { createFinish } from './finish'
import type { HttpMetrics } from './http-metrics'
import { KeptAnswers } from './kept-answers'
import { Methods } from './methods'
import { partPatterns } from './normal-path'
import { openPort } from './open-port'
import type { RateLimits, RouteOfApp } from './rate-limit'
import { contextOf, type Listening, openContext, type RequestContext, shareContext, unmatched } from './request-context'
import { refuseRequestLine } from './request-line'
import { TrustedProxies } from './trusted-proxies'

/** Where Bun cuts off with an empty 413; up to there a body is refused in our words by whoever reads it, see json-body.ts. */
const hardMaxBodyBytes = 3 * 1024 * 1024
/** Longer than the heartbeat of a stream, so that a quiet stream is not taken for a dead one. */
const idleSeconds = 60

/** So many requests at once are a crowd: background work then holds back. */
const crowd = 4

export interface Listener {
  url: string
  port: number
  /** From now on the app answers, by these routes. */
  serve(app: Handle, routes: RouteOfApp[]): void
  /** When many requests were last waiting for the beginning of their answer, by performance.now(). */
  lastCrowd(): number
  /** Stops taking connections, waits for what is under way at most `ms`, then closes. */
  close(ms: number): Promise<void>
}

export type Handle = (request: Request) => Response | Promise<Response>

interface Edge extends EdgeOptions {
  port: number
  host: string
  log: Logger
  accessLog: AccessLog
  metrics: HttpMetrics
}

export interface EdgeOptions {
  limits?: RateLimits
  proxies?: TrustedProxies
  /** Origins whose pages may call. */
  origins?: string[]
  /** Browsers shall come back by https only. */
  https?: boolean
}

/**
 * Opens the port: request ids, limits, access log and figures are taken here, around everything the app does. Our address is
 * known before the app is built, which names it to others; whoever calls so early is asked to come again.
 */
export function listen(edge: Edge): Listener {
  const { port, host, log, accessLog, metrics, limits, proxies = new TrustedProxies([]), https = false } = edge
  let handle: Handle = refuseYet
  let methods = new Methods([])
  const cors = createCors(edge.origins ?? [])
  const listening: Listening = {
    limits,
    addressOf: (request) => proxies.addressOf(server.requestIP(request)?.address, request.headers),
    isProxied: (request) => proxies.any && proxies.trusts(server.requestIP(request)?.address),
  }
  const keptAnswers = new KeptAnswers()
  const finish = createFinish({ accessLog, metrics, cors, https })
  let pending = 0
  let lastCrowd = Number.NEGATIVE_INFINITY

  const finishRouted = (request: Request, context: RequestContext, response: Response): Response => {
    pending--
    if (context.again) keptAnswers.keep(context.target, { route: context.route, again: context.again })
    const refused = response.status >= 400 && response.status < 500
    const refusal = refused ? limits?.refuseUncounted(request, context) : undefined
    if (refusal) return finish(request, context, errorResponse(refusal, request, context.id))
    const isNowhere = response.status === 404 && context.route === unmatched
    return finish(request, context, (isNowhere && methods.answerOther(request, context.id)) || response)
  }

  // The app answers its own faults: what comes here is one of the app's frame, and nobody else would tell of it.
  const finishFailed = (request: Request, context: RequestContext, fault: unknown): Response => {
    pending--
    log.error({ requestId: context.id, err: fault }, 'request failed')
    return finish(
      request,
      context,
      errorResponse(new AppError('INTERNAL_ERROR', 'Internal error'), request, context.id),
    )
  }

  const route = (request: Request, context: RequestContext): Response | Promise<Response> => {
    if (++pending >= crowd) lastCrowd = performance.now()
    let answer: Response | Promise<Response>
    try {
      answer = handle(request.method === 'HEAD' ? asGet(request, context) : request)
    } catch (fault) {
      return finishFailed(request, context, fault)
    }
    if (!(answer instanceof Promise)) return finishRouted(request, context, answer)
    return answer.then(
      (response) => finishRouted(request, context, response),
      (fault) => finishFailed(request, context, fault),
    )
  }

  /** Whoever used up their calls is refused on the usual way. */
  const answerKept = (request: Request, context: RequestContext): Response | undefined => {
    const kept = keptAnswers.find(context.target)
    if (!kept || request.method !== 'GET' || limits?.someEmpty) return undefined
    const response = kept.again(request)
    if (response) context.route = kept.route
    return response
  }

  const answer = (request: Request): Response | Promise<Response> => {
    const context = openContext(request, listening, performance.now())
    const malformed = refuseRequestLine(request)
    if (malformed) return finish(request, context, errorResponse(malformed, request, context.id))
    const kept = answerKept(request, context)
    if (kept) return finish(request, context, kept)
    takeVersionOff(request)
    const preflight = cors?.preflight(request)
    if (preflight) return finish(request, context, preflight)
    const refusal = limits?.refuseUnsigned(request, context)
    return refusal ? finish(request, context, errorResponse(refusal, request, context.id)) : route(request, context)
  }
  const server = openPort('PORT', {
    port,
    hostname: host,
    routes: partPatterns(answer),
    fetch: answer,
    idleTimeout: idleSeconds,
    maxRequestBodySize: hardMaxBodyBytes,
  })
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${server.port}`,
    port: server.port ?? port,
    serve: (app, routes) => {
      limits?.learn(routes)
      methods = new Methods(routes)
      handle = app
    },
    // Those that wait for a commit are one still, though nobody new has come.
    lastCrowd: () => (pending >= crowd ? performance.now() : lastCrowd),
    close: async (ms) => {
      const until = performance.now() + ms
      const stopped = server.stop()
      while (pending > 0 && performance.now() < until) await Bun.sleep(10)
      if (pending > 0) log.warn({ pending }, 'stopped before every request was answered')
      await server.stop(true)
      await stopped
    },
  }
}

/** The process runs, which a probe may ask; for everything else it is too early. */
const refuseYet: Handle = (request) =>
  new URL(request.url).pathname === '/livez'
    ? Response.json({ status: 'ok' })
    : errorResponse(
        new AppError('UNAVAILABLE', 'The server is starting', { retryAfterSeconds: 1 }),
        request,
        contextOf(request).id,
      )

/** Elysia would read the whole answer to a HEAD to tell its length, and a stream has no end. Bun takes only the head of it. */
function asGet(request: Request, context: RequestContext): Request {
  const { url, headers, signal } = request
  const get = new Request(url, { method: 'GET', headers, signal })
  shareContext(context, get)
  return get
}
