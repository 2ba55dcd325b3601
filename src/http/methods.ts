import { AppError } from '../lib/errors'
import { errorResponse } from './error-mapper'
import type { RouteOfApp } from './rate-limit'

/** Which methods a path has: the app's own router says of a wrong one only that there is no such route. */
export class Methods {
  readonly #patterns = new Map<string, RegExp[]>()

  constructor(routes: RouteOfApp[]) {
    for (const { method, path } of routes) {
      const known = this.#patterns.get(method) ?? []
      known.push(patternOf(path))
      this.#patterns.set(method, known)
    }
  }

  /** The answer to a request whose path is there, and its method is not; undefined where there is no such path. */
  answerOther(request: Request, requestId: string): Response | undefined {
    const { pathname } = new URL(request.url)
    const allowed = this.#allowedFor(pathname)
    if (allowed.length === 0 || allowed.includes(request.method)) return undefined
    const answer =
      request.method === 'OPTIONS'
        ? new Response(null, { status: 204 })
        : errorResponse(
            new AppError('METHOD_NOT_ALLOWED', `${request.method} is not a method of this path`),
            request,
            requestId,
          )
    answer.headers.set('allow', [...allowed, 'OPTIONS'].join(', '))
    return answer
  }

  #allowedFor(path: string): string[] {
    const methods = [...this.#patterns].filter(([, patterns]) => patterns.some((pattern) => pattern.test(path)))
    const own = methods.flatMap(([method]) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    return own
  }
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\/$/, '').replace(/[.+]/g, '\\$&').replace(/:\w+/g, '[^/]+').replace(/\*$/, '.*')}/?$`)
