import { AppError, type ErrorCode } from '../lib/errors'

export type PaymentErrorKind =
  | 'refused'
  | 'card-token'
  | 'timeout'
  | 'unavailable'
  | 'unusable'
  | 'unknown-order'
  | 'conflict'
  | 'invalid'
  | 'unauthorized'

const codeOfKind: Record<PaymentErrorKind, ErrorCode> = {
  refused: 'PAYMENT_FAILED',
  'card-token': 'CARD_TOKEN_INVALID',
  timeout: 'UNAVAILABLE',
  unavailable: 'UNAVAILABLE',
  unusable: 'UNAVAILABLE',
  'unknown-order': 'NOT_FOUND',
  conflict: 'CONFLICT',
  invalid: 'PAYMENT_FAILED',
  unauthorized: 'PAYMENT_FAILED',
}

const messageOfKind: Record<PaymentErrorKind, string> = {
  refused: 'The payment was refused. Please try another payment method.',
  'card-token': 'This card token can’t be used: it is wrong, too old or was used before. Enter the card again.',
  timeout: 'The payment provider did not answer in time. Please check again in a moment.',
  unavailable: 'The payment provider is not available right now. Please try again in a moment.',
  unusable: 'The payment provider’s answer could not be used. We are looking into the payment.',
  'unknown-order': 'The payment provider does not know this payment.',
  conflict: 'The payment is in a state that does not allow this.',
  invalid: 'The payment could not be processed.',
  unauthorized: 'Payments are not available right now.',
}

export interface PaymentFault {
  kind: PaymentErrorKind
  /**
   * `none`: the provider did nothing. `unknown`: the request may have taken effect, though no usable answer came;
   * only the provider's status can tell.
   */
  outcome: 'none' | 'unknown'
  /** The same request may succeed later. With `outcome: 'unknown'` only after asking for the status. */
  retryable: boolean
  /** For the operator's log; never for the customer. Free of keys. */
  diagnosis: string
  /** Of an answer that can't be used: what could be read of the payment. */
  about?: { transactionId: string | null; amount: bigint | null }
}

/** The message is safe for a customer, and nothing in it, its cause or its stack carries a key. */
export class PaymentError extends AppError {
  readonly kind: PaymentErrorKind
  readonly outcome: PaymentFault['outcome']
  readonly retryable: boolean
  readonly diagnosis: string
  readonly about: PaymentFault['about']

  constructor(fault: PaymentFault) {
    super(codeOfKind[fault.kind], messageOfKind[fault.kind])
    this.kind = fault.kind
    this.outcome = fault.outcome
    this.retryable = fault.retryable
    this.diagnosis = fault.diagnosis
    this.about = fault.about
  }
}

/** Our own request was wrong; nothing was sent. */
export const invalidRequest = (diagnosis: string): PaymentError =>
  new PaymentError({ kind: 'invalid', outcome: 'none', retryable: false, diagnosis })

/** What came can't be the provider's own word, so it is as good as away; what it did is unknown. */
export const noAnswer = (diagnosis: string): PaymentError =>
  new PaymentError({ kind: 'unavailable', outcome: 'unknown', retryable: true, diagnosis })

/** The provider did answer, and not what can be used; asking again at once brings the same. What it did is unknown. */
export const unusableAnswer = (diagnosis: string, about?: PaymentFault['about']): PaymentError =>
  new PaymentError({ kind: 'unusable', outcome: 'unknown', retryable: false, diagnosis, about })

/** The same failure where it leaves open whether something was done earlier. */
export const leftOpen = (fault: PaymentError, why: string): PaymentError =>
  new PaymentError({
    kind: fault.kind,
    outcome: 'unknown',
    retryable: true,
    diagnosis: `${fault.diagnosis}; ${why}`,
  })
