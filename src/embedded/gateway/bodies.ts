import { createHash } from 'node:crypto'
import { type Order, refundedAmount } from './order'

const gmt7Ms = 7 * 60 * 60 * 1000

export interface Merchant {
  merchantId: string
  serverKey: string
  /** Where the customer's browser reaches this gateway. */
  publicUrl: string
  /** Where browsers go after an order that names no page of its own: Midtrans' dashboard setting. */
  finishUrl: string | null
}

export type Body = Record<string, unknown>

/** GMT+7 and no word about it, as Midtrans writes times. */
export function localTime(iso: string): string {
  const local = new Date(new Date(iso).getTime() + gmt7Ms).toISOString()
  return `${local.slice(0, 10)} ${local.slice(11, 19)}`
}

export const grossAmount = (rupiah: number): string => `${rupiah}.00`

export const payUrl = (merchant: Merchant, order: Order): string =>
  `${merchant.publicUrl}/pay/${encodeURIComponent(order.orderId)}`

export const chargeAnswer = (merchant: Merchant, order: Order): Body => ({
  status_code: statusCodeOf(order),
  status_message: messageOf(order),
  ...fieldsOf(merchant, order),
  ...linksOf(merchant, order),
})

export function statusAnswer(merchant: Merchant, order: Order): Body {
  const statusCode = order.status === 'expire' ? '407' : statusCodeOf(order)
  const fields = {
    status_code: statusCode,
    status_message: 'Success, transaction is found',
    ...fieldsOf(merchant, order),
  }
  return signed(merchant, worded(fields, order.wording?.answers))
}

/** A cancelled or expired order's notice carries 202, though its status answers 200 or 407. */
export function notificationOf(merchant: Merchant, order: Order): Body {
  const statusCode = order.status === 'cancel' || order.status === 'expire' ? '202' : statusCodeOf(order)
  const fields = {
    status_code: statusCode,
    status_message: 'midtrans payment notification',
    ...fieldsOf(merchant, order),
  }
  return signed(merchant, worded(fields, order.wording?.notices))
}

/** What cancel, expire, approve and deny answer. */
export const actionAnswer = (merchant: Merchant, order: Order, statusCode: string, message: string): Body => ({
  status_code: statusCode,
  status_message: message,
  ...fieldsOf(merchant, order),
})

export function statusCodeOf(order: Order): string {
  if (order.status === 'pending') return '201'
  if (order.status === 'capture' && order.fraudStatus === 'challenge') return '201'
  return order.status === 'deny' ? '202' : '200'
}

const worded = (body: Body, wording: Body = {}): Body =>
  Object.fromEntries(Object.entries({ ...body, ...wording }).filter(([, value]) => value !== null))

function signed({ serverKey }: Merchant, body: Body): Body {
  const text = `${body.order_id}${body.status_code}${body.gross_amount}${serverKey}`
  return { ...body, signature_key: createHash('sha512').update(text).digest('hex') }
}

function messageOf(order: Order): string {
  if (order.status === 'deny') return 'Deny by Bank [CENTRAL BANK] with code [05] and message [Do not honour]'
  if (order.payment?.type === 'credit_card') return 'Success, Credit Card transaction is successful'
  return `Success, ${order.payment?.type ?? 'snap'} transaction is created`
}

const fieldsOf = (merchant: Merchant, order: Order): Body => ({
  transaction_id: order.transactionId,
  order_id: order.orderId,
  merchant_id: merchant.merchantId,
  gross_amount: grossAmount(order.amount),
  currency: 'IDR',
  payment_type: order.payment?.type,
  transaction_time: localTime(order.createdAt),
  transaction_status: order.status,
  fraud_status: order.fraudStatus,
  ...methodFieldsOf(order),
  expiry_time: localTime(order.expiresAt),
  ...(order.settledAt ? { settlement_time: localTime(order.settledAt) } : {}),
  ...refundFieldsOf(order),
  ...(order.chargedBack ? { refund_chargeback_amount: grossAmount(order.chargedBack) } : {}),
  ...(order.originalAmount ? { metadata: originalAmountIn(order.originalAmount) } : {}),
})

const originalAmountIn = (amount: number): Body => ({
  extra_info: { gross_amount_info: { original_amount: grossAmount(amount) } },
})

function methodFieldsOf(order: Order): Body {
  const { payment } = order
  switch (payment?.type) {
    case 'bank_transfer':
      if (payment.bank === 'permata') return { permata_va_number: payment.number }
      return { va_numbers: [{ bank: payment.bank, va_number: payment.number }] }
    case 'echannel':
      return { biller_code: payment.billerCode, bill_key: payment.billKey }
    case 'qris':
      return { acquirer: payment.acquirer }
    case 'credit_card':
      return {
        masked_card: `${payment.firstSix}11-${payment.lastFour}`,
        card_type: 'credit',
        ...(order.status === 'pending'
          ? {}
          : { bank: 'bni', approval_code: order.transactionId.slice(0, 8), eci: '05' }),
      }
    default:
      return {}
  }
}

const refundFieldsOf = (order: Order): Body =>
  order.refunds.length === 0
    ? {}
    : {
        refund_amount: grossAmount(refundedAmount(order)),
        refunds: order.refunds.map(({ id, key, amount, reason, at }) => ({
          refund_chargeback_id: id,
          refund_chargeback_uuid: `${order.transactionId}-${id}`,
          refund_amount: grossAmount(amount),
          refund_key: key,
          reason,
          created_at: localTime(at),
        })),
      }

/**
 * Where the customer goes. Midtrans gives `redirect_url` to cards alone; here each order has it, because no bank and no
 * wallet stands behind this gateway: its page is the only place where anything can be paid.
 */
function linksOf(merchant: Merchant, order: Order): Body {
  if (order.status !== 'pending') return {}
  const page = payUrl(merchant, order)
  const type = order.payment?.type
  const qr = {
    name: 'generate-qr-code',
    method: 'GET',
    url: `${merchant.publicUrl}/v2/qris/${order.transactionId}/qr-code`,
  }
  const link = { name: 'deeplink-redirect', method: 'GET', url: page }
  const cancel = { name: 'cancel', method: 'POST', url: `${merchant.publicUrl}/v2/${order.transactionId}/cancel` }
  if (type === 'gopay') return { redirect_url: page, actions: [qr, link, cancel] }
  if (type === 'shopeepay') return { redirect_url: page, actions: [link] }
  if (type === 'qris') return { redirect_url: page, actions: [qr], qr_string: page }
  return { redirect_url: page }
}
