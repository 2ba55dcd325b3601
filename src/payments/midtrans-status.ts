import type { PaymentState, PaymentStatus } from './gateway'
import { type MidtransAnswer, type MidtransBody, readText } from './midtrans-answer'
import { amountIn, readGivenBack, readOriginalAmount } from './midtrans-sums'
import { findTime } from './midtrans-values'
import { PaymentError, unusableAnswer } from './payment-error'

const stateOfWord = new Map<string, PaymentState>(
  Object.entries({
    pending: 'pending',
    deny: 'denied',
    cancel: 'cancelled',
    expire: 'expired',
    failure: 'failed',
    refund: 'refunded',
    partial_refund: 'partially_refunded',
    chargeback: 'charged_back',
    partial_chargeback: 'partially_charged_back',
  }),
)

/**
 * Midtrans' answer about an order in the house's words. An answer about another order is no answer; one that names the
 * transaction in the order's place (DANA and some virtual accounts do) leaves open whose it is.
 */
export function readStatus(answer: MidtransAnswer, orderId: string, transactionId?: string): PaymentStatus {
  const { body } = answer
  const named = readText(body, 'order_id')
  const transaction = readText(body, 'transaction_id')
  try {
    const isNameless = named !== orderId && named !== null && named === transaction
    if (transactionId !== undefined && !isNameless) assertPaymentOf(body, orderId, transactionId)
    if (transactionId !== undefined && transaction !== transactionId)
      throw unusableAnswer('an answer about another payment')
    if (!isNameless && named !== orderId) throw unusableAnswer('an answer about another order')
    const state = stateOf(answer)
    return {
      state,
      orderId: isNameless ? null : orderId,
      transactionId: transaction,
      amount: amountIn(body, 'gross_amount'),
      originalAmount: readOriginalAmount(body),
      currency: readText(body, 'currency'),
      merchantId: readText(body, 'merchant_id'),
      paymentType: readText(body, 'payment_type'),
      fraudStatus: readText(body, 'fraud_status'),
      ...readGivenBack(body, state),
      // For the record only: one that can't be read is no reason not to hear the rest.
      settledAt: findTime(readText(body, 'settlement_time')),
      expiresAt: findTime(readText(body, 'expiry_time')),
      raw: body,
    }
  } catch (fault) {
    if (!(fault instanceof PaymentError && fault.kind === 'unusable')) throw fault
    throw unusableAnswer(fault.diagnosis, { transactionId: transaction, amount: findAmount(body) })
  }
}

function findAmount(body: MidtransBody): bigint | null {
  try {
    return amountIn(body, 'gross_amount')
  } catch {
    return null
  }
}

/** Whoever names a payment may have it from outside: that it is another order's is an answer, and no reason to ask again. */
function assertPaymentOf(body: MidtransBody, orderId: string, transactionId: string): void {
  if (readText(body, 'transaction_id') !== transactionId || readText(body, 'order_id') === orderId) return
  throw new PaymentError({
    kind: 'unknown-order',
    outcome: 'none',
    retryable: false,
    diagnosis: 'a payment of another order',
  })
}

/** Paid is 200 + settlement or capture + accepted by fraud detection, and nothing less. */
export function stateOf({ statusCode, body }: MidtransAnswer): PaymentState {
  const word = readText(body, 'transaction_status') ?? ''
  const fraud = readText(body, 'fraud_status')
  if (word !== 'settlement' && word !== 'capture') return stateOfWord.get(word) ?? 'unknown'
  if (fraud === 'challenge') return 'challenge'
  if (fraud === 'deny') return 'denied'
  // Payments that fraud detection never sees (a bank transfer) may leave its verdict out; a card must have it.
  const accepted = fraud === 'accept' || (fraud === null && word === 'settlement')
  return statusCode === 200 && accepted ? 'paid' : 'unknown'
}

/** A hosted page that nobody chose a method on: Midtrans has no such transaction yet, and that is no failure. */
export const openPageStatus = (orderId: string): PaymentStatus => ({
  state: 'pending',
  orderId,
  transactionId: null,
  amount: null,
  originalAmount: null,
  currency: null,
  merchantId: null,
  paymentType: null,
  fraudStatus: null,
  refundedAmount: 0n,
  chargedBackAmount: 0n,
  refunds: [],
  settledAt: null,
  expiresAt: null,
  raw: {},
})
