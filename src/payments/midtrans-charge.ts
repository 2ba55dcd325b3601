import type { ChargeResult, PaymentAction, PaymentInstructions, PaymentMethod, PaymentOrder } from './gateway'
import { type MidtransAnswer, type MidtransBody, readText } from './midtrans-answer'
import { bankOfMethod } from './midtrans-order'
import { readStatus } from './midtrans-status'
import { parseLink, parseTime } from './midtrans-values'
import { PaymentError, unusableAnswer } from './payment-error'

const maxActions = 10

/** The answer to a Core charge. One that differs from what was asked is not taken for ours. */
export function readCharge(answer: MidtransAnswer, order: PaymentOrder): ChargeResult {
  const { body } = answer
  const status = readStatus(answer, order.orderId)
  const { state } = status
  if (status.orderId === null) throw unusableAnswer('charge answered without the order')
  const expiry = readText(body, 'expiry_time')
  const expiresAt = expiry === null ? order.expiresAt : parseTime(expiry)
  if (state === 'denied' || state === 'failed' || state === 'expired' || state === 'cancelled') {
    const diagnosis = `charge ended as ${state}: ${(readText(body, 'status_message') ?? '').slice(0, 200)}`
    throw new PaymentError({ kind: 'refused', outcome: 'none', retryable: false, diagnosis })
  }
  if (state !== 'pending' && state !== 'paid' && state !== 'challenge') throw unusableAnswer(`charge ended as ${state}`)
  if ((status.originalAmount ?? status.amount) !== order.amount)
    throw unusableAnswer('charge answered with another amount')
  if (status.currency !== null && status.currency !== 'IDR') throw unusableAnswer('charge answered in another currency')
  if (status.transactionId === null) throw unusableAnswer('charge answered without a transaction id')
  const instructions: PaymentInstructions =
    state === 'pending' ? readInstructions(body, order.method) : { kind: 'none' }
  return {
    orderId: order.orderId,
    providerTransactionId: status.transactionId,
    state,
    redirectUrl: readRedirect(body) ?? (instructions.kind === 'deeplink' ? instructions.url : null),
    instructions,
    expiresAt,
    rawStatus: readText(body, 'transaction_status') ?? '',
  }
}

export function readSnapCharge({ body }: MidtransAnswer, order: PaymentOrder): ChargeResult {
  const url = readRedirect(body)
  if (url === null || !/^https?:/.test(url)) throw unusableAnswer('a hosted page without an address')
  return {
    orderId: order.orderId,
    providerTransactionId: null,
    state: 'pending',
    redirectUrl: url,
    instructions: { kind: 'redirect', url },
    expiresAt: order.expiresAt,
    rawStatus: 'created',
  }
}

function readInstructions(body: MidtransBody, method: PaymentMethod): PaymentInstructions {
  switch (method) {
    case 'mandiri_bill':
      return { kind: 'bill', billerCode: needText(body, 'biller_code'), billKey: needText(body, 'bill_key') }
    case 'gopay':
    case 'shopeepay':
      return readDeeplink(body)
    case 'qris':
      return readQr(body)
    case 'credit_card': {
      const url = readRedirect(body)
      if (url === null) throw unusableAnswer('a card to be confirmed without an address')
      return { kind: 'redirect', url }
    }
    default:
      return { kind: 'virtual_account', bank: bankOfMethod[method] ?? 'permata', number: readAccountNumber(body) }
  }
}

function readAccountNumber(body: MidtransBody): string {
  const first: unknown = Array.isArray(body.va_numbers) ? body.va_numbers[0] : undefined
  const number =
    readText(body, 'permata_va_number') ??
    (typeof first === 'object' && first !== null ? readText(first as MidtransBody, 'va_number') : null)
  if (number === null || !/^\d{6,30}$/.test(number)) throw unusableAnswer('no virtual account number')
  return number
}

function readDeeplink(body: MidtransBody): PaymentInstructions {
  const actions = readActions(body)
  const link = actions.find((action) => action.name === 'deeplink-redirect')
  const qrImageUrl = findQrImage(actions)
  if (link) return { kind: 'deeplink', url: link.url, qrImageUrl, actions }
  if (qrImageUrl) return { kind: 'qr', imageUrl: qrImageUrl, content: readText(body, 'qr_string') }
  throw unusableAnswer('a wallet payment without a link')
}

function readQr(body: MidtransBody): PaymentInstructions {
  const imageUrl = findQrImage(readActions(body))
  const content = readText(body, 'qr_string')
  if (imageUrl === null && content === null) throw unusableAnswer('a QR payment without a code')
  return { kind: 'qr', imageUrl, content }
}

const findQrImage = (actions: PaymentAction[]): string | null =>
  actions.find((action) => action.name.startsWith('generate-qr-code'))?.url ?? null

function readActions(body: MidtransBody): PaymentAction[] {
  const list: unknown[] = Array.isArray(body.actions) ? body.actions.slice(0, maxActions) : []
  return list.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return []
    const name = readText(entry as MidtransBody, 'name')
    const url = readText(entry as MidtransBody, 'url')
    // Status and cancel are for the merchant: they take its key, so a customer can't use them.
    if (!name || !url || name === 'get-status' || name === 'cancel') return []
    const method = readText(entry as MidtransBody, 'method') === 'POST' ? 'POST' : 'GET'
    return [{ name, method, url: parseLink(url) } as const]
  })
}

const readRedirect = (body: MidtransBody): string | null => {
  const url = readText(body, 'redirect_url')
  return url === null ? null : parseLink(url)
}

function needText(body: MidtransBody, field: string): string {
  const text = readText(body, field)
  if (text === null) throw unusableAnswer(`charge answered without ${field}`)
  return text
}
