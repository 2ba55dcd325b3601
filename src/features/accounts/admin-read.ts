import { count, eq, inArray, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../db'
import type { Parts } from '../../parts'
import { listAudit } from '../audit'
import { liveStatuses, subscriptions } from '../subscriptions/tables'
import { openSessionsOf } from './sessions'
import { findTwoFactor } from './two-factor-codes'
import { getUserView } from './users'

const bought = prepared((db) =>
  db
    .select({
      total: count(),
      live: sql<number>`count(case when ${inArray(subscriptions.status, [...liveStatuses])} then 1 end)`,
    })
    .from(subscriptions)
    .where(eq(subscriptions.userId, sql.placeholder('userId')))
    .prepare(),
)

export async function getUserDetail({ db, clock }: Pick<Parts, 'db' | 'clock'>, id: string) {
  const on = db.read
  const view = await getUserView(on, id)
  const { live, total } = (await bought(on).get({ userId: id }))!
  const { open, lastSeenAt } = await openSessionsOf({ db, clock }, id)
  const twoFactor = await findTwoFactor(on, id)
  return {
    ...view,
    subscriptions: { live, total },
    sessions: open,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    twoFactorSince: twoFactor?.enabledAt?.toISOString() ?? null,
    suspension: view.status === 'SUSPENDED' ? await suspensionOf(on, id) : null,
  }
}

/** The act that began it: the audit log is the one place that knows who and why. */
async function suspensionOf(on: Drizzle, id: string) {
  const act = { action: 'user.suspend', targetKind: 'user', targetId: id }
  const [last] = (await listAudit(on, act, { page: 1, limit: 1 })).entries
  return last ? { reason: last.reason, at: last.at, by: last.actor.id } : null
}
