import { timingSafeEqual } from 'node:crypto'
import { and, eq, ne } from 'drizzle-orm'
import type { Tx } from '../../db'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { users } from './tables'

type Needs = Pick<Parts, 'clock' | 'tokens'>

const purposeOf = (userId: string): string => `unsubscribe:${userId}`

/** Where a person stops the mails that nobody has to get, without signing in. Good for as long as the key that made it. */
export const createUnsubscribeLinkOf =
  ({ publicUrl, tokens }: Pick<Parts, 'publicUrl' | 'tokens'>) =>
  (userId: string): string => {
    const [token] = tokens.linkTokensOf(purposeOf(userId))
    return `${publicUrl}/api/mail-preferences/unsubscribe?token=${userId}.${token}`
  }

/** Idempotent. @throws AppError UNAUTHORIZED */
export async function unsubscribe(parts: Needs, tx: Tx, token: string): Promise<void> {
  const userId = readToken(parts, token)
  await tx
    .update(users)
    .set({ monthlyStatement: false, updatedAt: parts.clock.now() })
    .where(and(eq(users.id, userId), ne(users.status, 'CLOSED'), eq(users.monthlyStatement, true)))
    .run()
}

function readToken({ tokens }: Pick<Parts, 'tokens'>, token: string): string {
  const dot = token.indexOf('.')
  const userId = token.slice(0, Math.max(0, dot))
  const given = Buffer.from(token.slice(dot + 1))
  const isGood = tokens.linkTokensOf(purposeOf(userId)).some((known) => {
    const expected = Buffer.from(known)
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
  if (!isGood || userId === '') throw new AppError('UNAUTHORIZED', 'This link is not valid')
  return userId
}
