import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { tokenTo } from '../support/mailbox'
import { sharedSystem, type TestSystem } from '../support/system'

const shared = sharedSystem()
const newPassword = 'kuda makan nasi goreng'
const open = async (system: TestSystem, path: string, language = 'en') => {
  const answer = await fetch(system.url + path, { headers: { 'accept-language': language } })
  return { answer, html: await answer.text() }
}
const pieceOf = (html: string, tag: string) => new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html)![1]!

test.each(['verify-email', 'reset-password'])(
  'the page /%s runs and shows nothing but its own, and keeps the token to itself',
  async (page) => {
    const system = await shared()
    const { answer, html } = await open(system, `/${page}?token=mpl_canary"><script>`)
    expect(answer.status).toBe(200)
    const policy = answer.headers.get('content-security-policy')!
    const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    expect(policy).toStartWith("default-src 'none';")
    expect(policy).toContain(`script-src ${hashOf(pieceOf(html, 'script'))};`)
    expect(policy).toContain(`style-src ${hashOf(pieceOf(html, 'style'))};`)
    expect(policy).toContain("connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(html).not.toContain('canary')
    expect(html.match(/<script|<style/g)).toHaveLength(2)
    expect(html).not.toMatch(/ on\w+=| style=|https?:/)
    expect(JSON.stringify(system.logged)).not.toContain('canary')
    expect(system.logged).toContainEqual(expect.objectContaining({ route: `/${page}`, status: 200 }))
  },
)

test('the pages speak the first of our two languages that the browser names', async () => {
  const system = await shared()
  const languageOf = async (accepted: string) =>
    /<html lang="(\w+)"/.exec((await open(system, '/verify-email', accepted)).html)![1]
  const asked = ['id', 'id-ID,id;q=0.9,en;q=0.8', 'en-US,en;q=0.9,id;q=0.8', 'fr', '', 'de,ID;q=0.5', 'ideal']
  expect(await Promise.all(asked.map(languageOf))).toEqual(['id', 'id', 'en', 'en', 'en', 'id', 'en'])
})

test('a link in a mail leads to its page, and opening it uses nothing up', async () => {
  const system = await shared()
  const person = await system.customer()
  const token = await tokenTo(system, person.email, 'verify-email')
  for (let filter = 0; filter < 3; filter++) {
    expect((await open(system, `/verify-email?token=${token}`)).answer.status).toBe(200)
  }
  expect((await person.get('/auth/me')).body.data.emailVerified).toBe(false)
})

/** Runs a page's own script in as little of a browser as it needs. */
async function visit(system: TestSystem, path: string) {
  const { html } = await open(system, path)
  const data = Object.fromEntries(
    [...html.matchAll(/ data-(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]),
  )
  const field = html.includes('<input') ? { value: '' } : null
  let onSubmit: (event: object) => Promise<void> = () => Promise.reject(new Error('nothing listens'))
  const form = {
    dataset: data,
    inert: false,
    hidden: false,
    querySelector: () => field,
    addEventListener(_: string, listener: typeof onSubmit) {
      onSubmit = listener
    },
  }
  const said = { textContent: '' }
  const bar = { url: path }
  const { pathname, search } = new URL(path, system.url)
  const parts = {
    document: { querySelector: (selector: string) => (selector === 'form' ? form : said) },
    location: { pathname, search },
    history: {
      replaceState(_: null, __: string, url: string) {
        bar.url = url
      },
    },
    fetch: (url: string, init: RequestInit) => fetch(new URL(url, system.url + pathname), init),
  }
  new Function(...Object.keys(parts), pieceOf(html, 'script'))(...Object.values(parts))
  return { form, field, said, bar, submit: () => onSubmit({ preventDefault() {} }) }
}

test('one click verifies the address, and a second says that the link has ended', async () => {
  const system = await shared()
  const person = await system.customer()
  const path = `/verify-email?token=${await tokenTo(system, person.email, 'verify-email')}`
  const page = await visit(system, path)
  expect(page.bar.url).toBe('/verify-email')
  await page.submit()
  expect([page.said.textContent, page.form.hidden]).toEqual(['Thank you. Your address is confirmed.', true])
  expect((await person.get('/auth/me')).body.data.emailVerified).toBe(true)
  const again = await visit(system, path)
  await again.submit()
  expect([again.said.textContent, again.form.hidden, again.form.inert]).toEqual([
    'This link is not valid any more. Ask for a new one.',
    false,
    false,
  ])
})

test('the form sets a new password, after it has said what is wrong with the first one', async () => {
  const system = await shared()
  const person = await system.customer()
  await system.anybody.post('/auth/forgot-password', { email: person.email })
  const page = await visit(system, `/reset-password?token=${await tokenTo(system, person.email, 'reset-password')}`)
  page.field!.value = 'password2024'
  await page.submit()
  expect(page.said.textContent).toBe('Not accepted: Expected a less common password')
  page.field!.value = newPassword
  await page.submit()
  expect(page.said.textContent).toBe('Your password is changed. Please sign in again.')
  expect((await system.anybody.post('/auth/login', { email: person.email, password: newPassword })).status).toBe(200)
})
