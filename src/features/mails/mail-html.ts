import type { Brand } from '../../config'
import { findWebUrl, Html, html } from '../../lib/html'
import type { Frame, LaidOut } from './layout'

/**
 * Mail programs keep what stands on the elements themselves; many drop a style sheet. So the light page stands inline, and the
 * sheet only changes it: darker where that is wanted, narrower where there is little room.
 */
const sheet = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media(max-width:480px){
.page{padding:8px!important}.sheet{padding:20px 16px!important}
.facts td{display:block!important;padding:0!important}.facts td+td{padding:0 0 10px!important}
}
@media(prefers-color-scheme:dark){
.page{background:#111820!important}.sheet{background:#1b2530!important}
.text{color:#e4e7eb!important}.quiet{color:#a8b3bf!important}.quiet a,.text a.plain{color:#8ccbff!important}
.button{background:#2f8fd0!important;color:#06121c!important}.logo{background:#ffffff!important;padding:6px!important}
}
`

const font =
  'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5'
const dark = 'color:#1f2933'
const quiet = 'font-size:13px;color:#52606d'
/** A long address or name breaks anywhere rather than making the page wider than the phone. */
const breaking = 'overflow-wrap:anywhere;word-break:break-word'
const wholeWords = 'overflow-wrap:normal;word-break:normal'
const button =
  'display:inline-block;padding:12px 22px;background:#0b69a3;color:#ffffff;border-radius:6px;text-decoration:none;font-weight:600'

export function htmlOf(mail: LaidOut, { locale, brand }: Frame): string {
  const { subject, greeting, paragraphs, facts = [], closing } = mail
  const page = html`<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no">
<title>${subject}</title><style>${new Html(sheet)}</style></head>
<body class="page" dir="ltr" style="margin:0;padding:24px;background:#f5f7fa">
<div style="display:none;max-height:0;overflow:hidden">${paragraphs[0] ?? ''}</div>
<table role="presentation" align="center" width="560" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:560px;margin:0 auto">
<tr><td class="sheet text" style="padding:32px;background:#ffffff;border-radius:8px;${font};${dark};${breaking}">
<p style="margin:0 0 20px;font-size:18px"><strong>${headOf(brand)}</strong></p>
${paragraph(greeting)}
${paragraphs.map(paragraph)}
${factTable(facts)}
${linkOf(mail)}
${closing ? paragraph(closing) : nothing}
<p class="quiet" style="margin:28px 0 0;${quiet}">${mail.footer}${unsubscribeOf(mail)}</p>
</td></tr></table>
</body>
</html>`
  return page.source.replace(/\n{2,}/g, '\n')
}

const headOf = ({ name, logoUrl }: Brand): Html =>
  logoUrl
    ? html`<img src="${logoUrl}" alt="${name}" class="logo" style="max-height:48px;max-width:240px;border-radius:4px">`
    : html`${name}`

const nothing = new Html('')

const paragraph = (text: string): Html => html`<p style="margin:0 0 16px">${text}</p>`

function factTable(facts: NonNullable<LaidOut['facts']>): Html {
  if (facts.length === 0) return nothing
  const rows = facts.map(
    ({ label, value }) =>
      html`<tr><td class="quiet" valign="top" style="padding:4px 16px 4px 0;${quiet};line-height:24px;${wholeWords}">${label}</td><td valign="top" style="padding:4px 0">${value}</td></tr>`,
  )
  return html`<table role="presentation" class="facts" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px;border-collapse:collapse">
${rows}
</table>`
}

function linkOf({ link }: LaidOut): Html {
  if (!link) return nothing
  const url = findWebUrl(link.url)
  if (!url) return paragraph(`${link.label}: ${link.url}`)
  return html`<p style="margin:24px 0 12px"><a class="button" href="${url}" style="${button}">${link.label}</a></p>
<p class="quiet" style="margin:0 0 16px;${quiet}">${url}</p>`
}

function unsubscribeOf({ unsubscribe }: LaidOut): Html {
  if (!unsubscribe) return nothing
  return html`<br><a href="${unsubscribe.url}" style="color:#0b69a3">${unsubscribe.label}</a>`
}
