import { eq, getTableColumns, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, prepared, up } from '../../db'
import type { Page } from '../../http/schema'
import { notFound } from '../../lib/errors'
import { type Rupiah, toJson } from '../../lib/money'
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

/** What went back of a top-up by our own will, or is promised. */
const refunded = sql`(select coalesce(sum(refund.amount), 0) from ${refunds} as refund
  where refund.top_up_id = top_ups.id and refund.status <> 'VOIDED')`.mapWith(topUps.amount)

const shown = { topUp: topUps, refunded }

const topUpList = defineList({
  table: topUps,
  rows: (db) => db.select(shown).from(topUps),
  filters: { userId: topUps.userId, status: topUps.status, method: topUps.method },
  sorts: { newest: down(topUps.transactionNumber), oldest: up(topUps.transactionNumber) },
})

export async function listTopUps(on: Drizzle, filter: TopUpFilter, page: Page) {
  const { rows, total } = await topUpList(on, { ...filter }, page)
  return { rows: rows.map(adminViewOf), total }
}

const topUpById = prepared((db) =>
  db
    .select(shown)
    .from(topUps)
    .where(eq(topUps.id, sql.placeholder('id')))
    .prepare(),
)

export async function getTopUpDetail(on: Drizzle, id: string) {
  const found = await topUpById(on).get({ id })
  if (!found) throw notFound('Top-up')
  const cases = await listCases(on, { topUpId: id }, { page: 1, limit: shownCases })
  const { rows } = await listRefunds(on, { topUpId: id }, { page: 1, limit: shownRefunds })
  return { ...adminViewOf(found), refunds: rows, cases: cases.rows.map(caseViewOf) }
}

const adminViewOf = ({ topUp, refunded }: { topUp: TopUp; refunded: Rupiah }) => ({
  ...topUpViewOf(topUp),
  userId: topUp.userId,
  orderId: topUp.orderId,
  providerTransactionId: topUp.providerTransactionId,
  takenBack: toJson(topUp.reversed),
  refunded: toJson(refunded),
})

const refundList = defineList({
  table: refunds,
  rows: (db) => db.select({ ...getTableColumns(refunds) }).from(refunds),
  // A top-up has few.
  filters: { topUpId: refunds.topUpId, status: refunds.status },
  sorts: { newest: down(refunds.id) },
})

export async function listRefunds(on: Drizzle, filter: { status?: RefundStatus; topUpId?: string }, page: Page) {
  const { rows, total } = await refundList(on, filter, page)
  return { rows: rows.map(refundViewOf), total }
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
