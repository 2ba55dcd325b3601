import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startSystem, type TestSystem, until } from '../support/system'
import { host, login, openSmtpHouse, type SmtpHouse } from './smtp-house'

let house: SmtpHouse
let system: TestSystem
beforeAll(async () => {
  house = await openSmtpHouse({ hideSTARTTLS: true })
  system = await startSystem({
    environment: {
      ...{ SMTP_HOST: host, SMTP_PORT: String(house.port), SMTP_TLS: 'none', MAIL_RATE: '1000' },
      ...{ SMTP_USER: login.user, SMTP_PASS: login.pass, SUPPORT_ADDRESS: 'bantuan@warung.example' },
      ...{ BUSINESS_NAME: 'Warung "Awan" 🌧', MAIL_FROM: 'halo@warung.example' },
    },
  })
})
afterAll(async () => {
  await system.close()
  await house.close()
})

test('a new customer gets their link by SMTP, in the name of the business, and the outbox says so', async () => {
  const email = 'siti@example.com'
  const body = { email, password: 'correct horse battery', name: 'Siti Rahayu' }
  expect((await system.anybody.post('/auth/register', body)).status).toBe(201)
  const mail = await until(
    'a mail',
    async () => house.received.find(({ to }) => to[0] === email),
    (found) => found !== undefined,
  )
  expect(mail?.user).toBe(login.user)
  const [head] = mail!.source.split('\r\n\r\n')
  expect(head).toContain('Reply-To: bantuan@warung.example')
  expect(head).toMatch(/^From: =\?UTF-8\?/m)
  expect(head).toContain('<halo@warung.example>')
  const admin = await system.admin()
  const [row] = await until(
    'the mail as sent',
    async () => (await admin.get(`/admin/mails?recipient=${email}`)).body.data,
    (rows) => rows.length > 0 && rows.every(({ status }: { status: string }) => status === 'SENT'),
  )
  expect(head).toContain(`Message-ID: <${row.id}@warung.example>`)
})
