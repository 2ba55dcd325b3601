import { AppError } from '../lib/errors'
import type { Authenticate } from './access'
import type { RateLimits } from './rate-limit'
import { contextOf } from './request-context'

/** Lets an account do so much and no more; an address that sends false tokens runs out of tries. */
export const rateLimited =
  (authenticate: Authenticate, limits: RateLimits): Authenticate =>
  async (request) => {
    const context = contextOf(request)
    try {
      const actor = await authenticate(request)
      // Known before it may be refused: the log names who was.
      context.actor = actor
      limits.admitAccount(actor.userId, request, context)
      return actor
    } catch (refusal) {
      const unsigned = refusal instanceof AppError && refusal.status === 401
      throw (unsigned && limits.refuseForged(request, context)) || refusal
    }
  }
