import type { RequestContext } from './request-context'

/** Told of every answer; `ms` is the time to its headers. */
export type AccessLog = (method: string, context: RequestContext, status: number, ms: number) => void

const info = 30

/**
 * One JSON line a request, in the form of the other log lines. Put together by hand: going through the logger would cost
 * more than the whole answer of a kept page. Only our own words and checked ids stand in it.
 */
export const createAccessLog =
  (write: (line: string) => void): AccessLog =>
  (method, { id, route, userId }, status, ms) => {
    const user = userId === undefined ? '' : `,"userId":"${userId}"`
    write(
      `{"level":${info},"time":${Date.now()},"requestId":"${id}","method":"${method}","route":"${route}","status":${status},"ms":${Math.round(ms * 100) / 100}${user},"msg":"request"}\n`,
    )
  }

export const noAccessLog: AccessLog = () => {}
