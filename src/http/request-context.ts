import type { Server } from 'bun'
import { randomPart } from '../lib/ids'

type Listening = Pick<Server<undefined>, 'requestIP'>

/** What the edge knows of a request beside the request itself. */
export class RequestContext {
  /** The route's pattern, once it is known; never the path, which may hold ids. */
  route = 'unmatched'
  userId: string | undefined

  constructor(
    readonly id: string,
    readonly startedAt: number,
    private readonly request: Request,
    private readonly server: Listening | undefined,
  ) {}

  /** Asked for only where it is wanted: it costs as much as a whole small answer. */
  get address(): string {
    return this.server?.requestIP(this.request)?.address ?? 'unknown'
  }
}

const contexts = new WeakMap<Request, RequestContext>()
const boot = randomPart(8)
const acceptable = /^[\w.-]{8,64}$/
let count = 0

/** Gives a request its id: a proxy's own, if it sent a sane one, so that one name leads through all logs. */
export function openContext(request: Request, server: Listening | undefined, now: number): RequestContext {
  const given = request.headers.get('x-request-id')
  const id = given !== null && acceptable.test(given) ? given : `req_${boot}${(++count).toString(36)}`
  const context = new RequestContext(id, now, request, server)
  contexts.set(request, context)
  return context
}

export function contextOf(request: Request): RequestContext {
  return contexts.get(request) ?? openContext(request, undefined, 0)
}
