import { and, desc, eq, gt, lt, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../db'
import { toJson } from '../../lib/money'
import type { Period } from '../billing'
import { charges } from '../billing/tables'
import { ledgerEntries, transactions } from '../ledger/tables'

const refunded = sql`(select coalesce(sum(r.amount), 0) from ${ledgerEntries} e
  join ${ledgerEntries} r on r.reverses = e.number
  where e.transaction_number = ${charges.transactionNumber} and e.reverses is null)`.mapWith(ledgerEntries.amount)

const chargesFor = prepared((db) =>
  db
    .select({
      number: charges.transactionNumber,
      kind: charges.kind,
      plan: charges.planName,
      billingCycle: charges.billingCycle,
      start: charges.periodStart,
      end: charges.periodEnd,
      net: charges.net,
      tax: charges.tax,
      total: charges.total,
      discount: charges.discount,
      voucher: charges.voucherCode,
      refunded,
      at: transactions.createdAt,
    })
    .from(transactions)
    .innerJoin(charges, eq(charges.transactionNumber, transactions.number))
    .where(
      and(
        eq(transactions.subscriptionId, sql.placeholder('id')),
        lt(charges.periodStart, sql`${sql.placeholder('to')}`),
        gt(charges.periodEnd, sql`${sql.placeholder('from')}`),
      ),
    )
    .orderBy(desc(transactions.number))
    .limit(sql.placeholder('limit'))
    .prepare(),
)

/** What was charged of a subscription for time that is in a range, the newest first, each with what of it went back. */
export async function listChargesFor(on: Drizzle, id: string, { start: from, end: to }: Period, limit: number) {
  const rows = await chargesFor(on).all({ id, from: from.getTime(), to: to.getTime(), limit })
  return rows.map(({ number, start, end, net, tax, total, discount, refunded, at, ...row }) => ({
    ...row,
    customId: `TXMP-${number}`,
    periodStart: start.toISOString(),
    periodEnd: end.toISOString(),
    net: toJson(net),
    tax: toJson(tax),
    total: toJson(total),
    discount: toJson(discount),
    refunded: toJson(refunded as bigint),
    at: at.toISOString(),
  }))
}
