export type PaymentType = 'bank_transfer' | 'echannel' | 'gopay' | 'shopeepay' | 'qris' | 'credit_card'
export type Bank = 'bca' | 'bni' | 'bri' | 'permata'

export type TransactionStatus =
  | 'pending'
  | 'capture'
  | 'settlement'
  | 'deny'
  | 'cancel'
  | 'expire'
  | 'refund'
  | 'partial_refund'
  | 'chargeback'
  | 'partial_chargeback'

export interface Refund {
  id: number
  key: string
  amount: number
  reason: string
  at: string
}

/** One transaction, as it is kept: JSON all through, times as ISO 8601 UTC. */
export interface Order {
  transactionId: string
  orderId: string
  /** Whole rupiah, at most 11 digits: exact as a number. */
  amount: number
  description: string
  customerName: string
  finishUrl: string | null
  /** The hosted page it began on, if it did. */
  snapToken: string | null
  /** Null: a hosted page on which nobody chose a method; the API does not know such an order yet. */
  payment: Payment | null
  status: TransactionStatus
  fraudStatus: 'accept' | 'challenge' | 'deny'
  createdAt: string
  expiresAt: string
  settledAt: string | null
  refunds: Refund[]
  /** What was ordered, where the customer bears a fee on top of it: `amount` is both together. */
  originalAmount?: number
  /** What a bank has taken back of it, where that is not all. */
  chargedBack?: number
  /** What is said of it in other words than usual. */
  wording?: Wording
}

/** Fields that stand in place of the usual ones; null leaves one out. */
export interface Wording {
  answers?: Record<string, unknown>
  notices?: Record<string, unknown>
}

export type Payment =
  | { type: 'bank_transfer'; bank: Bank; number: string }
  | { type: 'echannel'; billerCode: string; billKey: string }
  | { type: 'gopay' }
  | { type: 'shopeepay' }
  | { type: 'qris'; acquirer: string }
  | { type: 'credit_card'; firstSix: string; lastFour: string }

export const refundedAmount = (order: Order): number => order.refunds.reduce((sum, { amount }) => sum + amount, 0)
