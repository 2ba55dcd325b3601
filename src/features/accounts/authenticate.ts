import type { Actor, Authenticate } from '../../http/access'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { sessionWithUser } from './sessions'
import type { AccessTokens, Claims } from './tokens'

/**
 * Who a request comes from. The session and the person are read each time, so that a sign-out, a suspension or
 * another role takes effect with the very next request.
 */
export function createAuthenticate(parts: Pick<Parts, 'db' | 'clock'> & { tokens: AccessTokens }): Authenticate {
  return (request) => {
    const claims = parts.tokens.verify(bearerOf(request))
    return claims instanceof Promise ? claims.then((known) => admit(parts, known)) : admit(parts, claims)
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
  return { userId: session.userId, sessionId: claims.sessionId, role: session.role, email: session.email }
}
