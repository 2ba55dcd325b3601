import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { mailEvents, mails } from '../../src/features/mails/tables'
import { bounce, event, signedNotice, webhookSecret } from '../support/resend-notice'
import { startSystem, type TestSystem, until } from '../support/system'

interface Sent {
  id: string
  to: string
}

const sent: Sent[] = []
let provider: ReturnType<typeof Bun.serve>
let system: TestSystem
beforeAll(async () => {
  provider = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { to } = (await request.json()) as { to: string }
      const id = `re_${sent.length + 1}`
      sent.push({ id, to })
      return Response.json({ id })
    },
  })
  system = await startSystem({
    environment: {
      ...{ RESEND_API_KEY: 're_key', RESEND_BASE_URL: provider.url.origin, RESEND_WEBHOOK_SECRET: webhookSecret },
      ...{ MAIL_RATE: '1000', MAIL_FROM: 'halo@warung.example' },
    },
  })
})
afterAll(async () => {
  await system.close()
  await provider.stop(true)
})

const tell = ({ text, headers }: ReturnType<typeof signedNotice>) =>
  fetch(`${system.url}/api/webhooks/resend`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: text,
  })

const password = 'correct horse battery'
let people = 0

/** Somebody new, and the number that the provider gave their first mail. */
async function register() {
  const email = `siti${++people}@example.com`
  const { body } = await system.anybody.post('/auth/register', { email, password, name: 'Siti' })
  const me = { authorization: `Bearer ${body.data.accessToken}` }
  // The welcome and the link.
  await rowsUntil(email, (found) => found.length === 2 && found.every(({ status }) => status === 'SENT'))
  const emailId = sent.find(({ to }) => to === email)!.id
  const mail = await system.parts.db.read.select().from(mails).where(eq(mails.providerId, emailId)).get()
  return { email, me, mailId: mail!.id, emailId }
}

interface OutboxRow {
  id: string
  status: string
}

const rowsUntil = (email: string, isGood: (rows: OutboxRow[]) => boolean): Promise<OutboxRow[]> =>
  until(
    `mails to ${email}`,
    async () => (await (await system.admin()).get(`/admin/mails?recipient=${email}`)).body.data,
    isGood,
  )

const suppressed = async (email: string) =>
  (await (await system.admin()).get(`/admin/mail-suppressions?address=${email}`)).body.data

const problemOf = async (me: Record<string, string>) =>
  (await (await fetch(`${system.url}/api/auth/me`, { headers: me })).json()).data.mailProblem

test('an address whose mail comes back for good gets no more, and everybody can see why', async () => {
  const { email, me, mailId, emailId } = await register()
  expect(await problemOf(me)).toBeNull()
  expect((await tell(signedNotice(bounce(emailId, email)))).status).toBe(200)
  const [row] = await suppressed(email)
  expect(row).toMatchObject({ address: email, reason: 'BOUNCED', mailId })
  expect(row.detail).toContain('is not there')
  expect(row.userId).toStartWith('usr_')
  expect(await problemOf(me)).toMatchObject({ reason: 'BOUNCED', message: expect.stringContaining('kembali') })
  const before = sent.length
  await system.anybody.post('/auth/forgot-password', { email })
  const rows = await rowsUntil(email, (found) => found.some(({ status }) => status === 'SUPPRESSED'))
  expect(rows[0]).toMatchObject({ template: 'reset-password', error: expect.stringContaining('come back') })
  expect(rows.find(({ id }) => id === mailId)).toMatchObject({ status: 'SENT', delivery: 'BOUNCED' })
  expect(sent).toHaveLength(before)
})

test('an administrator lets mails go there again, with a reason that is kept and no address in the log', async () => {
  const { email, me, emailId } = await register()
  await tell(signedNotice(event('email.complained', emailId, email)))
  const [row] = await suppressed(email)
  expect(row).toMatchObject({ reason: 'COMPLAINED' })
  const admin = await system.admin()
  expect((await admin.delete(`/admin/mail-suppressions/${row.id}`, { reason: 'x' })).status).toBe(422)
  expect((await admin.delete(`/admin/mail-suppressions/${row.id}`, { reason: 'They asked for it' })).status).toBe(200)
  expect((await admin.delete(`/admin/mail-suppressions/${row.id}`, { reason: 'They asked for it' })).status).toBe(404)
  const audit = await admin.get('/admin/audit?action=mail-suppression.lift')
  expect(audit.body.data[0]).toMatchObject({ reason: 'They asked for it', target: { kind: 'suppression', id: row.id } })
  expect(JSON.stringify(audit.body.data)).not.toContain(email)
  expect(await problemOf(me)).toBeNull()
  await system.anybody.post('/auth/forgot-password', { email })
  await rowsUntil(email, (found) => found.filter(({ status }) => status === 'SENT').length === 3)
})

test('a bounce for now, a delivery and what nobody knows suppress nobody', async () => {
  const { email, emailId } = await register()
  for (const notice of [
    bounce(emailId, email, 'Transient'),
    event('email.delivered', emailId, email),
    event('email.of-tomorrow', emailId, email),
    { type: 'email.bounced' },
    { type: 'email.bounced', data: { to: 5, bounce: 'odd', email_id: {} } },
    { type: 'email.complained', data: [] },
    { type: 'email.complained', data: { to: [null, { email }, 'x'.repeat(400)] } },
    { type: 'email.bounced', data: null },
    { type: 'constructor', data: { email_id: emailId } },
    {
      type: 'email.complained',
      data: { email_id: `${email}\u0000`, to: ['', '  ', '\u0000@example.com', '\ud800@example.com'] },
    },
  ])
    expect((await tell(signedNotice(notice))).status).toBe(200)
  expect(await suppressed(email)).toEqual([])
  expect(
    (await (await system.admin()).get('/admin/mail-suppressions?reason=COMPLAINED&address=')).body.meta.total,
  ).toBe(0)
})

test('events in any order, and the same again, leave what weighs most', async () => {
  const { email, mailId, emailId } = await register()
  const complaint = signedNotice(event('email.complained', emailId, email))
  await tell(complaint)
  const [first] = await suppressed(email)
  for (const notice of [bounce(emailId, email), event('email.delivered', emailId, email)])
    await tell(signedNotice(notice))
  await Promise.all([1, 2, 3].map(() => tell(complaint)))
  expect(await suppressed(email)).toEqual([first])
  const { body } = await (await system.admin()).get(`/admin/mails/${mailId}`)
  expect(body.data.delivery).toBe('COMPLAINED')
  const kept = await system.parts.db.read.select().from(mailEvents).all()
  expect(kept.filter(({ id }) => id === complaint.headers['svix-id'])).toHaveLength(1)
  expect(JSON.stringify(kept)).not.toContain('@')
})

test('a complaint after a bounce is told as such; an event of a mail that nobody knows goes by its address', async () => {
  const address = 'Stranger@Example.com'
  await tell(signedNotice(bounce('re_unknown', `A \ud800 stranger <${address}>`)))
  await tell(signedNotice(event('email.complained', undefined, address)))
  expect(await suppressed(address.toLowerCase())).toMatchObject([{ reason: 'COMPLAINED', userId: null, mailId: null }])
})

test('an event that comes before the mail’s own number is not lost', async () => {
  const { email, mailId, emailId } = await register()
  await system.parts.db.write((tx) => tx.update(mails).set({ status: 'QUEUED', providerId: null }).run())
  await tell(signedNotice(event('email.delivered', emailId, email)))
  const { raiseByEarlierNotices } = await import('../../src/features/mails/notices')
  await system.parts.db.write((tx) => raiseByEarlierNotices(tx, mailId, emailId))
  expect((await (await system.admin()).get(`/admin/mails/${mailId}`)).body.data.delivery).toBe('DELIVERED')
})

test('nothing that is forged, altered, held back or unsigned is taken in', async () => {
  const notice = bounce(undefined, 'victim@example.com')
  const good = signedNotice(notice)
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
  const forgeries = [
    { ...good, text: `${good.text} ` },
    { ...good, text: good.text.replace('victim', 'other') },
    { ...good, headers: { ...good.headers, 'svix-id': 'msg_other' } },
    { ...good, headers: { ...good.headers, 'svix-timestamp': '1893456000' } },
    { ...good, headers: { ...good.headers, 'svix-signature': '' } },
    { ...good, headers: { ...good.headers, 'svix-signature': good.headers['svix-signature'].replace('v1,', 'v2,') } },
    { ...good, headers: { ...good.headers, 'svix-signature': 'v1,AAAA v1,' } },
    signedNotice(notice, { at: ago(6) }),
    signedNotice(notice, { at: ago(-6) }),
    signedNotice(notice, { secret: `whsec_${Buffer.alloc(24, 8).toString('base64')}` }),
  ]
  for (const forged of forgeries) expect((await tell(forged)).status).toBe(403)
  const bare = await fetch(`${system.url}/api/webhooks/resend`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: good.text,
  })
  expect(bare.status).toBe(403)
  expect(await suppressed('victim@example.com')).toEqual([])
  const rotated = {
    ...good,
    headers: { ...good.headers, 'svix-signature': `v1,AAAA ${good.headers['svix-signature']}` },
  }
  expect((await tell(rotated)).status).toBe(200)
})

test('without a secret every event is refused', async () => {
  const other = await startSystem()
  const { text, headers } = signedNotice(bounce(undefined, 'a@example.com'), { secret: 'whsec_' })
  const answer = await fetch(`${other.url}/api/webhooks/resend`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: text,
  })
  expect(answer.status).toBe(403)
  await other.close()
})

test('closing an account forgets that its mails came back, and writes to it no more', async () => {
  const { email, me, emailId } = await register()
  await tell(signedNotice(bounce(emailId, email)))
  const before = sent.length
  const closed = await fetch(`${system.url}/api/auth/me`, {
    method: 'DELETE',
    headers: { ...me, 'content-type': 'application/json' },
    body: JSON.stringify({ password }),
  })
  expect(closed.status).toBe(200)
  expect(await suppressed(email)).toEqual([])
  expect(await system.parts.db.read.select().from(mails).all()).not.toContainEqual(
    expect.objectContaining({ template: 'account-closed' }),
  )
  expect(sent).toHaveLength(before)
})
