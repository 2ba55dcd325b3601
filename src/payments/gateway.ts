/** What the house knows of a payment provider. It knows no wallet, and the house knows no Midtrans. */
export interface PaymentGateway {
  /**
   * Opens a payment. A failure whose `outcome` is `unknown` (a time-out above all) may have opened one all the same:
   * repeat it with `mayExist`, or ask `status(orderId)`. Repeating the same order never opens a second payment.
   */
  charge(order: PaymentOrder): Promise<ChargeResult>
  /** The provider's own word on an order, for deciding about money. Read-only, so retried a few times by itself. */
  status(orderId: string, hint?: StatusHint): Promise<PaymentStatus>
  /**
   * Withdraws an unpaid order. One that is already withdrawn counts as done; a paid one throws `conflict`, and a hosted
   * page without a chosen method `unknown-order`: it stays open until it expires, so a payment may still come.
   */
  cancel(orderId: string, hint?: MethodHint): Promise<PaymentStatus>
  /** Lets an unpaid order expire now. One that is already expired counts as done; a paid one throws `conflict`. */
  expire(orderId: string, hint?: MethodHint): Promise<PaymentStatus>
  /**
   * Gives money back through the method it came by. Idempotent by `key`: repeating it never refunds twice. A refusal
   * (`outcome` `none`) is told only after the provider's own list of refunds has said that it is not there.
   */
  refund(orderId: string, refund: RefundRequest): Promise<RefundResult>
  /** Whether a notification's body carries our signature. It does not cover the status: still ask `status()`. */
  verifySignature(body: unknown): boolean
}

export const paymentMethods = [
  'snap',
  'bca_va',
  'bni_va',
  'bri_va',
  'permata_va',
  'mandiri_bill',
  'gopay',
  'shopeepay',
  'qris',
  'credit_card',
] as const

export type PaymentMethod = (typeof paymentMethods)[number]

/** A hosted page (`snap`) has no transaction until the customer picks a method: an unknown order is then an open one. */
export interface MethodHint extends TimeHint {
  method?: PaymentMethod
}

interface TimeHint {
  /** How long all tries may take together. */
  withinMs?: number
}

export interface StatusHint extends MethodHint {
  /**
   * One payment of an order that has several (a customer may pay twice on a hosted page); without it the provider speaks of
   * the latest. One that is not this order's is `unknown-order`.
   */
  transactionId?: string
}

export interface PaymentOrder extends TimeHint {
  /** 1–50 characters of `A-Za-z0-9-_~.`, never used before: let it end in a random part. */
  orderId: string
  /** Whole rupiah. */
  amount: bigint
  method: PaymentMethod
  customer: { name: string; email: string }
  description: string
  /** The provider counts in whole minutes from now; a card ignores it. */
  expiresAt: Date
  /** Needed for `credit_card`: the one-time token that the customer's browser got from the provider. */
  cardToken?: string
  /** Where the provider sends the customer's browser afterwards. Arriving there proves nothing. */
  returnUrl: string
  /** An earlier charge of this order had no usable answer: no refusal of this one is believed before the status is asked. */
  mayExist?: boolean
}

export interface ChargeResult {
  orderId: string
  /** The provider's id; null for a hosted page, which has none before a method is chosen. */
  providerTransactionId: string | null
  /** `pending` as a rule; a card without a 3-D Secure step may be `paid` or under `challenge` at once. */
  state: 'pending' | 'paid' | 'challenge'
  /** A page the customer can be sent to, if there is one. */
  redirectUrl: string | null
  instructions: PaymentInstructions
  expiresAt: Date
  /** The provider's own name of the status, for the record. */
  rawStatus: string
}

export type Bank = 'bca' | 'bni' | 'bri' | 'permata'

/** What to show the customer, without knowing the provider. */
export type PaymentInstructions =
  | { kind: 'virtual_account'; bank: Bank; number: string }
  | { kind: 'bill'; billerCode: string; billKey: string }
  | { kind: 'qr'; imageUrl: string | null; content: string | null }
  | { kind: 'deeplink'; url: string; qrImageUrl: string | null; actions: PaymentAction[] }
  | { kind: 'redirect'; url: string }
  | { kind: 'none' }

export interface PaymentAction {
  name: string
  method: 'GET' | 'POST'
  url: string
}

export type PaymentState =
  | 'pending'
  | 'paid'
  | 'challenge'
  | 'denied'
  | 'expired'
  | 'cancelled'
  | 'failed'
  | 'refunded'
  | 'partially_refunded'
  | 'charged_back'
  | 'partially_charged_back'
  | 'unknown'

/** What is null the provider did not say. Before crediting compare orderId, amount, currency and merchantId. */
export interface PaymentStatus {
  state: PaymentState
  /** Null where the answer names its transaction in place of the order: only something else can say whose it is. */
  orderId: string | null
  transactionId: string | null
  /** What the customer has to pay. */
  amount: bigint | null
  /** What was ordered, where the provider has put a fee of its own on top of that. */
  originalAmount: bigint | null
  currency: string | null
  merchantId: string | null
  paymentType: string | null
  fraudStatus: string | null
  /** By refunds of any sort, chargebacks aside. */
  refundedAmount: bigint
  /** Null where a partial chargeback does not say how much it took. */
  chargedBackAmount: bigint | null
  /** Tells after a lost answer whether a refund of ours took effect. */
  refunds: RefundRecord[]
  settledAt: Date | null
  expiresAt: Date | null
  raw: Readonly<Record<string, unknown>>
}

export interface RefundRecord {
  /** Null for one that nobody named. */
  key: string | null
  /** Null where the list leaves it out. */
  amount: bigint | null
}

export interface RefundRequest {
  /** Names this refund for ever: 1–50 characters of `A-Za-z0-9-_`. */
  key: string
  amount: bigint
  reason: string
  /** The payment that is given back, where the order has several. */
  transactionId?: string
  /** How long all of it may take. */
  withinMs?: number
}

export interface RefundResult {
  orderId: string
  key: string
  /** What this refund gave back. */
  amount: bigint
  /** Of the whole payment, after this refund. */
  state: 'refunded' | 'partially_refunded'
  raw: Readonly<Record<string, unknown>>
}
