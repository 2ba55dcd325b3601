import type { Authenticate } from './access'
import type { RateLimits } from './rate-limit'
import { contextOf } from './request-context'

/** Lets an account do so much and no more. A caller without an account counts against their address: see the listener. */
export const rateLimited =
  (authenticate: Authenticate, limits: RateLimits): Authenticate =>
  async (request) => {
    const actor = await authenticate(request)
    const context = contextOf(request)
    // Known before it may be refused: the log names who was.
    context.actor = actor
    limits.admitAccount(actor.userId, request, context)
    return actor
  }
