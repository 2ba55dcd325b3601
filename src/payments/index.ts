export * from './gateway'
export { createMidtransGateway } from './midtrans-gateway'
export { PaymentError } from './payment-error'
