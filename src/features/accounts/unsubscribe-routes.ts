import { Elysia, t } from 'elysia'
import { brandOf } from '../../config'
import { accessControl } from '../../http/access'
import { brandPage } from '../../http/brand-page'
import { localeOf } from '../../http/locale'
import { Answer, errors, Media, ok } from '../../http/schema'
import { html } from '../../lib/html'
import type { Locale } from '../../lib/locale'
import type { Parts } from '../../parts'
import { unsubscribe } from './unsubscribe'

const Token = t.Object({ token: t.String({ maxLength: 200 }) })

/** Only on a click: a mail filter opens links, too. */
const script = `
const button = document.querySelector('button')
const said = document.querySelector('output')
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const answer = await fetch(location.href, { method: 'POST', credentials: 'omit' })
    said.textContent = button.dataset[answer.ok ? 'done' : answer.status === 401 ? 'ended' : 'failed']
    button.hidden = answer.ok
  } catch {
    said.textContent = button.dataset.failed
  } finally {
    button.disabled = false
  }
})
`

interface Texts {
  title: string
  text: string
  button: string
  done: string
  ended: string
  failed: string
  noScript: string
}

const texts: Record<Locale, Texts> = {
  id: {
    title: 'Berhenti menerima ringkasan bulanan',
    text: 'Surel tentang akun dan langganan Anda tetap kami kirim.',
    button: 'Berhenti',
    done: 'Baik. Ringkasan bulanan tidak dikirim lagi. Anda dapat menyalakannya lagi di akun Anda.',
    ended: 'Tautan ini tidak berlaku.',
    failed: 'Server tidak dapat dihubungi. Coba lagi.',
    noScript: 'Halaman ini memerlukan JavaScript.',
  },
  en: {
    title: 'Stop the monthly statement',
    text: 'Mails about your account and your subscriptions are still sent.',
    button: 'Stop it',
    done: 'Done. The monthly statement is not sent any more. You can turn it on again in your account.',
    ended: 'This link is not valid.',
    failed: 'The server can’t be reached. Try again.',
    noScript: 'This page needs JavaScript.',
  },
}

export const unsubscribeRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/mail-preferences', tags: ['Accounts'] })
    .use(accessControl(parts.authenticate))
    .get('/unsubscribe', ({ query, request }) => page(parts, request, query.token), {
      access: 'public',
      query: t.Partial(Token),
      response: { 200: Media('text/html', 'A page with one button'), ...errors() },
      detail: {
        operationId: 'mail_unsubscribe_page',
        summary: 'The page that the link of a mail opens; it changes nothing',
      },
    })
    .post(
      '/unsubscribe',
      async ({ query }) => {
        await parts.db.write((tx) => unsubscribe(parts, tx, query.token))
        return ok(null)
      },
      {
        access: 'public',
        query: Token,
        response: { 200: Answer(t.Null()), ...errors('UNAUTHORIZED') },
        detail: {
          operationId: 'mail_unsubscribe',
          summary: 'Stop the monthly statement by the link of a mail',
          description:
            'Without signing in, by one click in a mail program (RFC 8058): what is sent beside the token is not read. A person opens the same address and confirms.',
        },
      },
    )

function page({ config }: Pick<Parts, 'config'>, request: Request, token = ''): Response {
  const language = localeOf(request) ?? 'en'
  const { title, text, button, done, ended, failed, noScript } = texts[language]
  return brandPage(brandOf(config), {
    language,
    title,
    body:
      token === ''
        ? html`<p>${ended}</p>`
        : html`<p>${text}</p><button data-done="${done}" data-ended="${ended}" data-failed="${failed}">${button}</button>
<p><output></output></p><noscript><p>${noScript}</p></noscript>`,
    script: token === '' ? undefined : script,
  })
}
