import { Elysia } from 'elysia'
import { AppError } from '../lib/errors'
import type { MaybePromise } from '../lib/types'
import { contextOf, type RequestContext } from './request-context'

/** Who calls: a signed-in person. Everything a customer owns is read through a helper that takes one. */
export interface Actor {
  userId: string
  sessionId: string
  role: 'USER' | 'ADMINISTRATOR'
  email: string
  /** The request by which they act, for the audit log. */
  request?: Pick<RequestContext, 'id' | 'address'>
}

/**
 * Who may call a route.
 * `public`: anyone. `provider`: a payment provider, proven by its signature. `operator`: the machine's own probes.
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

type Resolve = (context: RouteContext) => Promise<{ actor: Actor }>

/** Every route declares `access`; the OpenAPI document shows the same word, and a test fails for a route without one. */
export const accessControl = (authenticate: Authenticate) => {
  // Not async: Elysia then awaits nothing on a public route, which a kept catalog page would feel.
  const letPass = ({ request, route }: RouteContext) => {
    const context = contextOf(request)
    context.route = route
    context.admitUnsigned()
    return { actor: nobody }
  }
  const admitAs = (who: Access): Resolve => {
    return async ({ request, route }) => {
      const context = contextOf(request)
      context.route = route
      const actor = await authenticate(request)
      context.actor = actor
      if (who === 'admin' && actor.role !== 'ADMINISTRATOR') throw new AppError('FORBIDDEN', 'Administrators only')
      return { actor: { ...actor, request: context } }
    }
  }
  return new Elysia({ name: 'access', seed: authenticate }).macro({
    access: (who: Access) => ({
      detail: { security: open.has(who) ? [] : [{ bearer: [] }], 'x-access': who } as object,
      resolve: open.has(who) ? (letPass as unknown as Resolve) : admitAs(who),
    }),
  })
}
