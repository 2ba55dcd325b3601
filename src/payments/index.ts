export * from './gateway'
export { createMidtransGateway, type MidtransOptions } from './midtrans-gateway'
export { PaymentError, type PaymentErrorKind, type PaymentFault } from './payment-error'
export type { RetryPolicy } from './retry'
