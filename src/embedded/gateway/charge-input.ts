import { day, hour, minute, second } from '../../lib/clock'
import type { CardTokens } from './card-tokens'
import type { Bank, Payment, PaymentType } from './order'

const maxAmount = 99_999_999_999
const defaultExpiryMs: Record<PaymentType, number> = {
  bank_transfer: day,
  echannel: day,
  gopay: 15 * minute,
  shopeepay: 5 * minute,
  qris: 15 * minute,
  credit_card: 10 * minute,
}
const maxExpiryMs = 180 * day

interface ChargeInput {
  orderId: string
  amount: number
  description: string
  customerName: string
  finishUrl: string | null
}

type Fields = Record<string, unknown>

export const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

/** What Core and Snap have in common; `problems` gets Midtrans' validation messages. */
export function readChargeInput(body: Fields, problems: string[]): ChargeInput {
  const details = asFields(body.transaction_details)
  const orderId = typeof details.order_id === 'string' ? details.order_id : ''
  if (orderId === '') problems.push('transaction_details.order_id is required')
  else if (orderId.length > 50) problems.push('transaction_details.order_id is too long, maximum 50 characters')
  else if (!/^[A-Za-z0-9\-_~.]+$/.test(orderId)) {
    problems.push('transaction_details.order_id only allows alphanumeric, dash, underscore, tilde and dot')
  }
  const amount = typeof details.gross_amount === 'number' ? details.gross_amount : Number.NaN
  if (!Number.isInteger(amount))
    problems.push('transaction_details.gross_amount is required and must be a whole number')
  else if (amount < 1) problems.push('transaction_details.gross_amount must be greater than or equal to 0.01')
  else if (amount > maxAmount) problems.push('transaction_details.gross_amount is too large')
  const items = Array.isArray(body.item_details) ? body.item_details.map(asFields) : []
  if (items.length > 0 && items.reduce((sum, item) => sum + Number(item.price) * Number(item.quantity), 0) !== amount) {
    problems.push('transaction_details.gross_amount is not equal to the sum of item_details')
  }
  const customer = asFields(body.customer_details)
  return {
    orderId,
    amount,
    description: typeof items[0]?.name === 'string' ? items[0].name.slice(0, 50) : '',
    customerName: typeof customer.first_name === 'string' ? customer.first_name.slice(0, 255) : '',
    finishUrl: readFinishUrl(body),
  }
}

/** Only web addresses: the page sends the browser there. */
function readFinishUrl(body: Fields): string | null {
  const url =
    asFields(body.callbacks).finish ?? asFields(body.gopay).callback_url ?? asFields(body.shopeepay).callback_url
  return typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : null
}

/** The chosen method with what the customer needs to pay by it, or null with a problem named. */
export function readPayment(body: Fields, tokens: CardTokens, problems: string[]): Payment | null {
  switch (body.payment_type) {
    case 'bank_transfer': {
      const bank = asFields(body.bank_transfer).bank
      if (isBank(bank)) return newPayment(`${bank}_va`)
      problems.push('bank_transfer.bank is not supported')
      return null
    }
    case 'echannel':
      return newPayment('mandiri_bill')
    case 'gopay':
    case 'shopeepay':
      return { type: body.payment_type }
    case 'qris': {
      const acquirer = asFields(body.qris).acquirer
      return { type: 'qris', acquirer: typeof acquirer === 'string' ? acquirer.slice(0, 32) : 'gopay' }
    }
    case 'credit_card':
      return tokens.redeem(asFields(body.credit_card).token_id)
    default:
      problems.push('payment_type is not supported')
      return null
  }
}

const isBank = (value: unknown): value is Bank => ['bca', 'bni', 'bri', 'permata'].includes(String(value))

/** What the hosted page offers; a card there is the accepted test card. */
export const snapChoices = {
  bca_va: 'BCA virtual account',
  bni_va: 'BNI virtual account',
  bri_va: 'BRI virtual account',
  permata_va: 'Permata virtual account',
  mandiri_bill: 'Mandiri bill',
  gopay: 'GoPay',
  shopeepay: 'ShopeePay',
  qris: 'QRIS',
  credit_card: 'Credit card',
} as const

export type SnapChoice = keyof typeof snapChoices

const prefixOfBank: Record<Bank, string> = { bca: '12345', bni: '98800', bri: '26215', permata: '87780' }

export function newPayment(choice: SnapChoice): Payment {
  if (choice === 'mandiri_bill') return { type: 'echannel', billerCode: '70012', billKey: digits(12) }
  if (choice === 'gopay' || choice === 'shopeepay') return { type: choice }
  if (choice === 'qris') return { type: 'qris', acquirer: 'gopay' }
  if (choice === 'credit_card') return { type: 'credit_card', firstSix: '481111', lastFour: '1114' }
  const bank = choice.slice(0, -'_va'.length) as Bank
  return { type: 'bank_transfer', bank, number: prefixOfBank[bank] + digits(11) }
}

function digits(count: number): string {
  return [...crypto.getRandomValues(new Uint8Array(count))].map((byte) => byte % 10).join('')
}

const unitMs: Record<string, number> = { second, minute, hour, day }

/** `custom_expiry` of Core or `expiry` of Snap; without one, what Midtrans gives the method. */
export function readExpiry(body: Fields, type: PaymentType | null, now: Date, problems: string[]): Date {
  const core = asFields(body.custom_expiry)
  const snap = asFields(body.expiry)
  const duration = core.expiry_duration ?? snap.duration
  const fallback = new Date(now.getTime() + (type ? defaultExpiryMs[type] : day))
  if (duration === undefined || type === 'credit_card') return fallback
  const unit = unitMs[String(core.unit ?? snap.unit ?? 'minute').replace(/s$/, '')]
  const start = readStart(core.order_time ?? snap.start_time, now)
  const ms = typeof duration === 'number' && unit ? duration * unit : Number.NaN
  if (!start || !Number.isInteger(duration) || !(ms > 0 && ms <= maxExpiryMs)) {
    problems.push('custom_expiry is invalid')
    return fallback
  }
  return new Date(start.getTime() + ms)
}

/** "2026-01-31 23:59:59 +0700" */
function readStart(value: unknown, now: Date): Date | null {
  if (value === undefined) return now
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(String(value))
  const start = match ? new Date(`${match[1]}T${match[2]}${match[3]}:${match[4]}`) : null
  return start && !Number.isNaN(start.getTime()) ? start : null
}
