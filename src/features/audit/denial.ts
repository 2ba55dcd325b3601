import { withoutPrefix } from '../../http/api-path'
import type { Refused } from '../../http/error-mapper'
import type { AppError } from '../../lib/errors'
import { isId } from '../../lib/ids'
import { isKind } from '../../lib/kinds'
import type { NewEntry } from './record'

export type Denial = Omit<NewEntry, 'at'>

/**
 * The refusals that belong into the log: what a signed-in caller was forbidden, and what says by itself that it was an
 * attempt (a sign-in, a wrong confirmation). A wrong input or a thing that is not there is none.
 */
export function denialOf(refusal: AppError, refused: Refused): Denial | undefined {
  const { attempt } = refusal
  const { actor, route } = refused.context
  if (!attempt && !(refusal.code === 'FORBIDDEN' && actor)) return undefined
  const { method } = refused.request
  const path = withoutPrefix(route).replace(/\/$/, '')
  return {
    actor: actor
      ? { kind: actor.tokenId ? 'token' : 'user', id: actor.userId, via: actor.tokenId ?? actor.sessionId }
      : { kind: 'anonymous', id: refused.context.address },
    action: `${attempt?.action ?? 'access'}.denied`,
    target: attempt?.target ?? targetOf(path, refused.params) ?? { kind: 'route', id: `${method} ${path}` },
    reason: refusal.message,
    after: { method, route: path, code: refusal.code },
    origin: { id: refused.context.id, address: refused.context.address },
  }
}

/** What the last parameter of a route names: `/instances/:id/stop` an instance, `/plans/:planId` a plan; nothing we have a word for else. */
function targetOf(path: string, params: Record<string, unknown>): Denial['target'] | undefined {
  const segments = path.split('/')
  const last = segments.findLastIndex((segment) => segment.startsWith(':'))
  if (last < 1) return undefined
  const name = segments[last]!.slice(1)
  const kind = /^(\w+)Id$/.exec(name)?.[1] ?? singularOf(segments[last - 1]!)
  if (!isKind(kind)) return undefined
  const named = String(params[name] ?? '')
  // The log is for ever: what somebody typed in place of an id (a token, an address) must not get into it.
  return { kind, id: isId(named) || publicNumber.test(named) ? named : 'unknown' }
}

const publicNumber = /^(?:TXMP|BILL)-\d{1,15}$/

const singularOf = (word: string): string => word.replace(/ies$/, 'y').replace(/s$/, '')
