import { Elysia } from 'elysia'
import { AppError } from '../lib/errors'
import type { MaybePromise } from '../lib/types'
import { keepAnswers } from './answers'
import { type BodyBounds, boundsOf } from './input/bounds'
import { checkedInput } from './input/input'
import { readJson } from './json-body'
import { readQuery } from './query'
import { contextOf, type RequestContext } from './request-context'
import { opens, scopeOf } from './scopes'

/** Who calls: a person, by a session or by an API token. Everything a customer owns is read through a helper that takes one. */
export interface Actor {
  userId: string
  role: 'USER' | 'ADMINISTRATOR'
  email: string
  /** Where they signed in; absent where a token acts for them. */
  sessionId?: string
  tokenId?: string
  /** What the token may do; see scopes.ts. */
  scopes?: ReadonlySet<string>
  /** When that session or token runs out, and with it what it has open. */
  expiresAt?: Date
  /** The request by which they act, for the audit log. */
  request?: Pick<RequestContext, 'id' | 'address'>
}

/**
 * Who may call a route.
 * `public`: anyone. `provider`: a provider of payments or mail, proven by its signature. `operator`: the machine's own probes.
 * `customer`: any signed-in person. `admin`: an administrator.
 */
export type Access = 'public' | 'provider' | 'operator' | 'customer' | 'admin'

export type Authenticate = (request: Request) => MaybePromise<Actor>

/** Stands in for the caller of a route that anyone may call; reading it there is a mistake of ours. */
const nobody = new Proxy({} as Actor, {
  get() {
    throw new Error('a public route has no actor')
  },
})

const open: ReadonlySet<Access> = new Set(['public', 'provider', 'operator'])

interface RouteContext {
  request: Request
  route: string
}

/** What a route says of its input; our own check takes the place of Elysia's, see input/input.ts. */
interface RouteSchemas {
  body?: object
  query?: object
  params?: object
  response?: unknown
  detail?: object
}

/**
 * Every route declares `access`; the OpenAPI document shows the same word, and a test fails for a route without one. Who calls
 * is asked before anything of what they sent is read: its body in `parse`, its query and path after `transform`.
 */
export const accessControl = (authenticate: Authenticate) =>
  new Elysia({ name: 'access', seed: authenticate }).macro({
    access: (who: Access) => {
      const isOpen = open.has(who)
      const admit = isOpen ? admitAnyone : admitAs(who, authenticate)
      let bounds: BodyBounds | undefined
      return {
        detail: { security: isOpen ? [] : [{ bearer: [] }], 'x-access': who } as object,
        introspect: (written: RouteSchemas) => {
          keepAnswers(written)
          if (written.query) written.query = checkedInput('query', written.query)
          if (written.params) written.params = checkedInput('path', written.params)
          if (!written.body) return
          const body = checkedInput('body', written.body)
          bounds = boundsOf(body)
          written.body = body
        },
        parse: [
          async ({ request, route }: RouteContext, contentType: string) => {
            await admit({ request, route })
            return bounds ? readJson(request, contentType, bounds, who === 'provider') : null
          },
          jsonOnly,
        ],
        transform: [admit, giveQuery],
        // Typed as if it were asked here: only what `resolve` returns is known to the handlers.
        resolve: (isOpen ? beNobody : beAdmitted) as () => { actor: Actor },
      }
    },
  })

type Read = (context: RouteContext, contentType: string) => Promise<unknown>

/** The name of a parser of Elysia's that is never asked, since ours always has an answer: the OpenAPI document reads it. */
const jsonOnly = 'json' as unknown as Read

type Admit = (context: RouteContext) => MaybePromise<void>

// Not async, nor with a `return`, which Elysia takes for it: on a public route it then awaits nothing, as a kept page would feel.
function admitAnyone({ request, route }: RouteContext): void {
  const context = contextOf(request)
  if (!context.admitted) {
    context.route = route
    context.admitUnsigned()
    context.query = readQuery(request.url)
    context.admitted = nobody
  }
}

const admitAs = (who: Access, authenticate: Authenticate): Admit => {
  return async ({ request, route }) => {
    const context = contextOf(request)
    // A request with a body was let in before it was read.
    if (context.admitted) return
    context.route = route
    const actor = await authenticate(request)
    context.actor = actor
    if (who === 'admin' && actor.role !== 'ADMINISTRATOR') throw new AppError('FORBIDDEN', 'Administrators only')
    if (actor.tokenId !== undefined) assertScope(actor, scopeOf(who, request.method, route))
    context.query = readQuery(request.url)
    context.admitted = { ...actor, request: context }
  }
}

/** Not what Elysia has made of it; see query.ts. */
function giveQuery(given: RouteContext & { query?: unknown }): void {
  given.query = contextOf(given.request).query
}

const beNobody = () => ({ actor: nobody })
const beAdmitted = ({ request }: RouteContext) => ({ actor: contextOf(request).admitted })

function assertScope({ scopes }: Actor, needed: string | undefined): void {
  if (needed !== undefined && scopes && opens(scopes, needed)) return
  if (needed === undefined || needed === 'none')
    throw new AppError('FORBIDDEN', 'API tokens can’t do this; sign in instead')
  throw new AppError('FORBIDDEN', `This token lacks the scope ${needed}`, { requiredScope: needed })
}

/** The session of a caller who signed in: what ends or spares it must never mean all of them. @throws AppError FORBIDDEN */
export function getSessionId({ sessionId }: Actor): string {
  if (sessionId === undefined) throw new AppError('FORBIDDEN', 'API tokens can’t do this; sign in instead')
  return sessionId
}
