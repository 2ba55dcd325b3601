import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Parts } from '../../parts'
import { services } from '../catalog/tables'
import { endSubscription } from './cancel'
import { findSubscription } from './read'
import { nothingBooked } from './scheduled-change'
import { subscriptions } from './tables'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'platform'>

/** Ends all that a person has, now; an app that was never ready is refunded as ever. @returns how many there were */
export async function endAllSubscriptions(parts: Needs, tx: Tx, actor: Actor, reason: string): Promise<number> {
  // One live subscription per service: the catalog bounds them.
  const live = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.userId, actor.userId),
        sql`${subscriptions.status} in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`,
      ),
    )
    .all()
  for (const { id } of live) {
    const found = await findSubscription(tx, id)
    if (found) await endSubscription(parts, tx, found, { status: 'CANCELLED', reason, actor })
  }
  return live.length
}

/** What a person called their subscriptions goes, and what was booked for later; what they bought stays. */
export async function eraseSubscriptionNames(tx: Tx, userId: string): Promise<void> {
  const serviceName = sql`(select ${services.name} from ${services} where ${services.id} = ${subscriptions.serviceId})`
  await tx
    .update(subscriptions)
    .set({ name: serviceName, ...nothingBooked })
    .where(eq(subscriptions.userId, userId))
    .run()
}
