import { eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError, notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import { grossOf } from './payment-truth'
import type { TopUp } from './tables'
import { topUps } from './tables'

const topUpById = prepared((db) =>
  db
    .select()
    .from(topUps)
    .where(eq(topUps.id, sql.placeholder('id')))
    .prepare(),
)

const topUpByOrder = prepared((db) =>
  db
    .select()
    .from(topUps)
    .where(eq(topUps.orderId, sql.placeholder('orderId')))
    .prepare(),
)

export const findTopUpByOrder = (on: Drizzle | Tx, orderId: string) => topUpByOrder(on).get({ orderId })

export async function getTopUp(on: Drizzle | Tx, id: string): Promise<TopUp> {
  const topUp = await topUpById(on).get({ id })
  if (!topUp) throw notFound('Top-up')
  return topUp
}

/** @throws AppError NOT_FOUND, or FORBIDDEN for somebody else's */
export async function getOwnTopUp(on: Drizzle | Tx, actor: Actor, id: string): Promise<TopUp> {
  const topUp = await getTopUp(on, id)
  if (topUp.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This top-up is not yours')
  return topUp
}

export function topUpViewOf(topUp: TopUp) {
  return {
    id: topUp.id,
    customId: `TXMP-${topUp.transactionNumber}`,
    amount: toJson(topUp.amount),
    fee: toJson(topUp.fee),
    total: toJson(grossOf(topUp)),
    surcharge: toJson(topUp.surcharge),
    method: topUp.method,
    status: topUp.status,
    redirectUrl: topUp.redirectUrl,
    instructions: topUp.instructions,
    expiresAt: topUp.expiresAt.toISOString(),
    createdAt: topUp.createdAt.toISOString(),
  }
}
