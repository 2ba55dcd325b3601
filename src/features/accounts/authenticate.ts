import type { Actor, Authenticate } from '../../http/access'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { ApiTokenAccess, isApiToken } from './api-token-access'
import { sessionWithUser } from './sessions'
import type { Claims } from './verified-tokens'

/**
 * Who a request comes from. Session (or API token) and person are read each time, so that a sign-out, a suspension
 * or another role takes effect with the very next request.
 */
export function createAuthenticate(parts: Pick<Parts, 'db' | 'clock' | 'log' | 'tokens'>): Authenticate {
  const apiTokens = new ApiTokenAccess(parts)
  return (request) => {
    const bearer = bearerOf(request)
    if (isApiToken(bearer)) return apiTokens.admit(bearer)
    const claims = parts.tokens.verify(bearer)
    return claims instanceof Promise ? claims.then((verified) => admit(parts, verified)) : admit(parts, claims)
  }
}

function bearerOf(request: Request): string {
  const header = request.headers.get('authorization')
  if (!header || !/^bearer /i.test(header)) throw new AppError('UNAUTHORIZED', 'Sign in first')
  return header.slice('Bearer '.length)
}

async function admit(parts: Pick<Parts, 'db' | 'clock'>, claims: Claims): Promise<Actor> {
  const session = await sessionWithUser(parts.db.read).get({ id: claims.sessionId })
  if (!session || session.userId !== claims.userId) throw new AppError('UNAUTHORIZED', 'The access token is not valid')
  if (session.revokedAt || session.expiresAt <= parts.clock.now()) {
    throw new AppError('UNAUTHORIZED', 'This session has ended; sign in again')
  }
  if (session.status !== 'ACTIVE') {
    throw new AppError('FORBIDDEN', 'This account is suspended', undefined, {
      attempt: { action: 'access', target: { kind: 'user', id: session.userId } },
    })
  }
  const { userId, role, email, expiresAt } = session
  return { userId, role, email, sessionId: claims.sessionId, expiresAt }
}
