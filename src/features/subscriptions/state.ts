import { eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import type { Parts } from '../../parts'
import { services } from '../catalog/tables'
import { changeStage } from './stage-rows'
import { subscriptions } from './tables'

const stateOf = prepared((db) =>
  db
    .select({
      status: subscriptions.status,
      suspendedBy: subscriptions.suspendedBy,
      firstReadyAt: subscriptions.firstReadyAt,
      appRemovedAt: subscriptions.appRemovedAt,
      userId: subscriptions.userId,
    })
    .from(subscriptions)
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

/** How a subscription stands, for those who run its app. */
export const findSubscriptionState = (on: Drizzle | Tx, id: string) => stateOf(on).get({ id })

/** The app was ready for the first time: what was paid for has begun. Also where an administrator has suspended it meanwhile. */
export async function markFirstReady(
  parts: Pick<Parts, 'clock' | 'config'>,
  tx: Tx,
  id: string,
  at: Date,
): Promise<void> {
  const subscription = await tx.select().from(subscriptions).where(eq(subscriptions.id, id)).get()
  if (!subscription || subscription.firstReadyAt || subscription.endedAt) return
  if (subscription.status === 'PENDING') {
    await changeStage(parts, tx, { subscription, instance: null }, { status: 'ACTIVE', firstReadyAt: at })
    return
  }
  await tx.update(subscriptions).set({ firstReadyAt: at, updatedAt: at }).where(eq(subscriptions.id, id)).run()
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
