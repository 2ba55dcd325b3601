import { createHash } from 'node:crypto'
import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import type { Parts } from '../../parts'
import { type LinkPage, pageTexts, type Texts } from './link-page-texts'
import { maxPasswordLength, minPasswordLength } from './password-policy'

/** Posts what the link carries. Only on a click: a mail filter opens links, too. The token leaves the address bar at once. */
const script = `
const form = document.querySelector('form')
const said = document.querySelector('output')
const field = form.querySelector('input')
const token = new URLSearchParams(location.search).get('token') ?? ''
history.replaceState(null, '', location.pathname)
const say = (key, more = '') => { said.textContent = form.dataset[key] + more }
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  form.inert = true
  const body = field ? { token, newPassword: field.value } : { token }
  try {
    const answer = await fetch(form.dataset.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
    })
    if (answer.ok) {
      form.hidden = true
      return say('done')
    }
    if (answer.status === 401) return say('ended')
    if (answer.status === 409) return say('taken')
    const { error } = await answer.json()
    say('refused', ' ' + (error.details?.problems?.[0]?.message ?? error.message))
  } catch {
    say('failed')
  } finally {
    form.inert = false
  }
})
`

const style = `
body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:28rem;padding:0 1rem;color:#1f2933}
input,button{font:inherit;box-sizing:border-box;width:100%;padding:.6rem;margin:.5rem 0;border:1px solid #9aa5b1;border-radius:6px}
button{background:#0b69a3;color:#fff;border:0}
`

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const headers = {
  'content-type': 'text/html;charset=utf-8',
  'content-security-policy': `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  vary: 'accept-language',
}

/** Where the links of our mails lead: two pages of our own words only. The token is in the query, which we log nowhere. */
export const linkPageRoutes = (parts: Pick<Parts, 'authenticate'>) =>
  new Elysia()
    .use(accessControl(parts.authenticate))
    .get('/verify-email', ({ request }) => answer('verify-email', request), {
      access: 'public',
      detail: { hide: true },
    })
    .get('/reset-password', ({ request }) => answer('reset-password', request), {
      access: 'public',
      detail: { hide: true },
    })

const answer = (page: LinkPage, request: Request): Response =>
  new Response(render(page, languageOf(request.headers.get('accept-language') ?? '')), { headers })

/** The first of ours that the browser names; the house speaks Indonesian, everybody else English. */
const languageOf = (accepted: string): 'id' | 'en' =>
  /\b(id|en)\b/i.exec(accepted)?.[1]?.toLowerCase() === 'id' ? 'id' : 'en'

function render(page: LinkPage, language: 'id' | 'en'): string {
  const texts: Texts = pageTexts[page][language]
  const said = Object.entries(texts.answers).map(([key, text]) => ` data-${key}="${text}"`)
  const field =
    texts.field === undefined
      ? ''
      : `<label>${texts.field}<input type="password" name="password" autocomplete="new-password" required minlength="${minPasswordLength}" maxlength="${2 * maxPasswordLength}"></label>`
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${texts.title}</title><style>${style}</style></head>
<body><h1>${texts.title}</h1>
<form data-path="api/auth/${page}"${said.join('')}>${field}<button>${texts.button}</button></form>
<p><output></output></p><noscript><p>${texts.noScript}</p></noscript>
<script>${script}</script></body></html>
`
}
