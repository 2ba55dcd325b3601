import { randomPart } from '../lib/ids'

/** What the edge knows of a request beside the request itself. */
export interface RequestContext {
  id: string
  startedAt: number
  address: string
  /** The route's pattern, once it is known; never the path, which may hold ids. */
  route: string
  userId?: string
}

const contexts = new WeakMap<Request, RequestContext>()
const boot = randomPart(8)
const acceptable = /^[\w.-]{8,64}$/
let count = 0

/** Gives a request its id: a proxy's own, if it sent a sane one, so that one name leads through all logs. */
export function openContext(request: Request, address: string, now: number): RequestContext {
  const given = request.headers.get('x-request-id')
  const id = given !== null && acceptable.test(given) ? given : `req_${boot}${(++count).toString(36)}`
  const context = { id, startedAt: now, address, route: 'unmatched' }
  contexts.set(request, context)
  return context
}

export function contextOf(request: Request): RequestContext {
  return contexts.get(request) ?? openContext(request, 'unknown', 0)
}
