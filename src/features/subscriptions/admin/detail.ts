import { eq, sql } from 'drizzle-orm'
import { prepared } from '../../../db'
import { notFound } from '../../../lib/errors'
import { toJson } from '../../../lib/money'
import type { Parts } from '../../../parts'
import { users } from '../../accounts/tables'
import { getWalletFigures } from '../../ledger'
import { findSubscription } from '../read'
import { listChargesFor } from '../shown-charges'
import { subscriptionViewOf } from '../view'
import { subscriptionTimeline } from './timeline'

const mostCharges = 24
const always = { start: new Date(0), end: new Date(8.64e15) }
const firstEvents = { page: 1, limit: 50 }

type Needs = Pick<Parts, 'db' | 'clock' | 'config' | 'platform'>

/** Somebody's subscription as administrators see it. @throws AppError NOT_FOUND */
export async function getSubscriptionDetail(parts: Needs, id: string) {
  const on = parts.db.read
  const found = await findSubscription(on, id)
  if (!found) throw notFound('Subscription')
  const { subscription } = found
  const instance = found.instance && { ...found.instance, soldVersion: null }
  const customer = (await customerById(on).get({ id: subscription.userId }))!
  const { balance, owed } = await getWalletFigures(on, customer.id)
  const timeline = await subscriptionTimeline(on, id, firstEvents)
  return {
    ...(await subscriptionViewOf(parts, on, { ...found, instance })),
    customer: { ...customer, balance: toJson(balance), owed: toJson(owed) },
    firstReadyAt: subscription.firstReadyAt?.toISOString() ?? null,
    endedAt: subscription.endedAt?.toISOString() ?? null,
    endReason: subscription.endReason,
    appRemovedAt: subscription.appRemovedAt?.toISOString() ?? null,
    charges: await listChargesFor(on, id, always, mostCharges),
    timeline: timeline.events,
    moreEvents: Math.max(0, timeline.total.total - firstEvents.limit),
  }
}

const customerById = prepared((db) =>
  db
    .select({ id: users.id, name: users.name, email: users.email, status: users.status })
    .from(users)
    .where(eq(users.id, sql.placeholder('id')))
    .prepare(),
)
