import { randomBytes } from 'node:crypto'
import { and, count, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Scope } from '../../http/scopes'
import { day } from '../../lib/clock'
import { AppError, notFound } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { getOpenSession } from './sessions'
import type { ApiToken } from './tables'
import { apiTokens } from './tables'
import { hashToken } from './tokens'

export const defaultLifeDays = 90
const maxLive = 50
const maxShown = 100
const randomBytesOfToken = 32
/** As much of a token as may be shown: its mark and a few of its 43 random characters. */
const prefixLength = 8

export const tokenMark = 'mpt_'

type Needs = Pick<Parts, 'clock' | 'streams'>

interface NewApiToken {
  name: string
  scopes: Scope[]
  expiresInDays?: number
}

/** The token itself is in the answer and nowhere else. @throws AppError FORBIDDEN for scopes beyond one's role, CONFLICT */
export async function createApiToken({ clock }: Needs, tx: Tx, actor: Actor, input: NewApiToken) {
  const token = `${tokenMark}${randomBytes(randomBytesOfToken).toString('base64url')}`
  const now = clock.now()
  await assertMayGrant(tx, actor, input.scopes)
  await assertRoom(tx, actor, now)
  const row: ApiToken = {
    id: newId('token', now.getTime()),
    userId: actor.userId,
    name: input.name.trim(),
    hash: hashToken(token),
    prefix: token.slice(0, prefixLength),
    scopes: [...new Set(input.scopes)],
    createdAt: now,
    expiresAt: new Date(now.getTime() + (input.expiresInDays ?? defaultLifeDays) * day),
    lastUsedAt: null,
    revokedAt: null,
  }
  await tx.insert(apiTokens).values(row).run()
  const { id, scopes, expiresAt } = row
  await recordAct(tx, {
    actor,
    action: 'token.create',
    target: { kind: 'token', id },
    // Without its name: an entry can never be taken back, and what a person has written must be.
    after: { scopes, expiresAt },
    at: now,
  })
  return { ...viewOf(row), token }
}

/** Checks again that the actor is still signed in, and an administrator, now that the transaction has begun. */
async function assertMayGrant(tx: Tx, actor: Actor, scopes: Scope[]): Promise<void> {
  const { role } = await getOpenSession(tx, actor)
  if (role === 'ADMINISTRATOR' || !scopes.some(isAdminScope)) return
  throw new AppError('FORBIDDEN', 'Only administrators can give a token the scopes of administrators')
}

const isAdminScope = (scope: Scope): boolean => scope.startsWith('admin:')

async function assertRoom(tx: Tx, { userId }: Actor, now: Date): Promise<void> {
  const live = await tx
    .select({ total: count() })
    .from(apiTokens)
    .where(and(unrevokedOf(userId), gt(apiTokens.expiresAt, now)))
    .get()
  if ((live?.total ?? 0) >= maxLive) {
    throw new AppError('CONFLICT', `At most ${maxLive} tokens at a time; revoke one first`)
  }
}

const unrevokedOf = (userId: string) => and(eq(apiTokens.userId, userId), isNull(apiTokens.revokedAt))

const { id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt } = apiTokens
const shown = { id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }

const unrevoked = prepared((db) =>
  db
    .select(shown)
    .from(apiTokens)
    .where(and(eq(apiTokens.userId, sql.placeholder('userId')), isNull(apiTokens.revokedAt)))
    .orderBy(desc(expiresAt), desc(id))
    .limit(maxShown)
    .prepare(),
)

/** Those that were not revoked, the one that ends last first: so all that live are there. One that ran out is shown for a while. */
export async function listApiTokens(on: Drizzle, { userId }: Actor) {
  return (await unrevoked(on).all({ userId })).map(viewOf)
}

type Shown = Pick<ApiToken, keyof typeof shown>

const viewOf = ({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }: Shown) => ({
  ...{ id, name, prefix, scopes },
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
})

/** Ends with the very next request, and its open streams now. @throws AppError NOT_FOUND; FORBIDDEN for somebody else's */
export async function revokeOwnApiToken(parts: Needs, tx: Tx, actor: Actor, id: string): Promise<void> {
  const token = await tx.select({ userId: apiTokens.userId }).from(apiTokens).where(eq(apiTokens.id, id)).get()
  if (token && token.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This token is not yours')
  if ((await revokeApiTokens(parts, tx, actor.userId, id)) === 0) throw notFound('Token')
  await recordAct(tx, { actor, action: 'token.revoke', target: { kind: 'token', id }, at: parts.clock.now() })
}

/** Ends one token of a person, or all of them; what they have open ends too. @returns how many there were */
export async function revokeApiTokens(
  { clock, streams }: Pick<Parts, 'clock' | 'streams'>,
  tx: Tx,
  userId: string,
  only?: string,
): Promise<number> {
  const revoked = await tx
    .update(apiTokens)
    .set({ revokedAt: clock.now() })
    .where(and(unrevokedOf(userId), only === undefined ? undefined : eq(apiTokens.id, only)))
    .returning({ id: apiTokens.id })
    .all()
  tx.afterCommit(() => {
    for (const { id } of revoked) streams.closeAll('the token was revoked', { tokenId: id })
  })
  return revoked.length
}

/** Who is no administrator any more has no tokens of one: becoming one again later does not bring them back. */
export async function narrowApiTokens(tx: Tx, userId: string): Promise<void> {
  const rows = await tx.select().from(apiTokens).where(unrevokedOf(userId)).all()
  for (const { id, scopes } of rows.filter((row) => row.scopes.some(isAdminScope))) {
    const left = scopes.filter((scope) => !isAdminScope(scope))
    await tx.update(apiTokens).set({ scopes: left }).where(eq(apiTokens.id, id)).run()
  }
}
