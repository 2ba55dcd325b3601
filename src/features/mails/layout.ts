import type { Brand } from '../../config'
import { findWebUrl, Html, html } from '../../lib/html'
import type { Locale } from '../../lib/locale'
import type { MailContent } from './content'

const maxSubject = 150

export interface RenderedMail {
  subject: string
  text: string
  html: string
}

interface Frame {
  brand: Brand
  locale: Locale
  name: string | undefined
  /** Where the recipient reaches us. */
  publicUrl: string
}

const greetings: Record<Locale, (name: string | undefined) => string> = {
  id: (name) => (name ? `Halo ${name},` : 'Halo,'),
  en: (name) => (name ? `Hello ${name},` : 'Hello,'),
}

const footers: Record<Locale, string> = {
  id: 'Surel ini dikirim otomatis karena Anda memiliki akun di',
  en: 'This mail was sent automatically because you have an account at',
}

const helps: Record<Locale, string> = { id: 'Bantuan', en: 'Support' }

/** One content, two forms: the text says exactly what the HTML says. */
export function layOut(written: MailContent, frame: Frame): RenderedMail {
  const content = tidy(written)
  const greeting = oneLine(greetings[frame.locale](frame.name))
  const footer = footerOf(frame)
  return {
    subject: content.subject.slice(0, maxSubject),
    text: textOf(content, greeting, footer),
    html: htmlOf(content, greeting, footer, frame),
  }
}

/** Whose mail it is, where their shop is and whom to ask. */
function footerOf({ locale, brand, publicUrl }: Frame): string {
  const account = `${footers[locale]} ${brand.name}: ${brand.storeUrl ?? publicUrl}`
  return oneLine(brand.support ? `${account} · ${helps[locale]}: ${brand.support}` : account)
}

/** Without line breaks and other control characters: no name can begin a header, or a line that looks like ours. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

const tidy = ({ subject, paragraphs, facts, link, closing }: MailContent): MailContent => ({
  subject: oneLine(subject),
  paragraphs: paragraphs.map(oneLine),
  facts: facts?.map(({ label, value }) => ({ label, value: oneLine(value) })),
  link: link && { label: oneLine(link.label), url: oneLine(link.url) },
  closing: closing && oneLine(closing),
})

function textOf({ paragraphs, facts = [], link, closing }: MailContent, greeting: string, footer: string): string {
  const blocks = [
    greeting,
    ...paragraphs,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    link ? `${link.label}: ${link.url}` : '',
    closing ?? '',
    `-- \n${footer}`,
  ]
  return `${blocks.filter(Boolean).join('\n\n')}\n`
}

const font =
  'font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif;font-size:16px;line-height:1.5;color:#1f2933'
const quiet = 'font-size:13px;color:#52606d'

function htmlOf(content: MailContent, greeting: string, footer: string, { locale, brand }: Frame): string {
  const { subject, paragraphs, facts = [], closing } = content
  const page = html`<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${subject}</title></head>
<body style="margin:0;padding:24px;background:#f5f7fa">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px;${font}">
<p style="margin:0 0 16px"><strong>${headOf(brand)}</strong></p>
${paragraph(greeting)}
${paragraphs.map(paragraph)}
${factTable(facts)}
${linkOf(content)}
${closing ? paragraph(closing) : nothing}
<p style="margin:24px 0 0;${quiet}">${footer}</p>
</div>
</body>
</html>`
  return page.source.replace(/\n{2,}/g, '\n')
}

const headOf = ({ name, logoUrl }: Brand): Html =>
  logoUrl ? html`<img src="${logoUrl}" alt="${name}" style="max-height:48px">` : html`${name}`

const nothing = new Html('')

const paragraph = (text: string): Html => html`<p style="margin:0 0 16px">${text}</p>`

function factTable(facts: NonNullable<MailContent['facts']>): Html {
  if (facts.length === 0) return nothing
  const rows = facts.map(
    ({ label, value }) =>
      html`<tr><td style="padding:4px 16px 4px 0;${quiet}">${label}</td><td style="padding:4px 0">${value}</td></tr>`,
  )
  return html`<table role="presentation" style="margin:0 0 16px;border-collapse:collapse">
${rows}
</table>`
}

function linkOf({ link }: MailContent): Html {
  if (!link) return nothing
  const url = findWebUrl(link.url)
  if (!url) return paragraph(`${link.label}: ${link.url}`)
  const look =
    'display:inline-block;padding:10px 20px;background:#0b69a3;color:#ffffff;border-radius:6px;text-decoration:none'
  return html`<p style="margin:0 0 16px"><a href="${url}" style="${look}">${link.label}</a></p>
<p style="margin:0 0 16px;${quiet}">${url}</p>`
}
