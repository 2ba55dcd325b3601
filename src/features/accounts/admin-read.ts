import { count, eq, inArray, sql } from 'drizzle-orm'
import type { Drizzle } from '../../db'
import type { Parts } from '../../parts'
import { listAudit } from '../audit'
import { liveStatuses, subscriptions } from '../subscriptions/tables'
import { openSessionsOf } from './sessions'
import { findTwoFactor } from './two-factor-codes'
import { getUser, getUserView } from './users'

export async function getUserDetail({ db, clock }: Pick<Parts, 'db' | 'clock'>, id: string) {
  const on = db.read
  const { status } = await getUser(on, id)
  const [view, bought, { open, lastSeenAt }, twoFactor] = await Promise.all([
    getUserView(on, id),
    on
      .select({
        total: count(),
        live: sql<number>`count(case when ${inArray(subscriptions.status, [...liveStatuses])} then 1 end)`,
      })
      .from(subscriptions)
      .where(eq(subscriptions.userId, id))
      .get(),
    openSessionsOf({ db, clock }, id),
    findTwoFactor(on, id),
  ])
  return {
    ...view,
    subscriptions: { live: bought?.live ?? 0, total: bought?.total ?? 0 },
    sessions: open,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
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
