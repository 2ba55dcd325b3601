import { createHash } from 'node:crypto'
import type { Brand } from '../config'
import { findWebUrl, Html, html } from '../lib/html'
import type { Locale } from '../lib/locale'

const style = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:10vh auto;max-width:28rem;padding:0 1rem;color:#1f2933;background:#fff}
header{font-weight:600;margin-bottom:2rem}header img{max-height:48px;max-width:240px}
input,button{font:inherit;box-sizing:border-box;width:100%;padding:.6rem;margin:.5rem 0;border:1px solid #9aa5b1;border-radius:6px}
button{background:#0b69a3;color:#fff;border:0}
small,footer{font-size:.85rem;color:#52606d}footer{margin-top:3rem}footer a{margin-right:1rem}
a{color:#0b69a3}
@media(prefers-color-scheme:dark){body{color:#e4e7eb;background:#1f2933}small,footer{color:#9aa5b1}a{color:#7cc4fa}}
`

const words: Record<Locale, { home: string; support: string }> = {
  id: { home: 'Kembali ke toko', support: 'Bantuan' },
  en: { home: 'Back to the shop', support: 'Support' },
}

interface BrandPage {
  language: Locale
  title: string
  body: Html
  script?: string
  /** Loaded again after so many seconds. */
  refreshSeconds?: number
}

/** A page of ours in the operator's name: logo, way home, whom to ask. It loads nothing but that logo. */
export function brandPage(brand: Brand, { language, title, body, script, refreshSeconds }: BrandPage): Response {
  const page = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">${refreshSeconds === undefined ? nothing : html`<meta http-equiv="refresh" content="${String(refreshSeconds)}">`}<title>${title} · ${brand.name}</title><style>${new Html(style)}</style></head>
<body><header>${headOf(brand)}</header>
<main><h1>${title}</h1>
${body}</main>
${footOf(brand, language)}
${script === undefined ? nothing : new Html(`<script>${script}</script>`)}</body></html>
`
  return new Response(page.source, {
    headers: {
      'content-type': 'text/html;charset=utf-8',
      'content-security-policy': policyOf(brand, script),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      vary: 'accept-language',
    },
  })
}

const nothing = new Html('')

const headOf = ({ name, logoUrl }: Brand): Html =>
  logoUrl ? html`<img src="${logoUrl}" alt="${name}">` : html`${name}`

function footOf({ storeUrl, support }: Brand, language: Locale): Html {
  const links = [
    storeUrl ? html`<a href="${storeUrl}">${words[language].home}</a>` : nothing,
    support ? html`<a href="${supportLink(support)}">${words[language].support}</a>` : nothing,
  ].filter((link) => link !== nothing)
  return links.length === 0 ? nothing : html`<footer>${links}</footer>`
}

/** As the configuration takes it: an e-mail address, a URL or a phone number. */
function supportLink(support: string): string {
  if (support.includes('@') && !findWebUrl(support)) return `mailto:${support}`
  return findWebUrl(support) ?? `tel:${support.replace(/[^+\d]/g, '')}`
}

function policyOf({ logoUrl }: Brand, script: string | undefined): string {
  const rules = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`, "connect-src 'self'"]),
    ...(logoUrl ? [`img-src ${new URL(logoUrl).origin}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return rules.join('; ')
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
