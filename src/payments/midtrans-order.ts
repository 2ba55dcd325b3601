import { createHash } from 'node:crypto'
import { minute } from '../lib/clock'
import { toJson } from '../lib/money'
import type { Bank, PaymentMethod, PaymentOrder, RefundRequest } from './gateway'
import { formatTime } from './midtrans-values'
import { invalidRequest } from './payment-error'

const maxAmount = 99_999_999_999n
const maxItemNameLength = 50
const maxCustomerNameLength = 255
const maxReasonLength = 255
const idempotencyKeyLength = 40
/** Snap refuses a page that lives shorter or longer; the payment's own expiry still holds. */
const minPageMinutes = 5
const maxPageMinutes = 7 * 24 * 60

export const bankOfMethod: Partial<Record<PaymentMethod, Bank>> = {
  bca_va: 'bca',
  bni_va: 'bni',
  bri_va: 'bri',
  permata_va: 'permata',
}

/** Midtrans puts the id in a path, so "." and ".." would name another one. */
export function assertOrderId(orderId: string): void {
  if (!/^[A-Za-z0-9\-_~.]{1,50}$/.test(orderId) || /^\.{1,2}$/.test(orderId)) {
    throw invalidRequest('an order id is 1–50 characters of A-Za-z0-9-_~.')
  }
}

export function assertOrder(order: PaymentOrder, now: Date): void {
  assertOrderId(order.orderId)
  assertAmount(order.amount)
  if (!/^https?:$/.test(URL.canParse(order.returnUrl) ? new URL(order.returnUrl).protocol : '')) {
    throw invalidRequest('the return URL is not http(s)')
  }
  if (order.method === 'credit_card' && !order.cardToken) throw invalidRequest('a card payment needs a card token')
  if (!(order.expiresAt.getTime() > now.getTime())) throw invalidRequest('the order is expired before it starts')
}

const assertAmount = (amount: bigint): void => {
  if (amount <= 0n || amount > maxAmount) throw invalidRequest('the amount is out of range')
}

/** The body of `POST /v2/charge`. */
export function chargeBody(order: PaymentOrder, now: Date): object {
  const expiry = {
    custom_expiry: { order_time: formatTime(now), expiry_duration: minutesLeft(order, now), unit: 'minute' },
  }
  return { ...commonBody(order), ...paymentTypeOf(order), ...(order.method === 'credit_card' ? {} : expiry) }
}

/** The body of Snap's `POST /transactions`. */
export const snapBody = (order: PaymentOrder, now: Date): object => ({
  ...commonBody(order),
  credit_card: { secure: true },
  callbacks: { finish: order.returnUrl },
  expiry: { start_time: formatTime(now), unit: 'minute', duration: minutesLeft(order, now) },
  page_expiry: {
    unit: 'minute',
    duration: Math.min(Math.max(minutesLeft(order, now), minPageMinutes), maxPageMinutes),
  },
})

function commonBody(order: PaymentOrder): object {
  const amount = toJson(order.amount)
  const name = order.description.slice(0, maxItemNameLength)
  return {
    transaction_details: { order_id: order.orderId, gross_amount: amount },
    item_details: [{ id: 'top-up', name, price: amount, quantity: 1 }],
    customer_details: {
      first_name: order.customer.name.slice(0, maxCustomerNameLength),
      email: order.customer.email,
    },
  }
}

function paymentTypeOf(order: PaymentOrder): object {
  switch (order.method) {
    case 'mandiri_bill': {
      const echannel = { bill_info1: 'Payment:', bill_info2: order.description.slice(0, 30) }
      return { payment_type: 'echannel', echannel }
    }
    case 'gopay':
      return { payment_type: 'gopay', gopay: { enable_callback: true, callback_url: order.returnUrl } }
    case 'shopeepay':
      return { payment_type: 'shopeepay', shopeepay: { callback_url: order.returnUrl } }
    case 'qris':
      return { payment_type: 'qris', qris: { acquirer: 'gopay' } }
    case 'credit_card':
      return { payment_type: 'credit_card', credit_card: { token_id: order.cardToken, authentication: true } }
    default:
      return { payment_type: 'bank_transfer', bank_transfer: { bank: bankOfMethod[order.method] } }
  }
}

const minutesLeft = (order: PaymentOrder, now: Date): number =>
  Math.max(1, Math.round((order.expiresAt.getTime() - now.getTime()) / minute))

export function refundBody(refund: RefundRequest): object {
  if (!/^[A-Za-z0-9\-_]{1,50}$/.test(refund.key)) throw invalidRequest('a refund key is 1–50 of A-Za-z0-9-_')
  assertAmount(refund.amount)
  return { refund_key: refund.key, amount: toJson(refund.amount), reason: refund.reason.slice(0, maxReasonLength) }
}

/** Midtrans ignores a key of over 46 characters and forgets one after five minutes; what a charge is made of names it. */
export const idempotencyKeyOf = (...parts: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest('hex')
    .slice(0, idempotencyKeyLength)
