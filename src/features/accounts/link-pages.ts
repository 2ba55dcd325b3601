import { Elysia } from 'elysia'
import { brandOf } from '../../config'
import { accessControl } from '../../http/access'
import { brandPage } from '../../http/brand-page'
import { localeOf } from '../../http/locale'
import { Html, html } from '../../lib/html'
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

/** Where the links of our mails lead: two pages of our own words only. The token is in the query, which we log nowhere. */
export const linkPageRoutes = (parts: Pick<Parts, 'authenticate' | 'config'>) =>
  new Elysia()
    .use(accessControl(parts.authenticate))
    .get('/verify-email', ({ request }) => answer(parts, 'verify-email', request), {
      access: 'public',
      detail: { hide: true },
    })
    .get('/reset-password', ({ request }) => answer(parts, 'reset-password', request), {
      access: 'public',
      detail: { hide: true },
    })

function answer({ config }: Pick<Parts, 'config'>, page: LinkPage, request: Request): Response {
  const language = localeOf(request) ?? 'en'
  const texts = pageTexts[page][language]
  const hasToken = (new URL(request.url).searchParams.get('token') ?? '') !== ''
  return brandPage(brandOf(config), {
    language,
    title: texts.title,
    // A form that nothing could come of would only take a password from somebody.
    body: hasToken ? formOf(page, texts) : html`<p>${texts.answers.ended}</p>`,
    script: hasToken ? script : undefined,
  })
}

function formOf(page: LinkPage, texts: Texts): Html {
  const said = Object.entries(texts.answers).map(([key, text]) => html` data-${key}="${text}"`)
  const rule = texts.rule === undefined ? nothing : html`<small id="rule">${texts.rule}</small>`
  const field =
    texts.field === undefined
      ? nothing
      : html`<label>${texts.field}<input type="password" name="password" autocomplete="new-password" required minlength="${String(minPasswordLength)}" maxlength="${String(2 * maxPasswordLength)}" aria-describedby="rule"></label>${rule}`
  return html`<form data-path="api/auth/${page}"${said}>${field}<button>${texts.button}</button></form>
<p><output></output></p><noscript><p>${texts.noScript}</p></noscript>
`
}

const nothing = new Html('')
