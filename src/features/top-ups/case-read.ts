import { and, desc, eq } from 'drizzle-orm'
import { countUpTo, type Drizzle, notByIndex, type Tx } from '../../db'
import { notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import type { PaymentCase } from './tables'
import { type CaseStatus, paymentCases } from './tables'

export async function getCase(on: Drizzle | Tx, id: string): Promise<PaymentCase> {
  const found = await on.select().from(paymentCases).where(eq(paymentCases.id, id)).get()
  if (!found) throw notFound('Payment case')
  return found
}

export const listCases = (
  db: Drizzle,
  filter: { status?: CaseStatus; topUpId?: string },
  limit: number,
  offset: number,
) =>
  db.select().from(paymentCases).where(whereOf(filter)).orderBy(desc(paymentCases.id)).limit(limit).offset(offset).all()

export const countCases = (db: Drizzle, filter: { status?: CaseStatus; topUpId?: string }) =>
  countUpTo(db, paymentCases, whereOf(filter))

const whereOf = ({ status, topUpId }: { status?: CaseStatus; topUpId?: string }) =>
  and(
    status && (topUpId === undefined ? eq(paymentCases.status, status) : notByIndex(paymentCases.status, status)),
    topUpId === undefined ? undefined : eq(paymentCases.topUpId, topUpId),
  )

export const caseViewOf = (found: PaymentCase) => ({
  id: found.id,
  topUpId: found.topUpId,
  kind: found.kind,
  providerTransactionId: found.providerTransactionId === '' ? null : found.providerTransactionId,
  amount: found.amount === null ? null : toJson(found.amount),
  finding: found.finding,
  status: found.status,
  reason: found.reason,
  resolvedBy: found.resolvedBy,
  createdAt: found.createdAt.toISOString(),
  resolvedAt: found.resolvedAt?.toISOString() ?? null,
})
