import { AppError, type ErrorCode } from '../lib/errors'

export type PaymentErrorKind =
  | 'refused'
  | 'timeout'
  | 'unavailable'
  | 'unknown-order'
  | 'conflict'
  | 'invalid'
  | 'unauthorized'

const codeOfKind: Record<PaymentErrorKind, ErrorCode> = {
  refused: 'PAYMENT_FAILED',
  timeout: 'UNAVAILABLE',
  unavailable: 'UNAVAILABLE',
  'unknown-order': 'NOT_FOUND',
  conflict: 'CONFLICT',
  invalid: 'PAYMENT_FAILED',
  unauthorized: 'PAYMENT_FAILED',
}

const messageOfKind: Record<PaymentErrorKind, string> = {
  refused: 'The payment was refused. Please try another payment method.',
  timeout: 'The payment provider did not answer in time. Please check again in a moment.',
  unavailable: 'The payment provider is not available right now. Please try again in a moment.',
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
}

/** The message is safe for a customer, and nothing in it, its cause or its stack carries a key. */
export class PaymentError extends AppError {
  readonly kind: PaymentErrorKind
  readonly outcome: PaymentFault['outcome']
  readonly retryable: boolean
  readonly diagnosis: string

  constructor(fault: PaymentFault) {
    super(codeOfKind[fault.kind], messageOfKind[fault.kind])
    this.kind = fault.kind
    this.outcome = fault.outcome
    this.retryable = fault.retryable
    this.diagnosis = fault.diagnosis
  }
}

/** Our own request was wrong; nothing was sent. */
export const invalidRequest = (diagnosis: string): PaymentError =>
  new PaymentError({ kind: 'invalid', outcome: 'none', retryable: false, diagnosis })

/** The provider answered something that can't be trusted; what it did is unknown. */
export const unusableAnswer = (diagnosis: string): PaymentError =>
  new PaymentError({ kind: 'unavailable', outcome: 'unknown', retryable: true, diagnosis })
