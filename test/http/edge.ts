import { type AnyElysia, Elysia } from 'elysia'
import { Registry } from 'prom-client'
import { errorMapper } from '../../src/http/error-mapper'
import { HttpMetrics } from '../../src/http/http-metrics'
import { type EdgeOptions, listen } from '../../src/http/listener'

export interface Edge {
  url: string
  /** What was logged, each line as the text that a reader of the log would search. */
  logged: string[]
  close(): Promise<void>
}

/** The edge as the product has it, around routes that a test makes up; without any it is still starting. */
export function startEdge(routes?: (app: Elysia) => AnyElysia, options: EdgeOptions = {}): Edge {
  const logged: string[] = []
  const write = (fields: object, message?: string) =>
    void logged.push(`${message} ${Bun.inspect(fields, { depth: 9 })}`)
  const log = { trace: write, debug: write, info: write, warn: write, error: write, fatal: write }
  const { url, close, serve } = listen({
    ...options,
    log,
    port: 0,
    host: '127.0.0.1',
    accessLog: (method, { id, route }, status) => write({ method, id, route, status }, 'request'),
    metrics: new HttpMetrics(new Registry()),
  })
  if (routes) {
    const app = new Elysia({ handler: { standardHostname: false } }).use(errorMapper(log)).use(routes(new Elysia()))
    serve(app.fetch, app.routes)
  }
  return { url, logged, close: () => close(0) }
}
