import type { AccessLog } from './access-log'
import type { Cors } from './cors'
import type { HttpMetrics } from './http-metrics'
import { tellLimit } from './rate-limit'
import type { RequestContext } from './request-context'
import { secure } from './security-headers'

interface Finishing {
  accessLog: AccessLog
  metrics: HttpMetrics
  cors: Cors | undefined
  /** Browsers shall come back by https only. */
  https: boolean
}

export type Finish = (request: Request, context: RequestContext, response: Response) => Response

/** What every answer gets on its way out, whoever made it: its headers, its line in the log, its place in the figures. */
export function createFinish({ accessLog, metrics, cors, https }: Finishing): Finish {
  return (request, context, response) => {
    const { headers } = response
    headers.set('x-request-id', context.id)
    secure(headers, https)
    if (cors) cors.mark(request, headers)
    if (context.limit) tellLimit(headers, context.limit)
    const ms = performance.now() - context.startedAt
    metrics.observe(request.method, context.route, response.status, ms)
    accessLog(request.method, context, response.status, ms)
    return response
  }
}
