import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../db'
import type { Actor } from '../../http/access'
import { AppError, notFound } from '../../lib/errors'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { users } from '../accounts/tables'
import { ledgerEntries, transactions } from '../ledger/tables'
import { subscriptions } from '../subscriptions/tables'
import type { Charge } from './tables'
import { charges } from './tables'
import { quote, type TaxRule, taxableOf } from './tax'

type Needs = Pick<Parts, 'db' | 'config'>

/** The receipt of one of the caller's own charges, by the transaction's id or number. @throws AppError NOT_FOUND, FORBIDDEN */
export async function getOwnReceipt(parts: Needs, actor: Actor, idOrNumber: string) {
  const found = await getCharge(parts.db.read, idOrNumber)
  if (found.transaction.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This transaction is not yours')
  return receiptOf(parts, found)
}

/** Anybody's, for administrators. @throws AppError NOT_FOUND */
export const getReceipt = async (parts: Needs, idOrNumber: string) =>
  receiptOf(parts, await getCharge(parts.db.read, idOrNumber))

export type Receipt = Awaited<ReturnType<typeof getReceipt>>

async function getCharge(on: Drizzle, idOrNumber: string) {
  const number = /^TXMP-(\d{1,15})$/.exec(idOrNumber)?.[1]
  const found = await transactionForReceipt(on).get({
    id: idOrNumber,
    number: number === undefined ? 0 : Number(number),
  })
  if (!found) throw notFound('Transaction')
  return found
}

type Found = Awaited<ReturnType<typeof getCharge>>

async function receiptOf({ db, config }: Needs, found: Found) {
  const { transaction, user, charge, billingNumber } = found
  if (transaction.type !== 'CHARGE') throw new AppError('NOT_FOUND', 'Only charges have a receipt')
  const total = -transaction.amount
  const net = charge?.net ?? total
  const refunds = await refundsOf(db.read).all({ number: transaction.number })
  return {
    number: `TXMP-${transaction.number}`,
    transactionId: transaction.id,
    billingId: billingNumber === null ? null : `BILL-${billingNumber}`,
    issuedAt: transaction.createdAt.toISOString(),
    issuer: {
      name: config.businessName,
      address: config.businessAddress ?? null,
      taxId: config.businessTaxId ?? null,
    },
    customer: { name: user.name, email: user.email, locale: user.locale },
    currency: 'IDR' as const,
    lines: linesOf(transaction.description, charge, net),
    net: toJson(net),
    tax: charge && charge.tax > 0n ? taxOf(charge) : null,
    total: toJson(total),
    paidFrom: 'WALLET' as const,
    refunds: refunds.map(({ number, id, amount, createdAt }) => ({
      number: `TXMP-${number}`,
      transactionId: id,
      amount: toJson(amount),
      refundedAt: createdAt.toISOString(),
    })),
    refunded: toJson(refunds.reduce((sum, { amount }) => sum + amount, 0n)),
  }
}

/** What was charged before charges were written down has only its transaction's words. */
function linesOf(description: string, charge: Charge | null, net: Rupiah) {
  const sold = {
    kind: charge?.kind ?? null,
    description: charge ? `${charge.serviceName} ${charge.planName}` : description,
    billingCycle: charge?.billingCycle ?? null,
    periodStart: charge?.periodStart.toISOString() ?? null,
    periodEnd: charge?.periodEnd.toISOString() ?? null,
    amount: toJson(net),
  }
  if (!charge?.voucherCode) return [sold]
  const { pricesIncludeTax, discount, total } = charge
  const price = (pricesIncludeTax ? total : net) + discount
  const undiscounted = quote(ruleOf(charge), price).net
  return [
    { ...sold, amount: toJson(undiscounted) },
    {
      kind: 'discount' as const,
      description: charge.voucherCode,
      billingCycle: null,
      periodStart: null,
      periodEnd: null,
      amount: toJson(net - undiscounted),
    },
  ]
}

const ruleOf = (charge: Charge): TaxRule => ({
  name: charge.taxName,
  rateBp: charge.taxRateBp,
  baseNumerator: charge.taxBaseNumerator,
  baseDenominator: charge.taxBaseDenominator,
  pricesIncludeTax: charge.pricesIncludeTax,
})

function taxOf(charge: Charge) {
  const { taxName, taxRateBp, taxBaseNumerator, taxBaseDenominator, pricesIncludeTax } = charge
  return {
    name: taxName,
    ratePercent: taxRateBp / 100,
    base: taxBaseNumerator === taxBaseDenominator ? '1' : `${taxBaseNumerator}/${taxBaseDenominator}`,
    taxable: toJson(taxableOf(ruleOf(charge), charge.net)),
    amount: toJson(charge.tax),
    pricesIncludeTax,
  }
}

const transactionForReceipt = prepared((db) =>
  db
    .select({ transaction: transactions, user: users, charge: charges, billingNumber: subscriptions.number })
    .from(transactions)
    .innerJoin(users, eq(users.id, transactions.userId))
    .leftJoin(charges, eq(charges.transactionNumber, transactions.number))
    .leftJoin(subscriptions, eq(subscriptions.id, transactions.subscriptionId))
    .where(sql`${transactions.id} = ${sql.placeholder('id')} or ${transactions.number} = ${sql.placeholder('number')}`)
    .prepare(),
)

const refundsOf = prepared((db) =>
  db
    .select({
      number: transactions.number,
      id: transactions.id,
      amount: transactions.amount,
      createdAt: transactions.createdAt,
    })
    .from(ledgerEntries)
    .innerJoin(transactions, eq(transactions.number, ledgerEntries.transactionNumber))
    .where(
      and(
        sql`${ledgerEntries.reverses} = (select charged.number from ledger_entries charged
          where charged.transaction_number = ${sql.placeholder('number')} and charged.reverses is null)`,
        gt(transactions.amount, sql`0`),
      ),
    )
    .orderBy(asc(transactions.number))
    .prepare(),
)
