import type { Brand } from '../../config'
import type { Locale } from '../../lib/locale'
import type { MailContent } from './content'
import { htmlOf } from './mail-html'

/** As long as anybody reads; a header may be longer, and is folded by whoever sends. */
const maxSubject = 150

export interface RenderedMail {
  subject: string
  text: string
  html: string
}

export interface Frame {
  brand: Brand
  locale: Locale
  name: string | undefined
  /** Where the recipient reaches us. */
  publicUrl: string
  /** Where they take back that they asked for this mail; only in those that nobody has to get. */
  unsubscribeUrl?: string
}

/** A mail on its way to text and HTML: all of it plain text on lines of its own. */
export interface LaidOut extends MailContent {
  greeting: string
  /** Whose mail it is, where their shop is and whom to ask. */
  footer: string
  unsubscribe?: { label: string; url: string }
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
const unsubscribes: Record<Locale, string> = { id: 'Berhenti menerima surel ini', en: 'Stop getting this mail' }

/** One content, two forms: the text says exactly what the HTML says. */
export function layOut(content: MailContent, frame: Frame): RenderedMail {
  const laidOut = tidy({
    ...content,
    greeting: greetings[frame.locale](frame.name),
    footer: footerOf(frame),
    unsubscribe: frame.unsubscribeUrl ? { label: unsubscribes[frame.locale], url: frame.unsubscribeUrl } : undefined,
  })
  return { subject: laidOut.subject, text: textOf(laidOut), html: htmlOf(laidOut, frame) }
}

function footerOf({ locale, brand, publicUrl }: Frame): string {
  const account = `${footers[locale]} ${brand.name}: ${brand.storeUrl ?? publicUrl}`
  return brand.support ? `${account} · ${helps[locale]}: ${brand.support}` : account
}

/** Without line breaks and other control characters: no name can begin a header, or a line that looks like ours. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

const tidy = ({ subject, paragraphs, facts, link, closing, greeting, footer, unsubscribe }: LaidOut): LaidOut => ({
  subject: shorten(oneLine(subject)),
  paragraphs: paragraphs.map(oneLine),
  facts: facts?.map(({ label, value }) => ({ label, value: oneLine(value) })),
  link: link && { label: oneLine(link.label), url: oneLine(link.url) },
  closing: closing && oneLine(closing),
  greeting: oneLine(greeting),
  footer: oneLine(footer),
  unsubscribe,
})

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Cut between two signs as people see them: half an emoji is none. */
function shorten(subject: string): string {
  if (subject.length <= maxSubject) return subject
  let kept = ''
  for (const { segment } of graphemes.segment(subject)) {
    if (kept.length + segment.length >= maxSubject) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

function textOf({ paragraphs, facts = [], link, closing, greeting, footer, unsubscribe }: LaidOut): string {
  const foot = unsubscribe ? `${footer}\n${unsubscribe.label}: ${unsubscribe.url}` : footer
  const blocks = [
    greeting,
    ...paragraphs,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    link ? `${link.label}: ${link.url}` : '',
    closing ?? '',
    `-- \n${foot}`,
  ]
  return `${blocks.filter(Boolean).join('\n\n')}\n`
}
