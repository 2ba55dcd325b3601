import { eq, getTableColumns, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, prepared, type Tx } from '../../db'
import { notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import type { PaymentCase } from './tables'
import { paymentCases } from './tables'

const caseById = prepared((db) =>
  db
    .select()
    .from(paymentCases)
    .where(eq(paymentCases.id, sql.placeholder('id')))
    .prepare(),
)

export async function getCase(on: Drizzle | Tx, id: string): Promise<PaymentCase> {
  const found = await caseById(on).get({ id })
  if (!found) throw notFound('Payment case')
  return found
}

export const listCases = defineList({
  table: paymentCases,
  rows: (db) => db.select({ ...getTableColumns(paymentCases) }).from(paymentCases),
  // A top-up has few.
  filters: { topUpId: paymentCases.topUpId, status: paymentCases.status },
  sorts: { newest: down(paymentCases.id) },
})

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
