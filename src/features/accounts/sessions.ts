import { and, count, desc, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import { countUpTo, defineList, mostListed, prepared, type Tx } from '../../db'
import { type Actor, getSessionId } from '../../http/access'
import type { Page } from '../../http/schema'
import { day, second } from '../../lib/clock'
import { AppError, notFound } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Parts } from '../../parts'
import { type AuditActor, recordAct } from '../audit'
import { refreshTokens, type Session, sessions, users } from './tables'
import { accessTokenSeconds, hashToken, newRefreshToken } from './tokens'

const sessionMs = 30 * day
/** A second click on the newest token is no theft: within this time it gets the same successor. */
const doubleClickMs = 20 * second
const maxUserAgent = 200
/** Sessions of a person that are asked when they were seen last. */
const maxLookedAt = 200

export interface Device {
  address: string
  userAgent: string
  /** The request by which it signs in, for the audit log. */
  request?: AuditActor['request']
}

export interface IssuedTokens {
  accessToken: string
  refreshToken: string
  expiresIn: number
}

type Needs = Pick<Parts, 'db' | 'clock' | 'streams' | 'tokens'>

/** Opens a session and its family of refresh tokens. */
export async function openSession(parts: Needs, tx: Tx, userId: string, device: Device): Promise<IssuedTokens> {
  const now = parts.clock.now()
  const id = newId('session', now.getTime())
  await tx
    .insert(sessions)
    .values({
      id,
      userId,
      address: device.address,
      userAgent: device.userAgent.slice(0, maxUserAgent),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + sessionMs),
    })
    .run()
  const refreshToken = newRefreshToken()
  await tx
    .insert(refreshTokens)
    .values({ hash: hashToken(refreshToken), sessionId: id, createdAt: now })
    .run()
  return issue(parts, userId, id, refreshToken)
}

async function issue(parts: Needs, userId: string, sessionId: string, refreshToken: string): Promise<IssuedTokens> {
  return { accessToken: await parts.tokens.sign(userId, sessionId), refreshToken, expiresIn: accessTokenSeconds }
}

type Refreshed =
  | { userId: string; sessionId: string; refreshToken: string }
  | 'unknown'
  | 'ended'
  | 'suspended'
  | 'reused'

/** Trades a refresh token for its one successor. An old one that comes back ends the whole family: one of the two is a thief. */
export async function refreshSession(parts: Needs, refreshToken: string): Promise<IssuedTokens> {
  const outcome = await parts.db.write((tx) => rotate(parts, tx, refreshToken))
  if (outcome === 'reused') throw new AppError('UNAUTHORIZED', 'This refresh token was used before; sign in again')
  if (outcome === 'suspended') throw new AppError('FORBIDDEN', 'This account is suspended')
  if (typeof outcome === 'string') throw new AppError('UNAUTHORIZED', 'The refresh token is not valid')
  return issue(parts, outcome.userId, outcome.sessionId, outcome.refreshToken)
}

async function rotate(parts: Needs, tx: Tx, refreshToken: string): Promise<Refreshed> {
  const now = parts.clock.now()
  const known = await tx
    .select({ token: refreshTokens, session: sessions, status: users.status })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(refreshTokens.hash, hashToken(refreshToken)))
    .get()
  if (!known) return 'unknown'
  const { token, session } = known
  if (session.revokedAt || session.expiresAt <= now || known.status === 'CLOSED') return 'ended'
  // Its token is not used up: the session goes on when the suspension ends.
  if (known.status === 'SUSPENDED') return 'suspended'
  const successors = parts.tokens.successorsOf(refreshToken)
  const [successor] = successors
  const rotated = { userId: session.userId, sessionId: session.id, refreshToken: successor }
  if (token.usedAt) {
    const fresh = now.getTime() - token.usedAt.getTime() <= doubleClickMs
    const next = await tx
      .select()
      .from(refreshTokens)
      .where(inArray(refreshTokens.hash, successors.map(hashToken)))
      .get()
    const given = successors.find((candidate) => hashToken(candidate) === next?.hash)
    if (fresh && next && !next.usedAt && given) return { ...rotated, refreshToken: given }
    await endSessions(parts, tx, session.userId, { only: session.id }, 'reuse')
    await recordAct(tx, {
      action: 'session.end',
      target: { kind: 'session', id: session.id },
      reason: 'An old refresh token came back',
      after: { userId: session.userId },
      at: now,
    })
    return 'reused'
  }
  await tx.update(refreshTokens).set({ usedAt: now }).where(eq(refreshTokens.hash, token.hash)).run()
  await tx
    .insert(refreshTokens)
    .values({ hash: hashToken(successor), sessionId: session.id, createdAt: now })
    .run()
  await tx.update(sessions).set({ lastUsedAt: now }).where(eq(sessions.id, session.id)).run()
  return rotated
}

type SessionEnd = 'logout' | 'password' | 'admin' | 'reuse'

/** Ends one session, or all of a person (but one, if named); their open streams end with them. */
export async function endSessions(
  parts: Pick<Parts, 'clock' | 'streams'>,
  tx: Tx,
  userId: string,
  which: { only?: string; except?: string },
  reason: SessionEnd,
): Promise<number> {
  const ended = await tx
    .update(sessions)
    .set({ revokedAt: parts.clock.now(), revokedReason: reason })
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        which.only === undefined ? undefined : eq(sessions.id, which.only),
        which.except === undefined ? undefined : sql`${sessions.id} <> ${which.except}`,
      ),
    )
    .returning({ id: sessions.id })
    .all()
  tx.afterCommit(() => {
    for (const { id } of ended) parts.streams.closeAll('signed out', { sessionId: id })
  })
  return ended.length
}

/** @throws AppError NOT_FOUND, also for one that has ended; FORBIDDEN for somebody else's */
export async function endOwnSession(
  parts: Pick<Parts, 'clock' | 'streams'>,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<void> {
  const session = await tx.select({ userId: sessions.userId }).from(sessions).where(eq(sessions.id, id)).get()
  if (session && session.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This session is not yours')
  const ended = await endSessions(parts, tx, actor.userId, { only: id }, 'logout')
  if (ended === 0) throw notFound('Session')
}

/** Those that were not ended first, the newest of them first: all last as long, so what is open stands before what ran out. */
const openFirst = [sql`${sessions.revokedAt} is null desc`, desc(sessions.createdAt), desc(sessions.id)]

const { id, userId, address, userAgent, createdAt, lastUsedAt, expiresAt, revokedAt } = sessions

const sessionList = defineList({
  table: sessions,
  rows: (db) => db.select({ id, address, userAgent, createdAt, lastUsedAt, expiresAt, revokedAt }).from(sessions),
  always: { userId: (value) => eq(userId, value) },
  sorts: { openFirst: { by: openFirst } },
})

/** The open ones first, so that no number of ended ones can hide one. */
export async function listSessions({ db }: Pick<Parts, 'db'>, actor: Actor, page: Page) {
  const { rows, total } = await sessionList(db.read, { userId: actor.userId }, page)
  return { rows: rows.map((session) => sessionViewOf(actor, session)), total }
}

const mine = eq(userId, sql.placeholder('userId'))

const openOf = prepared((db) => {
  const [begun, now] = [sql.placeholder('begun'), sql.placeholder('now')]
  const isOpen = and(mine, isNull(revokedAt), gt(createdAt, begun), gt(expiresAt, now))
  return countUpTo(db, sessions, isOpen, mostListed).prepare()
})

const lastSeenOf = prepared((db) => {
  const latest = db
    .select({ at: sql<number>`${lastUsedAt}`.as('at') })
    .from(sessions)
    .where(mine)
    .orderBy(...openFirst)
    .limit(maxLookedAt)
    .as('latest')
  return db
    .select({ looked: count(), at: sql<number | null>`max(${latest.at})` })
    .from(latest)
    .prepare()
})

/** How many are open, and when any was used last, as far as those say that list first. */
export async function openSessionsOf({ db, clock }: Pick<Parts, 'db' | 'clock'>, userId: string) {
  const now = clock.now()
  const open = await openOf(db.read).get({ userId, now, begun: new Date(now.getTime() - sessionMs) })
  const last = await lastSeenOf(db.read).get({ userId })
  return { open: open!.total, lastSeenAt: last?.at ? new Date(last.at) : null }
}

type Shown = Pick<Session, 'id' | 'address' | 'userAgent' | 'createdAt' | 'lastUsedAt' | 'expiresAt' | 'revokedAt'>

const sessionViewOf = (actor: Actor, session: Shown) => ({
  id: session.id,
  current: session.id === actor.sessionId,
  address: session.address,
  userAgent: session.userAgent,
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  endedAt: session.revokedAt?.toISOString() ?? null,
})

export const sessionWithUser = prepared((db) =>
  db
    .select({
      userId: users.id,
      email: users.email,
      role: users.role,
      status: users.status,
      revokedAt: sessions.revokedAt,
      expiresAt: sessions.expiresAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.id, sql.placeholder('id')))
    .prepare(),
)

/**
 * The session of a request, before it makes something that outlives the session: it may have been let in just before a reset
 * of the password ended it. @throws AppError UNAUTHORIZED, FORBIDDEN
 */
export async function getOpenSession(tx: Tx, actor: Actor) {
  const session = await sessionWithUser(tx).get({ id: getSessionId(actor) })
  if (!session || session.revokedAt) throw new AppError('UNAUTHORIZED', 'This session has ended; sign in again')
  if (session.status !== 'ACTIVE') throw new AppError('FORBIDDEN', 'This account is suspended')
  return session
}
