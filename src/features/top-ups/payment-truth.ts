import type { Config } from '../../config'
import { lesser, type Rupiah } from '../../lib/money'
import type { PaymentState, PaymentStatus } from '../../payments'
import type { TransactionStatus } from '../ledger/tables'
import type { CaseKind, TopUp } from './tables'

/** What the provider's word means for the books. `open`: nothing yet. */
export type Truth =
  | { paid: true; givenBack: Rupiah }
  | { paid: false; outcome: Exclude<TransactionStatus, 'SUCCESS' | 'PENDING'> | 'open' }

/** What the customer pays: the top-up and the fee of its method. */
export const grossOf = (topUp: Pick<TopUp, 'amount' | 'fee'>): Rupiah => topUp.amount + topUp.fee

/**
 * The same for every order of the events that led here: a payment given back before we ever heard of it was paid all the
 * same, and a refusal after the credit is a bank's reversal.
 */
export function truthOf(topUp: TopUp, said: PaymentStatus): Truth {
  const gross = grossOf(topUp)
  const credited = topUp.status === 'SUCCESS'
  switch (said.state) {
    case 'paid':
      return { paid: true, givenBack: 0n }
    case 'partially_refunded':
      return { paid: true, givenBack: lesser(said.refundedAmount, gross) }
    case 'refunded':
    case 'charged_back':
      return { paid: true, givenBack: gross }
    case 'denied':
      return credited ? { paid: true, givenBack: gross } : { paid: false, outcome: 'FAILED' }
    case 'cancelled':
      return credited ? { paid: true, givenBack: gross } : { paid: false, outcome: 'CANCELLED' }
    case 'failed':
      return { paid: false, outcome: 'FAILED' }
    case 'expired':
      return { paid: false, outcome: 'EXPIRED' }
    default:
      return { paid: false, outcome: 'open' }
  }
}

const paidStates: ReadonlySet<PaymentState> = new Set(['paid', 'refunded', 'partially_refunded', 'charged_back'])

/** Whether there was money, though it may have gone back since. */
export const wasPaid = ({ state }: PaymentStatus): boolean => paidStates.has(state)

export interface Misfit {
  kind: CaseKind
  finding: string
}

/**
 * What keeps a payment from being booked. A notification's signature does not cover everything, and an order id can be
 * guessed: all that names the money must be ours.
 */
export function misfitOf(config: Config, topUp: TopUp, said: PaymentStatus): Misfit | undefined {
  if (!wasPaid(said)) return undefined
  const gross = grossOf(topUp)
  if (said.currency !== null && said.currency !== 'IDR')
    return { kind: 'currency', finding: `paid in ${said.currency}, not in IDR` }
  if (said.amount !== gross) return { kind: 'amount', finding: `paid ${said.amount ?? 'an unknown sum'}, not ${gross}` }
  const merchant = config.midtransMerchantId
  if (merchant && said.merchantId !== null && said.merchantId !== merchant)
    return { kind: 'merchant', finding: 'paid to another merchant' }
  if (isAnother(topUp, said))
    return { kind: 'second_payment', finding: `a second payment of ${said.amount} for one order` }
  return undefined
}

/** Whether the provider speaks of another payment under this order than the one that was credited. */
export const isAnother = ({ providerTransactionId }: TopUp, said: PaymentStatus): boolean =>
  providerTransactionId !== null && said.transactionId !== null && said.transactionId !== providerTransactionId
