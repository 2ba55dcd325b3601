import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { prepared, type Tx } from '../../db'
import type { Rupiah } from '../../lib/money'
import { creditWallet, postEntry, promo, type Recorded, revenue, sources } from '../ledger'
import { ledgerEntries, transactions } from '../ledger/tables'
import { taxAccount } from './charge'
import type { Period } from './proration'
import { charges } from './tables'
import { shareOfRefund } from './tax'

/** A charge with what became of it. */
export interface PaidCharge {
  /** Of its transaction, TXMP-… */
  number: number
  /** Of its ledger entry. */
  entry: number
  source: string
  total: Rupiah
  tax: Rupiah
  taxEntry: number | null
  /** What the house bore of the price, and the entry that says so. */
  discount: Rupiah
  discountEntry: number | null
  refunded: Rupiah
  refunds: number
  /** The period that it belongs to. */
  periodIndex: number | undefined
  /** The time it paid for; absent for what was charged before that was written down. */
  period: Period | undefined
}

/** Everything that was ever charged for a subscription, oldest first. As many as its periods and upgrades. */
export async function listPaidCharges(tx: Tx, subscriptionId: string): Promise<PaidCharge[]> {
  const rows = await paidCharges(tx).all({ subscriptionId })
  return rows.map(({ tax, discount, start, end, ...row }) => ({
    ...row,
    tax: tax ?? 0n,
    discount: discount ?? 0n,
    periodIndex: row.periodIndex ?? periodIn(row.source),
    period: start && end ? { start, end } : undefined,
  }))
}

/** Of a charge that was made before charges were written down. */
function periodIn(source: string): number | undefined {
  const named = sources.period.parse(source)
  return named && Number(named.index)
}

const taxEntries = alias(ledgerEntries, 'tax_entries')
const discountEntries = alias(ledgerEntries, 'discount_entries')
const beside = (start: string) => sql`${sql.raw(`'${start}'`)} || ${ledgerEntries.source}`
const reversed = (what: 'sum' | 'count') =>
  sql<never>`(select ${sql.raw(what === 'sum' ? 'coalesce(sum(r.amount), 0)' : 'count(*)')} from ledger_entries r where r.reverses = ${ledgerEntries.number})`

const paidCharges = prepared((db) =>
  db
    .select({
      number: transactions.number,
      entry: ledgerEntries.number,
      source: ledgerEntries.source,
      total: ledgerEntries.amount,
      tax: taxEntries.amount,
      taxEntry: taxEntries.number,
      discount: discountEntries.amount,
      discountEntry: discountEntries.number,
      refunded: reversed('sum').mapWith(ledgerEntries.amount),
      refunds: reversed('count').mapWith(Number),
      periodIndex: charges.periodIndex,
      start: charges.periodStart,
      end: charges.periodEnd,
    })
    .from(transactions)
    .innerJoin(
      ledgerEntries,
      and(eq(ledgerEntries.transactionNumber, transactions.number), isNull(ledgerEntries.reverses)),
    )
    .leftJoin(charges, eq(charges.transactionNumber, transactions.number))
    .leftJoin(taxEntries, eq(taxEntries.source, beside(sources.taxOfCharge.start)))
    .leftJoin(discountEntries, eq(discountEntries.source, beside(sources.discountOfCharge.start)))
    .where(and(eq(transactions.subscriptionId, sql.placeholder('subscriptionId')), eq(transactions.type, 'CHARGE')))
    .orderBy(asc(transactions.number))
    .prepare(),
)

interface ChargeRefund {
  userId: string
  subscriptionId: string
  amount: Rupiah
  /** What takes it back, once and for ever. */
  source: string
  description: string
  at: Date
}

/**
 * Puts a part of a charge, or all of it, back into the wallet, its part of the tax back to the revenue, and its part of
 * a discount back to who bore it.
 * The database refuses to give back more than was paid.
 */
export async function refundCharge(tx: Tx, charge: PaidCharge, refund: ChargeRefund): Promise<Recorded> {
  const recorded = await creditWallet(tx, {
    ...refund,
    type: 'REFUND',
    counterAccount: revenue,
    reverses: charge.entry,
  })
  const { refunded } = charge
  const tax = shareOfRefund(charge.tax, charge.total, refunded, refund.amount)
  if (charge.taxEntry !== null && tax > 0n) {
    await postEntry(tx, {
      debitAccount: taxAccount,
      creditAccount: revenue,
      amount: tax,
      source: sources.taxOfRefund.build({ refund: refund.source }),
      transactionNumber: null,
      reverses: charge.taxEntry,
      at: refund.at,
    })
  }
  const discount = shareOfRefund(charge.discount, charge.total, refunded, refund.amount)
  if (charge.discountEntry !== null && discount > 0n) {
    await postEntry(tx, {
      debitAccount: revenue,
      creditAccount: promo,
      amount: discount,
      source: sources.discountOfRefund.build({ refund: refund.source }),
      transactionNumber: null,
      reverses: charge.discountEntry,
      at: refund.at,
    })
  }
  return recorded
}
