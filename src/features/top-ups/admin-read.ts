import { asc, desc, eq, sql } from 'drizzle-orm'
import { countUpTo, type Drizzle, whereOf } from '../../db'
import type { Page } from '../../http/schema'
import { notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import type { PaymentMethod } from '../../payments'
import type { TransactionStatus } from '../ledger/tables'
import { caseViewOf, listCases } from './case-read'
import type { Refund, TopUp } from './tables'
import { type RefundStatus, refunds, topUps } from './tables'
import { topUpViewOf } from './top-up-read'

const shownCases = 50
const shownRefunds = 100

export interface TopUpFilter {
  userId?: string
  status?: TransactionStatus
  method?: PaymentMethod
  sort?: 'newest' | 'oldest'
}

export async function listTopUps(db: Drizzle, filter: TopUpFilter, { page, limit }: Page) {
  const { where, cut } = await whereOf(db, {
    table: topUps,
    order: topUps.transactionNumber,
    oldestFirst: filter.sort === 'oldest',
    filters: [
      { column: topUps.userId, value: filter.userId },
      { column: topUps.status, value: filter.status },
      { column: topUps.method, value: filter.method },
    ],
  })
  const rows = await db
    .select({ topUp: topUps, refunded: refundedSum })
    .from(topUps)
    .where(where)
    .orderBy(filter.sort === 'oldest' ? asc(topUps.transactionNumber) : desc(topUps.transactionNumber))
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  const { total, more } = await countUpTo(db, topUps, where)
  return { rows: rows.map(adminViewOf), total: { total, more: more || cut } }
}

/** What went back of a top-up by our own will, or is promised. */
const refundedSum = sql<string>`(select coalesce(sum(refund.amount), 0) from ${refunds} as refund
  where refund.top_up_id = top_ups.id and refund.status <> 'VOIDED')`

export async function getTopUpDetail(db: Drizzle, id: string) {
  const found = await db.select({ topUp: topUps, refunded: refundedSum }).from(topUps).where(eq(topUps.id, id)).get()
  if (!found) throw notFound('Top-up')
  const cases = await listCases(db, { topUpId: id }, shownCases, 0)
  const { rows } = await listRefunds(db, { topUpId: id }, { page: 1, limit: shownRefunds })
  return { ...adminViewOf(found), refunds: rows, cases: cases.map(caseViewOf) }
}

const adminViewOf = ({ topUp, refunded }: { topUp: TopUp; refunded: string }) => ({
  ...topUpViewOf(topUp),
  userId: topUp.userId,
  orderId: topUp.orderId,
  providerTransactionId: topUp.providerTransactionId,
  takenBack: toJson(topUp.takenBack),
  refunded: Number(refunded),
})

export async function listRefunds(
  db: Drizzle,
  filter: { status?: RefundStatus; topUpId?: string },
  { page, limit }: Page,
) {
  // A top-up has few.
  const { where } = await whereOf(db, {
    table: refunds,
    order: refunds.id,
    filters: [
      { column: refunds.topUpId, value: filter.topUpId },
      { column: refunds.status, value: filter.status },
    ],
  })
  const rows = await db
    .select()
    .from(refunds)
    .where(where)
    .orderBy(desc(refunds.id))
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  return { rows: rows.map(refundViewOf), total: await countUpTo(db, refunds, where) }
}

export const refundViewOf = (refund: Refund) => ({
  id: refund.id,
  topUpId: refund.topUpId,
  userId: refund.userId,
  amount: toJson(refund.amount),
  way: refund.way,
  status: refund.status,
  transaction: `TXMP-${refund.transactionNumber}`,
  reason: refund.reason,
  note: refund.note,
  requestedBy: refund.requestedBy,
  createdAt: refund.createdAt.toISOString(),
  endedAt: refund.endedAt?.toISOString() ?? null,
})
