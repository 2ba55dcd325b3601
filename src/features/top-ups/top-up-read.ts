import { eq, getTableColumns, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, notByIndex, prepared, type Tx, up } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import { AppError, notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import type { PaymentMethod } from '../../payments'
import type { TransactionStatus } from '../ledger/tables'
import { grossOf } from './outcome'
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

export interface OwnTopUpsFilter {
  status?: TransactionStatus
  method?: PaymentMethod
  /** Of the moment it was asked for: ISO 8601, from inclusive and to exclusive. */
  from?: string
  to?: string
  sort?: 'newest' | 'oldest'
}

const { userId, status, method, createdAt, transactionNumber } = topUps

/** The index of the owner finds them; what else is asked for is looked at in these. */
const ownTopUps = defineList({
  table: topUps,
  rows: (db) => db.select({ ...getTableColumns(topUps) }).from(topUps),
  always: { userId: (value) => eq(userId, value) },
  conditions: {
    status: (value) => notByIndex(status, value),
    method: (value) => notByIndex(method, value),
    from: (value) => sql`${createdAt} >= ${value}`,
    to: (value) => sql`${createdAt} < ${value}`,
  },
  sorts: { newest: down(transactionNumber), oldest: up(transactionNumber) },
})

/** All of them: those that the provider never took too, so that they can be cancelled. */
export async function listOwnTopUps(
  on: Drizzle,
  { userId }: Actor,
  { from, to, ...filter }: OwnTopUpsFilter,
  page: Page,
) {
  const times = { from: from && new Date(from), to: to && new Date(to) }
  const { rows, total } = await ownTopUps(on, { ...filter, ...times, userId }, page)
  return { rows: rows.map(topUpViewOf), total }
}

export function topUpViewOf(topUp: TopUp) {
  return {
    id: topUp.id,
    customId: `TXMP-${topUp.transactionNumber}`,
    amount: toJson(topUp.amount),
    fee: toJson(topUp.fee),
    total: toJson(grossOf(topUp)),
    surcharge: toJson(topUp.surcharge),
    bonus: toJson(topUp.bonus),
    voucher: topUp.voucherCode,
    method: topUp.method,
    status: topUp.status,
    redirectUrl: topUp.redirectUrl,
    instructions: topUp.instructions,
    expiresAt: topUp.expiresAt.toISOString(),
    createdAt: topUp.createdAt.toISOString(),
  }
}
