import type { Config } from '../../config'
import { formatRupiah } from '../../lib/locale'
import { lesser, type Rupiah, toJson } from '../../lib/money'
import type { PaymentState, PaymentStatus } from '../../payments'
import type { EndedWithoutMoney } from './ending'
import type { CaseKind, TopUp } from './tables'

/** What the provider's word means for the books; `open`: it has not ended. */
export type Outcome = { paid: true; givenBack: Rupiah } | { paid: false; end: EndedWithoutMoney | 'open' }

/** What is ordered: the top-up and the fee of its method. */
export const grossOf = (topUp: Pick<TopUp, 'amount' | 'fee'>): Rupiah => topUp.amount + topUp.fee

/** What was paid in all: the provider may have put a fee of its own on top. */
export const paidOf = (topUp: Pick<TopUp, 'amount' | 'fee' | 'surcharge'>): Rupiah => grossOf(topUp) + topUp.surcharge

/**
 * The same for every order of the events that led here: a payment given back before we ever heard of it was paid all the
 * same, and a refusal after the credit is a bank's reversal.
 */
export function outcomeOf(topUp: TopUp, said: PaymentStatus): Outcome {
  const credited = topUp.status === 'SUCCESS'
  const whole = credited ? paidOf(topUp) : (said.amount ?? grossOf(topUp))
  switch (said.state) {
    case 'paid':
      return { paid: true, givenBack: 0n }
    case 'partially_refunded':
      return { paid: true, givenBack: lesser(said.refundedAmount, whole) }
    case 'partially_charged_back':
      return { paid: true, givenBack: lesser(said.refundedAmount + (said.chargedBackAmount ?? 0n), whole) }
    case 'refunded':
    case 'charged_back':
      return { paid: true, givenBack: whole }
    case 'denied':
      return credited ? { paid: true, givenBack: whole } : { paid: false, end: 'FAILED' }
    case 'cancelled':
      return credited ? { paid: true, givenBack: whole } : { paid: false, end: 'CANCELLED' }
    case 'failed':
      return { paid: false, end: 'FAILED' }
    case 'expired':
      return { paid: false, end: 'EXPIRED' }
    default:
      return { paid: false, end: 'open' }
  }
}

const paidStates: ReadonlySet<PaymentState> = new Set([
  'paid',
  'refunded',
  'partially_refunded',
  'charged_back',
  'partially_charged_back',
])
const goneStates: ReadonlySet<PaymentState> = new Set([
  'denied',
  'cancelled',
  'refunded',
  'partially_refunded',
  'charged_back',
  'partially_charged_back',
])

/** Whether there was money, though it may have gone back since. */
export const wasPaid = ({ state }: Pick<PaymentStatus, 'state'>): boolean => paidStates.has(state)

/** Whether money that was there is gone, wholly or in part. */
export const isGone = ({ state }: { state: PaymentState | null }): boolean => state !== null && goneStates.has(state)

export const isOpen = ({ state }: PaymentStatus): boolean => state === 'pending' || state === 'challenge'

export interface Mismatch {
  kind: CaseKind
  finding: string
}

/**
 * What keeps a payment from being booked. A notification's signature does not cover everything, and an order id can be
 * guessed: all that names the money must be ours.
 */
export function mismatchOf(config: Config, topUp: TopUp, said: PaymentStatus): Mismatch | undefined {
  if (!wasPaid(said)) return undefined
  if (said.currency !== null && said.currency !== 'IDR')
    return { kind: 'currency', finding: `paid in ${said.currency}, not in IDR` }
  if (!isOfSum(topUp, said))
    return { kind: 'amount', finding: `paid ${inWords(said.amount)}, not ${inWords(grossOf(topUp))}` }
  const merchant = config.midtransMerchantId
  if (merchant && said.merchantId !== null && said.merchantId !== merchant)
    return { kind: 'merchant', finding: 'paid to another merchant' }
  if (isAnother(topUp, said))
    return { kind: 'second_payment', finding: `a second payment of ${inWords(said.amount)} for one order` }
  if (said.state === 'partially_charged_back' && said.chargedBackAmount === null)
    return { kind: 'chargeback', finding: 'partly charged back, and not said how much' }
  return undefined
}

/** A sum as a finding names it. */
export const inWords = (amount: Rupiah | null): string =>
  amount === null ? 'an unknown sum' : formatRupiah(toJson(amount))

/** Whether it is what was ordered, and at most a fee of the provider's own on top of that. */
function isOfSum(topUp: TopUp, { amount, originalAmount }: PaymentStatus): boolean {
  if (amount === null) return false
  const ordered = grossOf(topUp)
  if (originalAmount !== null) return originalAmount === ordered && amount >= ordered
  return amount === ordered || (topUp.status === 'SUCCESS' && amount === paidOf(topUp))
}

/** Whether the provider speaks of another payment under this order than the one that was credited. */
export const isAnother = ({ providerTransactionId }: TopUp, said: PaymentStatus): boolean =>
  providerTransactionId !== null && said.transactionId !== null && said.transactionId !== providerTransactionId
