import { placeholdersFor, prepared, type Tx } from '../../db'
import { type BillingCycle, monthIn } from '../../lib/calendar'
import type { Rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import { chargeWallet, postEntry, revenue, sources } from '../ledger'
import { postDiscount } from './discount'
import type { Period } from './proration'
import { type ChargeKind, charges } from './tables'
import { type Quote, quoteOf } from './tax'

/** What is owed to the state of what customers paid. */
export const taxAccount = 'tax'

export interface Discount {
  amount: Rupiah
  code: string
}

interface Sold {
  userId: string
  subscription: { id: string; billingCycle: BillingCycle }
  /** Of what plan, and by which of its terms. */
  terms: { planId: string; number: number }
  kind: ChargeKind
  /** Of the period that it belongs to. */
  periodIndex: number
  /** The time it pays for. */
  period: Period
  /** As the catalog has it; whether that contains the tax is a matter of configuration. */
  price: Rupiah
  /** What a voucher takes off that price. */
  discount?: Discount
  serviceName: string
  planName: string
  /** What is charged for, once and for ever: a period, or an upgrade. */
  source: string
  description: string
  at: Date
}

export interface Charged extends Quote {
  /** Its number; none where nothing was to pay. */
  transaction: number | undefined
}

/**
 * Charges what was sold, with its tax, and writes down what for. Every charge of the house comes through here; what costs
 * nothing leaves no trace in the books, but for the discount that made it so.
 * @throws AppError INSUFFICIENT_BALANCE, which speaks of the total
 */
export async function chargeFor({ config }: Pick<Parts, 'config'>, tx: Tx, sold: Sold): Promise<Charged> {
  const quoted = quoteOf(config, sold.price - (sold.discount?.amount ?? 0n))
  if (sold.discount) await postDiscount(tx, sold, quoteOf(config, sold.price).net - quoted.net)
  const { rule, net, tax, total } = quoted
  if (total === 0n) return { ...quoted, transaction: undefined }
  const { number } = await chargeWallet(tx, {
    userId: sold.userId,
    type: 'CHARGE',
    counterAccount: revenue,
    amount: total,
    source: sold.source,
    description: sold.description,
    subscriptionId: sold.subscription.id,
    at: sold.at,
  })
  if (tax > 0n) {
    await postEntry(tx, {
      debitAccount: revenue,
      creditAccount: taxAccount,
      amount: tax,
      source: sources.taxOfCharge.build({ charge: sold.source }),
      transactionNumber: null,
      at: sold.at,
    })
  }
  await insertCharge(tx).run({
    transactionNumber: number,
    subscriptionId: sold.subscription.id,
    planId: sold.terms.planId,
    termsNumber: sold.terms.number,
    month: monthIn(config.billingTimeZone, sold.at),
    kind: sold.kind,
    periodIndex: sold.periodIndex,
    billingCycle: sold.subscription.billingCycle,
    periodStart: sold.period.start,
    periodEnd: sold.period.end,
    serviceName: sold.serviceName,
    planName: sold.planName,
    net,
    tax,
    total,
    discount: sold.discount?.amount ?? 0n,
    voucherCode: sold.discount?.code ?? null,
    taxName: rule.name,
    taxRateBp: rule.rateBp,
    taxBaseNumerator: rule.baseNumerator,
    taxBaseDenominator: rule.baseDenominator,
    pricesIncludeTax: rule.pricesIncludeTax,
  })
  return { ...quoted, transaction: number }
}

const insertCharge = prepared((db) => db.insert(charges).values(placeholdersFor(charges)).prepare())
