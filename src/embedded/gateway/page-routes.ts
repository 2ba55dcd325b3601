import { payUrl } from './bodies'
import { type SnapChoice, snapChoices } from './charge-input'
import { denied, expired, paid } from './lifecycle'
import { finishUrl, messagePage, payPage, qrImage } from './pages'
import type { Change, PaymentDesk } from './payment-desk'
import { chosen } from './snap-api'

const unknown = (): Response => messagePage('This payment is not known here.', 404)

const seeOther = (url: string): Response =>
  new Response(null, { status: 303, headers: { location: url, 'cache-control': 'no-store' } })

export async function showPayPage(desk: PaymentDesk, orderId: string): Promise<Response> {
  const order = await desk.find(orderId)
  return order ? payPage(order) : unknown()
}

export async function openSnapPage(desk: PaymentDesk, token: string): Promise<Response> {
  const order = await desk.findBySnapToken(token)
  return order ? seeOther(payUrl(desk.merchant, order)) : unknown()
}

export async function showQr(desk: PaymentDesk, transactionId: string): Promise<Response> {
  const order = await desk.find(transactionId)
  return order ? qrImage(desk.merchant, order) : unknown()
}

/** The customer's act at the bank or in the wallet. Whoever is through goes back to the merchant. */
export async function submitPayPage(desk: PaymentDesk, orderId: string, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  const change = changeOf(form)
  if (!change) return messagePage('This is not something one can do here.', 400)
  const order = await desk.change(orderId, change)
  if (order === undefined) return unknown()
  if (order === null) return messagePage('This payment is already through, or can no longer be paid.', 409)
  const url = order.status === 'pending' ? null : finishUrl(order)
  return seeOther(url ?? payUrl(desk.merchant, order))
}

function changeOf(form: URLSearchParams): Change | null {
  const method = form.get('method')
  if (method !== null) return Object.hasOwn(snapChoices, method) ? chosen(method as SnapChoice) : null
  switch (form.get('action')) {
    case 'pay':
      return paid
    case 'deny':
      return (order) => (order.status === 'pending' && order.payment ? denied(order) : null)
    case 'expire':
      return expired
    default:
      return null
  }
}
