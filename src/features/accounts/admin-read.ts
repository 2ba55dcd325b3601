import { and, asc, count, desc, eq, gt, inArray, isNull, max, or, sql } from 'drizzle-orm'
import type { Drizzle } from '../../db'
import type { Page } from '../../http/schema'
import type { Parts } from '../../parts'
import { listAudit } from '../audit'
import { ledgerAccounts } from '../ledger/tables'
import { liveStatuses, subscriptions } from '../subscriptions/tables'
import { type Role, sessions, type UserStatus, users } from './tables'
import { findTwoFactor } from './two-factor-codes'
import { getUser, getUserView, userViewOf } from './users'

export interface UserFilter {
  search?: string
  role?: Role
  status?: UserStatus
  sort?: 'newest' | 'oldest' | 'email'
}

const orders = { newest: desc(users.id), oldest: asc(users.id), email: asc(users.email) }

export async function listUsers(on: Drizzle, { search, role, status, sort }: UserFilter, { page, limit }: Page) {
  const where = and(
    search === undefined ? undefined : named(search),
    role && eq(users.role, role),
    status && eq(users.status, status),
  )
  const rows = await on
    .select({ user: users, wallet: ledgerAccounts })
    .from(users)
    .leftJoin(ledgerAccounts, and(eq(ledgerAccounts.userId, users.id), eq(ledgerAccounts.kind, 'wallet')))
    .where(where)
    .orderBy(orders[sort ?? 'newest'])
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  const counted = await on.select({ total: count() }).from(users).where(where).get()
  return { users: rows.map(({ user, wallet }) => userViewOf(user, wallet ?? undefined)), total: counted?.total ?? 0 }
}

/** The text itself, wherever it stands: `%` and `_` mean nothing here. */
function named(search: string) {
  const pattern = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  return or(sql`${users.email} like ${pattern} escape '\\'`, sql`${users.name} like ${pattern} escape '\\'`)
}

export async function getUserDetail({ db, clock }: Pick<Parts, 'db' | 'clock'>, id: string) {
  const on = db.read
  const { status } = await getUser(on, id)
  const [view, bought, open, seen, twoFactor] = await Promise.all([
    getUserView(on, id),
    on
      .select({
        total: count(),
        live: sql<number>`count(case when ${inArray(subscriptions.status, [...liveStatuses])} then 1 end)`,
      })
      .from(subscriptions)
      .where(eq(subscriptions.userId, id))
      .get(),
    on
      .select({ total: count() })
      .from(sessions)
      .where(and(eq(sessions.userId, id), isNull(sessions.revokedAt), gt(sessions.expiresAt, clock.now())))
      .get(),
    on
      .select({ at: max(sessions.lastUsedAt) })
      .from(sessions)
      .where(eq(sessions.userId, id))
      .get(),
    findTwoFactor(on, id),
  ])
  return {
    ...view,
    subscriptions: { live: bought?.live ?? 0, total: bought?.total ?? 0 },
    sessions: open?.total ?? 0,
    lastSeenAt: seen?.at ? seen.at.toISOString() : null,
    twoFactorSince: twoFactor?.enabledAt?.toISOString() ?? null,
    suspension: status === 'SUSPENDED' ? await suspensionOf(on, id) : null,
  }
}

/** The act that began it: the audit log is the one place that knows who and why. */
async function suspensionOf(on: Drizzle, id: string) {
  const act = { action: 'user.suspend', targetKind: 'user', targetId: id }
  const [last] = (await listAudit(on, act, { page: 1, limit: 1 })).entries
  return last ? { reason: last.reason, at: last.at, by: last.actor.id } : null
}
