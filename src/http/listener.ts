import type { Server } from 'bun'
import type { AnyElysia } from 'elysia'
import { AppError } from '../lib/errors'
import type { AccessLog } from './access-log'
import { errorResponse } from './error-mapper'
import type { HttpMetrics } from './http-metrics'
import { openContext, type RequestContext } from './request-context'

const maxBodyBytes = 1024 * 1024
/** Longer than the heartbeat of a stream, so that a quiet stream is not taken for a dead one. */
const idleSeconds = 60
const bodyTooLarge = new AppError('PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB')

export interface Listener {
  url: string
  port: number
  /** Stops taking connections, waits for what is under way at most `ms`, then closes. */
  close(ms: number): Promise<void>
}

interface Edge {
  port: number
  host: string
  accessLog: AccessLog
  metrics: HttpMetrics
}

/** Puts the app on a port: request ids, access log and figures are taken here, around everything the app does. */
export function listen(app: AnyElysia, { port, host, accessLog, metrics }: Edge): Listener {
  const handle = app.fetch as (request: Request) => Response | Promise<Response>
  let pending = 0

  const finish = (request: Request, context: RequestContext, response: Response): Response => {
    pending--
    response.headers.set('x-request-id', context.id)
    response.headers.set('x-content-type-options', 'nosniff')
    const ms = performance.now() - context.startedAt
    metrics.observe(request.method, context.route, response.status, ms)
    accessLog(request.method, context, response.status, ms)
    return response
  }

  const server = open(port, host, (request, bun) => {
    pending++
    const context = openContext(request, bun, performance.now())
    if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) {
      return finish(request, context, errorResponse(bodyTooLarge, context.id))
    }
    const answer = handle(request)
    return answer instanceof Promise
      ? answer.then((response) => finish(request, context, response))
      : finish(request, context, answer)
  })
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${server.port}`,
    port: server.port ?? port,
    close: async (ms) => {
      const until = performance.now() + ms
      const stopped = server.stop()
      while (pending > 0 && performance.now() < until) await Bun.sleep(10)
      await server.stop(true)
      await stopped
    },
  }
}

function open(
  port: number,
  hostname: string,
  fetch: (request: Request, server: Server<undefined>) => Response | Promise<Response>,
) {
  try {
    return Bun.serve({
      port,
      hostname,
      fetch,
      idleTimeout: idleSeconds,
      maxRequestBodySize: maxBodyBytes,
      // Bun's own error page shows source and stack.
      development: false,
      error: () => new Response('Internal error', { status: 500 }),
    })
  } catch (cause) {
    const code = (cause as { code?: string }).code
    const why =
      code === 'EADDRINUSE' ? 'is in use' : code === 'EACCES' ? 'may not be used by this user' : 'can’t be opened'
    throw new AppError('CONFIG_FAILED', `PORT: ${hostname}:${port} ${why}`, undefined, { cause })
  }
}
