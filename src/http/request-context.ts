import { randomPart } from '../lib/ids'
import type { Actor } from './access'
import type { AnswerAgain } from './kept-answers'
import type { RateLimits } from './rate-limit'
import type { Verdict } from './token-buckets'

/** What the listener lends to each request. */
export interface Listening {
  addressOf(request: Request): string
  /** Whether it came through a proxy whose word counts. */
  isProxied(request: Request): boolean
  limits: RateLimits | undefined
}

export interface Caller {
  userId: string
  sessionId?: string
  /** Set where a script calls with an API token. */
  tokenId?: string
}

const nothing = new Uint8Array()

/** In place of a route's pattern, where there is none. */
export const unmatched = 'unmatched'

/** What the edge knows of a request beside the request itself. */
export class RequestContext {
  /** The route's pattern, once it is known; never the path, which may hold ids. */
  route = unmatched
  /** Who calls, once it is known. */
  actor: Caller | undefined
  /** The same, once they were let in to the route; see access.ts. */
  admitted: Actor | undefined
  /** The limit that counted for it. */
  limit: Verdict | undefined
  /** Path and query as they came, the version included. */
  readonly target: string
  /** As it was sent; read where the caller is let in. */
  query: Record<string, string> = {}
  /** The body as it came, where a provider has signed it to the byte. */
  bytes: Uint8Array = nothing
  /** Set by a feature that keeps the answer of this path. */
  again: AnswerAgain | undefined
  /** Takes from that limit what a body costs whose length is known only now. */
  payFor: (bytes: number) => void = () => {}
  #address: string | undefined

  constructor(
    readonly id: string,
    readonly startedAt: number,
    private readonly request: Request,
    private readonly listening: Listening | undefined,
  ) {
    const { url } = request
    this.target = url.slice(url.indexOf('/', url.indexOf('://') + 3))
  }

  get userId(): string | undefined {
    return this.actor?.userId
  }

  /** Asked for only where it is wanted: it costs as much as a whole small answer. */
  get address(): string {
    this.#address ??= this.listening?.addressOf(this.request) ?? 'unknown'
    return this.#address
  }

  /** Counts a call of a route that anyone may call. @throws AppError RATE_LIMITED */
  admitUnsigned(): void {
    this.listening?.limits?.admitUnsigned(this.request, this)
  }
}

/** On the request itself: a map beside it costs as much as a third of a kept page. */
const place = Symbol('context')
type Known = Request & { [place]?: RequestContext }

const boot = randomPart(8)
const acceptable = /^[\w.-]{8,64}$/
let count = 0

/**
 * Gives a request its id: a trusted proxy's own, if it sent a sane one, so that one name leads through all logs. What a
 * client makes up stands in none of them: it could take somebody else's.
 */
export function openContext(request: Request, listening: Listening | undefined, now: number): RequestContext {
  const given = request.headers.get('x-request-id')
  const kept = given !== null && acceptable.test(given) && listening?.isProxied(request)
  const id = kept ? given : `req_${boot}${(++count).toString(36)}`
  const context = new RequestContext(id, now, request, listening)
  shareContext(context, request)
  return context
}

/** Lets another form of the same request share what is known of it. */
export function shareContext(context: RequestContext, request: Request): void {
  ;(request as Known)[place] = context
}

export function contextOf(request: Request): RequestContext {
  return (request as Known)[place] ?? openContext(request, undefined, performance.now())
}
