import type { PaymentState, PaymentStatus, RefundRecord } from './gateway'
import { type MidtransBody, readText } from './midtrans-answer'
import { parseAmount } from './midtrans-values'
import { unusableAnswer } from './payment-error'

const maxRefunds = 1000

/** A sum in whole rupiah, or null where there is none; Midtrans writes most as texts and some as numbers. */
export function amountIn(body: MidtransBody, field: string): bigint | null {
  const value = body[field]
  if (typeof value === 'number') return parseAmount(String(value))
  const text = readText(body, field)
  return text === null ? null : parseAmount(text)
}

/** With a fee that the customer bears, what was ordered stands in the metadata, and `gross_amount` is more. */
export function readOriginalAmount(body: MidtransBody): bigint | null {
  for (const holder of [asBody(body.metadata), body]) {
    const info = asBody(asBody(holder.extra_info).gross_amount_info)
    const original = amountIn(info, 'original_amount')
    if (original !== null) return original
  }
  return null
}

type GivenBack = Pick<PaymentStatus, 'refundedAmount' | 'chargedBackAmount' | 'refunds'>

/** What went back. A sum may be left out where the list is there, and a list may be shorter than the sum says. */
export function readGivenBack(body: MidtransBody, state: PaymentState): GivenBack {
  const refunds = listIn(body, 'refunds').map(
    (entry): RefundRecord => ({ key: readText(entry, 'refund_key'), amount: amountIn(entry, 'refund_amount') }),
  )
  const listed = sumOf(refunds.map(({ amount }) => amount ?? 0n))
  const stated = amountIn(body, 'refund_amount')
  const refundedAmount = stated !== null && stated > listed ? stated : listed
  const isUnsaid = refundedAmount === 0n || (stated === null && refunds.some(({ amount }) => amount === null))
  if (state === 'partially_refunded' && isUnsaid) throw unusableAnswer('partly refunded, and no sum')
  return { refundedAmount, chargedBackAmount: readChargedBack(body), refunds }
}

/** A partial chargeback's own amount. What was refunded is not a word about it. */
function readChargedBack(body: MidtransBody): bigint | null {
  const stated = amountIn(body, 'chargeback_amount') ?? amountIn(body, 'refund_chargeback_amount')
  if (stated !== null) return stated
  const amounts = listIn(body, 'chargebacks').map(
    (entry) => amountIn(entry, 'chargeback_amount') ?? amountIn(entry, 'refund_amount') ?? amountIn(entry, 'amount'),
  )
  return amounts.length === 0 || amounts.includes(null) ? null : sumOf(amounts.map((amount) => amount!))
}

const sumOf = (amounts: bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n)

const asBody = (value: unknown): MidtransBody =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as MidtransBody) : {}

function listIn(body: MidtransBody, field: string): MidtransBody[] {
  const list: unknown = body[field]
  return Array.isArray(list) ? list.slice(0, maxRefunds).map(asBody) : []
}
