import { AppError } from '../lib/errors'
import { networkOf } from './network-of'
import type { RequestContext } from './request-context'
import { type Quota, TokenBuckets, type Verdict } from './token-buckets'

/** `sign-in`: what costs a password's hash or could guess a secret. `download`: what is packed for the caller. */
type LimitClass = 'sign-in' | 'write' | 'download' | 'read'

type Limits = Record<LimitClass, [tokens: number, windowSeconds: number]>

/** Of an account, wherever it calls from. */
const ofAccount: Limits = { 'sign-in': [30, 60], write: [300, 60], download: [20, 300], read: [1_200, 60] }
/** Of callers who have not signed in, and may be many behind one address: an office, a mobile network. */
const ofAddress: Limits = { 'sign-in': [120, 60], write: [1_200, 60], download: [20, 300], read: [1_200, 60] }

/**
 * One call every five seconds for each subscription is always allowed: it takes no other token. A customer has one live
 * subscription per service, so this many are all there can be; the bound is for ids that are made up.
 */
const pollEvery: Quota = { name: 'poll', tokens: 1, windowSeconds: 4.5 }
const pollsAtOnce: Quota = { name: 'polls', tokens: 500, windowSeconds: 5 }
const pollRoute = /\/(?:subscriptions|instances)\/:id\/metrics$/
/** What a body costs beside its request: reading so much takes about as long as a small answer. */
const bytesPerToken = 8 * 1024
const downloadRoute = /\/download\/|\/export$/
const authRoute = /^\/api\/auth\//

/**
 * Pages kept as bytes: to refuse one costs as much as to answer it. Only a miss, which asks the database, takes a token.
 */
const keptPage = /^\/api\/catalog\/(?:categories|services)(?:\/|$)/

export interface RouteOfApp {
  method: string
  path: string
  hooks: { detail?: object }
}

export interface RateLimitOptions {
  /** Multiplies every limit; 0 for none at all. */
  factor: number
  /** Milliseconds of a clock that is never set back. */
  now?: () => number
}

/** Who has signed in is limited by account, everybody else by address. Counted in memory, each process for itself. */
export class RateLimits {
  readonly #off: boolean
  readonly #account: Record<LimitClass, TokenBuckets>
  readonly #address: Record<LimitClass, TokenBuckets>
  readonly #polls: TokenBuckets
  readonly #pollsOfAccount: TokenBuckets
  readonly #signInPaths = new Set<string>()
  readonly #freePaths = new Set<string>()

  constructor({ factor, now = () => performance.now() }: RateLimitOptions) {
    this.#off = factor === 0
    const bucketsOf = (limits: Limits) =>
      Object.fromEntries(
        Object.entries(limits).map(([name, [tokens, windowSeconds]]) => [
          name,
          new TokenBuckets({ name, tokens: tokens * (factor || 1), windowSeconds }, now),
        ]),
      ) as Record<LimitClass, TokenBuckets>
    this.#account = bucketsOf(ofAccount)
    this.#address = bucketsOf(ofAddress)
    this.#polls = new TokenBuckets(pollEvery, now)
    this.#pollsOfAccount = new TokenBuckets(pollsAtOnce, now)
  }

  /** Reads from the routes' own declarations what counts as signing in, and what a probe calls. Figures are no probe: they cost some milliseconds. */
  learn(routes: RouteOfApp[]): void {
    for (const { method, path, hooks } of routes) {
      const access = (hooks.detail as { 'x-access'?: string } | undefined)?.['x-access']
      if (access === 'operator' && path !== '/metrics') this.#freePaths.add(path)
      if (access === 'public' && isWrite(method)) this.#signInPaths.add(path)
    }
  }

  /** Whether somebody who has not signed in has used up what there is. */
  get someEmpty(): boolean {
    return !this.#off && this.#address.read.someEmpty
  }

  /** Before anything is read of a request that nobody has signed. */
  refuseUnsigned(request: Request, context: RequestContext): AppError | undefined {
    if (this.#off) return undefined
    const path = pathOf(request.url)
    if (isWrite(request.method)) {
      if (this.#signInPaths.has(path)) return this.#refuseAddress('sign-in', request, context)
    } else if (this.#freePaths.has(path)) {
      return undefined
    } else if (keptPage.test(path)) {
      return this.#refuseEmptied(context)
    }
    if (request.headers.has('authorization')) return undefined
    return this.#refuseAddress(isWrite(request.method) ? 'write' : 'read', request, context)
  }

  /** A route that anyone may call, and a header that made us expect a signed-in caller. @throws AppError RATE_LIMITED */
  admitUnsigned(request: Request, context: RequestContext): void {
    if (this.#off || context.limit) return
    const path = pathOf(request.url)
    if (this.#freePaths.has(path) || keptPage.test(path)) return
    const refusal = this.#refuseAddress(isWrite(request.method) ? 'write' : 'read', request, context)
    if (refusal) throw refusal
  }

  /**
   * What was refused to a caller whom nobody knows and nothing has counted yet costs their address: a sign that was none, a
   * path or a kept page that is not there. @returns what to answer in its place, if there were too many
   */
  refuseUncounted(request: Request, context: RequestContext): AppError | undefined {
    if (this.#off || context.limit || context.actor || this.#freePaths.has(pathOf(request.url))) return undefined
    return this.#refuseAddress(isWrite(request.method) ? 'write' : 'read', request, context)
  }

  /** @throws AppError RATE_LIMITED */
  admitAccount(userId: string, request: Request, context: RequestContext): void {
    if (this.#off || this.#isPoll(userId, request, context)) return
    const refusal = this.#count(this.#account[classOf(request.method, context.route)], userId, request, context)
    if (refusal) throw refusal
  }

  #isPoll(userId: string, request: Request, { route }: RequestContext): boolean {
    if (request.method !== 'GET' || !pollRoute.test(route)) return false
    const key = `${userId} ${pathOf(request.url)}`
    return this.#polls.look(key).allowed && this.#pollsOfAccount.take(userId).allowed && this.#polls.take(key).allowed
  }

  #refuseAddress(limitClass: LimitClass, request: Request, context: RequestContext): AppError | undefined {
    return this.#count(this.#address[limitClass], networkOf(context.address), request, context)
  }

  /** Its body is paid for as it announces itself; what does not say its length pays once that is known. */
  #count(buckets: TokenBuckets, key: string, request: Request, context: RequestContext): AppError | undefined {
    const announced = isWrite(request.method) ? Number(request.headers.get('content-length') ?? 0) : 0
    const verdict = buckets.take(key, 1 + tokensFor(announced))
    context.limit = verdict
    if (!verdict.allowed) return tooMany(verdict)
    context.payFor = (bytes) => buckets.charge(key, tokensFor(bytes))
    return undefined
  }

  /** Who calls is asked only while somebody has used up what there is: asking costs a fifth of the whole answer. */
  #refuseEmptied(context: RequestContext): AppError | undefined {
    if (!this.someEmpty) return undefined
    const verdict = this.#address.read.look(networkOf(context.address))
    if (verdict.allowed) return undefined
    context.limit = verdict
    return tooMany(verdict)
  }
}

const tokensFor = (bytes: number): number => Math.floor(bytes / bytesPerToken)

const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'

function classOf(method: string, route: string): LimitClass {
  if (downloadRoute.test(route)) return 'download'
  if (!isWrite(method)) return 'read'
  return authRoute.test(route) ? 'sign-in' : 'write'
}

/** The path of a URL as it came, without the slash at its end that routing ignores, too. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  const path = query < 0 ? url.slice(start) : url.slice(start, query)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

export const tooMany = ({ retryAfterSeconds }: Verdict): AppError =>
  new AppError('RATE_LIMITED', 'Too many requests', { retryAfterSeconds })

/** As the IETF's draft 10 of "RateLimit header fields for HTTP" writes it: what there is, and what is left. */
export function tellLimit(headers: Headers, { quota, remaining, fullInSeconds }: Verdict): void {
  headers.set('ratelimit-policy', `"${quota.name}";q=${quota.tokens};w=${quota.windowSeconds}`)
  headers.set('ratelimit', `"${quota.name}";r=${remaining};t=${fullInSeconds}`)
}
