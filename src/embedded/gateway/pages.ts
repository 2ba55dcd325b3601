import { createHash } from 'node:crypto'
import { grossAmount, localTime, type Merchant, payUrl, statusCodeOf } from './bodies'
import { snapChoices } from './charge-input'
import type { Order } from './order'
import css from './page-style'

const styleHash = createHash('sha256').update(css).digest('base64')

/** Where the order can be paid, refused or left to expire; afterwards it says how it ended. */
export function payPage(order: Order): Response {
  const open = order.status === 'pending'
  const content = `
    <p class="shop">${escapeHtml(order.description || 'Payment')}</p>
    <h1>${rupiah(order.amount)}</h1>
    <p class="state ${order.status}">${wordsOf(order)}</p>
    <dl>${detailsOf(order)}</dl>
    ${open ? formOf(order) : ''}
    ${order.finishUrl ? `<p><a href="${escapeHtml(finishUrl(order)!)}">Return to the merchant</a></p>` : ''}`
  return page(content, order.finishUrl)
}

export const messagePage = (message: string, httpStatus: number): Response =>
  page(`<h1>Payment gateway</h1><p>${escapeHtml(message)}</p>`, null, httpStatus)

/** The merchant's page with what Midtrans appends to it. Nothing there proves a payment. */
export function finishUrl(order: Order): string | null {
  if (!order.finishUrl) return null
  const url = new URL(order.finishUrl)
  url.searchParams.set('order_id', order.orderId)
  url.searchParams.set('status_code', statusCodeOf(order))
  url.searchParams.set('transaction_status', order.status)
  return url.href
}

/** No encoder for QR codes is at hand: the picture holds the address in letters, and opens it where it is not embedded. */
export function qrImage(merchant: Merchant, order: Order): Response {
  const address = payUrl(merchant, order)
  const lines = address.match(/.{1,34}/g) ?? []
  const text = lines.map((line, row) => `<tspan x="160" y="${150 + row * 20}">${escapeHtml(line)}</tspan>`).join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" font-family="monospace" text-anchor="middle">
<rect x="4" y="4" width="312" height="312" rx="16" fill="#fff" stroke="#1d4ed8" stroke-width="4"/>
<text x="160" y="62" font-size="30" font-weight="bold" fill="#16202e">QRIS</text>
<text x="160" y="92" font-size="16" fill="#16202e">${rupiah(order.amount).replace('&nbsp;', ' ')}</text>
<a href="${escapeHtml(address)}"><text font-size="13" fill="#1d4ed8">${text}</text></a>
<text x="160" y="292" font-size="11" fill="#5b6778">embedded gateway: open this address to pay</text></svg>`
  return new Response(svg, {
    headers: { ...safeHeaders, 'content-type': 'image/svg+xml', 'content-security-policy': "default-src 'none'" },
  })
}

const safeHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

function page(content: string, leadsTo: string | null, status = 200): Response {
  // Browsers hold a form to this list across redirects too, and ours ends at the merchant's page.
  const formAction = leadsTo ? `'self' ${new URL(leadsTo).origin}` : "'self'"
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Payment</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${css}</style></head>
<body><main>${content}<footer>Embedded payment gateway: no real money moves here.</footer></main></body></html>`
  return new Response(html, {
    status,
    headers: { ...safeHeaders, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  })
}

function formOf(order: Order): string {
  if (order.payment) {
    const pay = order.payment.type === 'credit_card' ? 'Confirm with 3-D Secure' : `Pay ${rupiah(order.amount)}`
    return `<form method="post">
      <button class="pay" name="action" value="pay">${pay}</button>
      <button name="action" value="deny">Deny</button>
      <button name="action" value="expire">Let it expire</button></form>`
  }
  const choices = Object.entries(snapChoices).map(
    ([id, name]) => `<button name="method" value="${id}">${name}</button>`,
  )
  return `<form method="post" class="choices">${choices.join('')}</form>`
}

function detailsOf(order: Order): string {
  const { payment } = order
  const rows: [string, string][] = [['Order', order.orderId]]
  if (order.customerName) rows.push(['Customer', order.customerName])
  if (payment?.type === 'bank_transfer') rows.push([`${payment.bank.toUpperCase()} virtual account`, payment.number])
  else if (payment?.type === 'echannel') rows.push(['Biller code', payment.billerCode], ['Bill key', payment.billKey])
  else if (payment?.type === 'credit_card') rows.push(['Card', `${payment.firstSix}…${payment.lastFour}`])
  else if (payment) rows.push(['Method', payment.type === 'qris' ? 'QRIS' : payment.type])
  if (order.status === 'pending') rows.push(['Pay before', `${localTime(order.expiresAt)} WIB`])
  for (const refund of order.refunds) rows.push(['Refunded', `${grossAmount(refund.amount)} (${refund.key})`])
  return rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')
}

function wordsOf(order: Order): string {
  if (order.status === 'pending') return order.payment ? 'Waiting for payment' : 'Choose how to pay'
  if (order.status === 'capture') return order.fraudStatus === 'challenge' ? 'Under review' : 'Paid'
  const words: Record<string, string> = {
    settlement: 'Paid',
    deny: 'Denied',
    cancel: 'Cancelled',
    expire: 'Expired',
    refund: 'Refunded',
    partial_refund: 'Partly refunded',
    chargeback: 'Charged back',
    partial_chargeback: 'Partly charged back',
  }
  return words[order.status] ?? order.status
}

const rupiah = (amount: number): string => `Rp&nbsp;${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')}`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!)
