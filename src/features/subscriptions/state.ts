import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { services } from '../catalog/tables'
import { subscriptions } from './tables'

const stateOf = prepared((db) =>
  db
    .select({
      status: subscriptions.status,
      suspendedBy: subscriptions.suspendedBy,
      firstReadyAt: subscriptions.firstReadyAt,
      userId: subscriptions.userId,
    })
    .from(subscriptions)
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

/** How a subscription stands, for those who run its app. */
export const findSubscriptionState = (on: Drizzle | Tx, id: string) => stateOf(on).get({ id })

/** The app was ready for the first time: what was paid for has begun. */
export async function markFirstReady(tx: Tx, id: string, at: Date): Promise<void> {
  await tx
    .update(subscriptions)
    .set({ firstReadyAt: at, updatedAt: at })
    .where(and(eq(subscriptions.id, id), isNull(subscriptions.firstReadyAt)))
    .run()
  await tx
    .update(subscriptions)
    .set({ status: 'ACTIVE' })
    .where(and(eq(subscriptions.id, id), eq(subscriptions.status, 'PENDING')))
    .run()
}

const boughtById = prepared((db) =>
  db
    .select({ service: services.name, number: subscriptions.number })
    .from(subscriptions)
    .innerJoin(services, eq(services.id, subscriptions.serviceId))
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

/** What a subscription is called in mails. */
export async function findBought(tx: Tx, id: string): Promise<{ service: string; billingId: string }> {
  const { service, number } = (await boughtById(tx).get({ id }))!
  return { service, billingId: `BILL-${number}` }
}
