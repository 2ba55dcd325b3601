import { createHash } from 'node:crypto'
import { Html, html } from '../../lib/html'
import { formatRupiah, wordsOf } from '../../lib/locale'
import type { Receipt } from './receipt'
import { type ReceiptTexts, receiptTexts } from './receipt-texts'

const style = `
@page{size:A4;margin:18mm}
*{box-sizing:border-box}
body{font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#1f2933;background:#fff;margin:0 auto;max-width:186mm;padding:10mm 6mm;overflow-wrap:anywhere}
header{display:flex;justify-content:space-between;align-items:flex-start;gap:10mm;border-bottom:2px solid #1f2933;padding-bottom:5mm;margin-bottom:7mm}
h1{font-size:26px;line-height:1.2;margin:0}
h2,dt,th{font-size:11px;font-weight:600;color:#52606d;text-transform:uppercase;letter-spacing:.05em;margin:0}
dl{display:grid;grid-template-columns:auto auto;gap:.5mm 5mm;margin:0;align-items:baseline}
dd{margin:0}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:10mm;margin-bottom:9mm}
.sides p{margin:1mm 0 0}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:2mm 4mm 2mm 0}
thead th{border-bottom:1px solid #9aa5b1}
tbody td{border-bottom:1px solid #e4e7eb}
th:last-child,td:last-child{text-align:right;padding-right:0;white-space:nowrap}
.sums{width:62%;margin:4mm 0 0 auto}
.sums td{border:0;padding-top:1mm;padding-bottom:1mm}
.sums .total td{border-top:1px solid #1f2933;border-bottom:1px solid #1f2933;font-weight:700;font-size:16px;padding:2mm 4mm 2mm 0}
.sums .total td:last-child{padding-right:0}
.back{margin-top:9mm}
small{color:#52606d;font-size:12px}
footer{margin-top:14mm;color:#52606d;font-size:12px}
table,section{break-inside:avoid}
@media print{body{padding:0;max-width:none}}
@media(max-width:560px){header,.sides{display:block}header dl,.sides section+section{margin-top:5mm}.sums{width:100%}}
`

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** One sheet of paper. It says its own policy too: a frontend fetches it with a token and shows it from a blob. */
export function receiptPage(receipt: Receipt, timeZone: string): Response {
  const page = render(receipt, receiptTexts[receipt.customer.locale], timeZone)
  return new Response(`<!doctype html>\n${page.source}\n`, {
    headers: {
      'content-type': 'text/html;charset=utf-8',
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'content-disposition': `inline; filename="receipt-${receipt.number}.html"`,
      'cache-control': 'no-store',
    },
  })
}

function render(receipt: Receipt, texts: ReceiptTexts, timeZone: string): Html {
  const { locale } = receipt.customer
  return html`<html lang="${locale}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${texts.title} ${receipt.number}</title><style>${new Html(style)}</style></head>
<body>
${headOf(receipt, texts, wordsOf(locale, timeZone).date(receipt.issuedAt))}
${sidesOf(receipt, texts)}
${linesOf(receipt, texts, wordsOf(locale, timeZone).day)}
${sumsOf(receipt, texts)}
${refundsOf(receipt, texts, wordsOf(locale, timeZone).date)}
<footer>${texts.footer}</footer>
</body></html>`
}

const nothing = new Html('')

const headOf = ({ number, billingId }: Receipt, texts: ReceiptTexts, date: string): Html =>
  html`<header><h1>${texts.title}</h1><dl>
<dt>${texts.number}</dt><dd>${number}</dd>
<dt>${texts.date}</dt><dd>${date}</dd>
${billingId === null ? nothing : html`<dt>${texts.subscription}</dt><dd>${billingId}</dd>`}
</dl></header>`

const sidesOf = ({ issuer, customer }: Receipt, texts: ReceiptTexts): Html =>
  html`<div class="sides">
<section><h2>${texts.seller}</h2><p><strong>${issuer.name}</strong></p>
${issuer.address === null ? nothing : html`<p>${issuer.address}</p>`}
${issuer.taxId === null ? nothing : html`<p>${texts.taxId}: ${issuer.taxId}</p>`}</section>
<section><h2>${texts.customer}</h2><p><strong>${customer.name}</strong></p><p>${customer.email}</p></section>
</div>`

function linesOf({ lines }: Receipt, texts: ReceiptTexts, day: (iso: string) => string): Html {
  const rows = lines.map((line) => {
    const what = [
      line.kind === 'upgrade' ? texts.upgrade : '',
      line.billingCycle ? texts.cycles[line.billingCycle] : '',
    ]
    if (line.kind === 'discount')
      return html`<tr><td>${texts.discount(line.description)}</td><td></td><td>${formatRupiah(line.amount)}</td></tr>`
    const period = line.periodStart && line.periodEnd ? `${day(line.periodStart)} – ${day(line.periodEnd)}` : '–'
    return html`<tr><td>${line.description} <small>${what.filter(Boolean).join(', ')}</small></td><td>${period}</td><td>${formatRupiah(line.amount)}</td></tr>`
  })
  return html`<table><thead><tr><th>${texts.description}</th><th>${texts.period}</th><th>${texts.amount}</th></tr></thead>
<tbody>${rows}</tbody></table>`
}

function sumsOf({ net, tax, total }: Receipt, texts: ReceiptTexts): Html {
  const taxed = tax === null ? nothing : taxRows(net, tax, texts)
  return html`<table class="sums"><tbody>${taxed}
<tr class="total"><td>${texts.total}</td><td>${formatRupiah(total)}</td></tr>
<tr><td>${texts.paidFrom}</td><td>${formatRupiah(total)}</td></tr></tbody></table>`
}

function taxRows(net: number, tax: NonNullable<Receipt['tax']>, texts: ReceiptTexts): Html {
  const included = tax.pricesIncludeTax ? html` <small>${texts.taxIncluded}</small>` : nothing
  return html`<tr><td>${texts.net}</td><td>${formatRupiah(net)}</td></tr>
${tax.base === '1' ? nothing : html`<tr><td>${texts.taxable(tax.base)}</td><td>${formatRupiah(tax.taxable)}</td></tr>`}
<tr><td>${tax.name} ${texts.percent(tax.ratePercent)}${included}</td><td>${formatRupiah(tax.amount)}</td></tr>`
}

function refundsOf({ refunds, refunded, total }: Receipt, texts: ReceiptTexts, date: (iso: string) => string): Html {
  if (refunds.length === 0) return nothing
  const rows = refunds.map(
    ({ number, amount, refundedAt }) =>
      html`<tr><td>${number}</td><td>${date(refundedAt)}</td><td>${formatRupiah(amount)}</td></tr>`,
  )
  return html`<section class="back"><h2>${texts.refunds}</h2><table><tbody>${rows}</tbody></table>
<table class="sums"><tbody><tr><td>${texts.refunded}</td><td>${formatRupiah(refunded)}</td></tr>
<tr class="total"><td>${texts.kept}</td><td>${formatRupiah(total - refunded)}</td></tr></tbody></table></section>`
}
