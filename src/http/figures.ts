import { createHash, timingSafeEqual } from 'node:crypto'
import type { Registry } from 'prom-client'
import { AppError } from '../lib/errors'
import { openPort } from './open-port'

export interface Figures {
  registry: Registry
  /** What whoever reads them has to show; anybody may without one. */
  token: string | undefined
}

/** The figures in Prometheus' own words. @throws AppError UNAUTHORIZED */
export async function answerFigures({ registry, token }: Figures, request: Request): Promise<Response> {
  const shown = request.headers.get('authorization') ?? ''
  if (token !== undefined && !isSame(shown, `Bearer ${token}`)) throw new AppError('UNAUTHORIZED', 'Sign in first')
  return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } })
}

/** Takes as long whatever of it is right. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digestOf(a), digestOf(b))

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The figures and nothing else, on a port of their own to which no proxy of customers leads. */
export function listenForFigures(figures: Figures, port: number, host: string) {
  const answer = async (request: Request): Promise<Response> => {
    try {
      return await answerFigures(figures, request)
    } catch (fault) {
      return new Response(null, { status: fault instanceof AppError ? fault.status : 500 })
    }
  }
  const server = openPort('METRICS_PORT', {
    port,
    hostname: host,
    routes: { '/metrics': { GET: answer } },
    fetch: () => new Response(null, { status: 404 }),
  })
  return { port: server.port ?? port, close: () => server.stop(true) }
}
