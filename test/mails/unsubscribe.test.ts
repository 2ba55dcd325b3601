import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { createUnsubscribeLinkOf } from '../../src/features/accounts'
import { users } from '../../src/features/accounts/tables'
import { enqueueMail } from '../../src/features/mails'
import { mails } from '../../src/features/mails/tables'
import { templates } from '../../src/features/mails/texts'
import { startSystem, type TestSystem, until } from '../support/system'
import { host, login, openSmtpHouse, type SmtpHouse } from './smtp-house'

let house: SmtpHouse
let system: TestSystem
beforeAll(async () => {
  house = await openSmtpHouse({ hideSTARTTLS: true })
  system = await startSystem({
    environment: {
      ...{ SMTP_HOST: host, SMTP_PORT: String(house.port), SMTP_TLS: 'none', MAIL_RATE: '1000' },
      ...{ SMTP_USER: login.user, SMTP_PASS: login.pass, MAIL_FROM: 'halo@warung.example' },
    },
  })
})
afterAll(async () => {
  await system.close()
  await house.close()
})

async function subscriber() {
  const customer = await system.customer()
  await customer.patch('/auth/me', { monthlyStatement: true })
  const wants = async () => (await customer.get('/auth/me')).body.data.monthlyStatement as boolean
  return { customer, wants, link: createUnsubscribeLinkOf(system.parts)(customer.id) }
}

/** As a mail program does it: a form, from nobody. */
const oneClick = (link: string) =>
  fetch(link, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  })

test('a statement says in its head how to stop it, and one click does, without signing in', async () => {
  const { customer, wants } = await subscriber()
  const mail = { key: 'statement', userId: customer.id, template: 'monthly-statement' } as const
  await system.parts.db.write((tx) =>
    enqueueMail(system.parts, tx, { ...mail, data: templates['monthly-statement'].example }),
  )
  const received = await until(
    'the statement',
    async () => house.received.find(({ source }) => source.includes('List-Unsubscribe')),
    (found) => found !== undefined,
  )
  const head = received!.source.split('\r\n\r\n')[0]!.replace(/\r\n[ \t]+/g, ' ')
  expect(head).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  const [, link] = /^List-Unsubscribe: <(.+)>$/m.exec(head)!
  expect(await wants()).toBe(true)
  expect((await oneClick(link!)).status).toBe(200)
  expect(await wants()).toBe(false)
  expect((await oneClick(link!)).status).toBe(200)
})

test('a statement that waits is not sent to who stopped it meanwhile', async () => {
  const { customer, link } = await subscriber()
  await oneClick(link)
  const mail = { key: 'too late', userId: customer.id, template: 'monthly-statement' } as const
  await system.parts.db.write((tx) =>
    enqueueMail(system.parts, tx, { ...mail, data: templates['monthly-statement'].example }),
  )
  const row = await until(
    'the statement',
    () => system.parts.db.read.select().from(mails).where(eq(mails.key, 'too late')).get(),
    (found) => found?.status !== 'QUEUED',
  )
  expect(row).toMatchObject({ status: 'SUPPRESSED', error: 'Not sent: it was unsubscribed from' })
})

test('a mail that everybody has to get has no such header', async () => {
  const email = 'siti@example.com'
  await system.anybody.post('/auth/register', { email, password: 'correct horse battery', name: 'Siti' })
  const received = await until(
    'a mail',
    async () => house.received.find(({ to }) => to[0] === email),
    (found) => found !== undefined,
  )
  expect(received?.source).not.toContain('List-Unsubscribe')
})

test('to open the link changes nothing; its page asks, in the language of the browser', async () => {
  const { wants, link } = await subscriber()
  const page = await fetch(link, { headers: { 'accept-language': 'id' } })
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toStartWith('text/html')
  expect(await page.text()).toContain('Berhenti menerima ringkasan bulanan')
  expect(await wants()).toBe(true)
})

test('a link that is none, or another person’s name on it, is refused', async () => {
  const [one, other] = [await subscriber(), await subscriber()]
  const token = new URL(one.link).searchParams.get('token')!
  const stolen = token.replace(one.customer.id, other.customer.id)
  for (const wrong of [
    stolen,
    `${token}x`,
    token.slice(0, -1),
    one.customer.id,
    `${one.customer.id}.`,
    '.',
    'x'.repeat(200),
  ]) {
    const url = new URL(one.link)
    url.searchParams.set('token', wrong)
    expect((await oneClick(url.href)).status).toBe(401)
  }
  expect((await oneClick(`${system.url}/api/mail-preferences/unsubscribe`)).status).toBe(422)
  expect([await one.wants(), await other.wants()]).toEqual([true, true])
})

test('the link of a closed account does nothing', async () => {
  const { customer, link } = await subscriber()
  expect((await customer.delete('/auth/me', { password: customer.password })).status).toBe(200)
  expect((await oneClick(link)).status).toBe(200)
  const row = await system.parts.db.read.select().from(users).where(eq(users.id, customer.id)).get()
  expect(row).toMatchObject({ status: 'CLOSED', monthlyStatement: false })
})
