import { and, asc, desc, eq } from 'drizzle-orm'
import type { Drizzle } from '../../db'
import type { Page } from '../../http/schema'
import { toJson } from '../../lib/money'
import type { PaymentMethod } from '../../payments'
import type { TransactionStatus } from '../ledger/tables'
import { caseViewOf, listCases } from './case-read'
import { refundedOf } from './refunds'
import type { Refund, TopUp } from './tables'
import { type RefundStatus, refunds, topUps } from './tables'
import { getTopUp, topUpViewOf } from './top-up-read'

const shownCases = 50
const shownRefunds = 100

export interface TopUpFilter {
  userId?: string
  status?: TransactionStatus
  method?: PaymentMethod
  sort?: 'newest' | 'oldest'
}

export async function listTopUps(db: Drizzle, filter: TopUpFilter, { page, limit }: Page) {
  const where = and(
    filter.userId === undefined ? undefined : eq(topUps.userId, filter.userId),
    filter.status && eq(topUps.status, filter.status),
    filter.method && eq(topUps.method, filter.method),
  )
  const rows = await db
    .select()
    .from(topUps)
    .where(where)
    .orderBy(filter.sort === 'oldest' ? asc(topUps.transactionNumber) : desc(topUps.transactionNumber))
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  return {
    rows: await Promise.all(rows.map((row) => adminViewOf(db, row))),
    total: await db.$count(topUps, where),
  }
}

export async function getTopUpDetail(db: Drizzle, id: string) {
  const topUp = await getTopUp(db, id)
  const cases = await listCases(db, { topUpId: id }, shownCases, 0)
  const { rows } = await listRefunds(db, { topUpId: id }, { page: 1, limit: shownRefunds })
  return { ...(await adminViewOf(db, topUp)), refunds: rows, cases: cases.map(caseViewOf) }
}

const adminViewOf = async (db: Drizzle, topUp: TopUp) => ({
  ...topUpViewOf(topUp),
  userId: topUp.userId,
  orderId: topUp.orderId,
  providerTransactionId: topUp.providerTransactionId,
  takenBack: toJson(topUp.takenBack),
  refunded: toJson(await refundedOf(db, topUp.id)),
})

export async function listRefunds(
  db: Drizzle,
  filter: { status?: RefundStatus; topUpId?: string },
  { page, limit }: Page,
) {
  const where = and(
    filter.status && eq(refunds.status, filter.status),
    filter.topUpId === undefined ? undefined : eq(refunds.topUpId, filter.topUpId),
  )
  const rows = await db
    .select()
    .from(refunds)
    .where(where)
    .orderBy(desc(refunds.createdAt), desc(refunds.id))
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  return { rows: rows.map(refundViewOf), total: await db.$count(refunds, where) }
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
