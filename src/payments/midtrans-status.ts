import type { PaymentState, PaymentStatus, RefundRecord } from './gateway'
import { type MidtransAnswer, type MidtransBody, readText } from './midtrans-answer'
import { parseAmount, parseTime } from './midtrans-values'
import { PaymentError, unusableAnswer } from './payment-error'

const maxRefunds = 1000

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
    partial_chargeback: 'charged_back',
  }),
)

/** Midtrans' answer about an order in the house's words. An answer about another order is no answer. */
export function readStatus(answer: MidtransAnswer, orderId: string, transactionId?: string): PaymentStatus {
  const { body } = answer
  if (transactionId !== undefined) assertPaymentOf(body, orderId, transactionId)
  if (readText(body, 'order_id') !== orderId) throw unusableAnswer('an answer about another order')
  return {
    state: stateOf(answer),
    orderId,
    transactionId: readText(body, 'transaction_id'),
    amount: readAmount(body, 'gross_amount'),
    currency: readText(body, 'currency'),
    merchantId: readText(body, 'merchant_id'),
    paymentType: readText(body, 'payment_type'),
    fraudStatus: readText(body, 'fraud_status'),
    refundedAmount: readAmount(body, 'refund_amount') ?? 0n,
    refunds: readRefunds(body),
    settledAt: readTime(body, 'settlement_time'),
    expiresAt: readTime(body, 'expiry_time'),
    raw: body,
  }
}

/** Whoever names a payment may have it from outside: that it is another order's is an answer, and no reason to ask again. */
function assertPaymentOf(body: MidtransBody, orderId: string, transactionId: string): void {
  if (readText(body, 'transaction_id') !== transactionId) throw unusableAnswer('an answer about another payment')
  if (readText(body, 'order_id') === orderId) return
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
  currency: null,
  merchantId: null,
  paymentType: null,
  fraudStatus: null,
  refundedAmount: 0n,
  refunds: [],
  settledAt: null,
  expiresAt: null,
  raw: {},
})

function readRefunds(body: MidtransBody): RefundRecord[] {
  const list: unknown[] = Array.isArray(body.refunds) ? body.refunds.slice(0, maxRefunds) : []
  return list.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return []
    const key = readText(entry as MidtransBody, 'refund_key')
    const amount = readAmount(entry as MidtransBody, 'refund_amount')
    return key === null || amount === null ? [] : [{ key, amount }]
  })
}

const readAmount = (body: MidtransBody, field: string): bigint | null => {
  const text = readText(body, field)
  return text === null ? null : parseAmount(text)
}

const readTime = (body: MidtransBody, field: string): Date | null => {
  const text = readText(body, field)
  return text === null ? null : parseTime(text)
}
