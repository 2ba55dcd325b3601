import { and, eq, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import { plans } from '../catalog/tables'
import { subscriptions } from './tables'

const liveOf = prepared((db) =>
  db
    .select({ id: subscriptions.id, planId: subscriptions.planId, tier: plans.tier })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .where(
      and(
        eq(subscriptions.userId, sql.placeholder('userId')),
        eq(subscriptions.serviceId, sql.placeholder('serviceId')),
        // Spelled out, so that SQLite sees that the partial index answers it.
        sql`${subscriptions.status} in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`,
      ),
    )
    .prepare(),
)

/** The one live subscription that somebody has to a service; the database allows no second one. */
export const findLive = (tx: Tx, of: { userId: string; serviceId: string }) => liveOf(tx).get(of)
