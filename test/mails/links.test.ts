import { afterEach, expect, test } from 'bun:test'
import { auditEntries } from '../../src/features/audit/tables'
import type { Mail, MailSender } from '../../src/mail-senders'
import type { Schedules } from '../../src/queue'
import { until } from '../support/system'
import { openPostOffice, type PostOffice, siti } from './post-office'
import { serveAdmin } from './server'

const link = 'https://minispod.example/verify-email?token=of-lnk_1'
const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function postOffice(sender?: MailSender) {
  const office = await openPostOffice(sender)
  const admin = serveAdmin(office, {} as Schedules)
  open.push(
    () => admin.close(),
    () => office.close(),
  )
  office.queue.start()
  return { office, admin }
}

const collect = (sent: Mail[]): MailSender => ({
  delivers: true,
  send: async (mail) => {
    sent.push(mail)
    return {}
  },
})

async function post(office: PostOffice, linkId: string, status: string): Promise<string> {
  await office.send({ key: `verify:${linkId}`, userId: siti.id, template: 'verify-email', data: { linkId } })
  const [mail] = await until(
    'the mail',
    () => office.outbox(),
    ([row]) => row?.status === status,
  )
  return mail!.id
}

test('the link is in the mail that is sent, and nowhere else', async () => {
  const sent: Mail[] = []
  const { office, admin } = await postOffice(collect(sent))
  const id = await post(office, 'lnk_1', 'SENT')
  expect(sent).toHaveLength(1)
  expect(sent[0]!.text).toContain(`\nKonfirmasi alamat surel: ${link}\n`)
  expect(sent[0]!.html).toContain(`href="${link}"`)
  expect(JSON.stringify(await office.outbox())).not.toContain('token')
  const { status, body } = await admin.get(`/admin/mails/${id}`)
  expect(status).toBe(200)
  expect(body.data.text).toContain('Konfirmasi alamat surel: (tersembunyi)')
  expect(JSON.stringify(body)).not.toContain('token=')
  expect(body.data.html.match(/href=/g)).toBeNull()
  expect(await office.db.read.select().from(auditEntries).all()).toEqual([])
})

test('a mail whose link has ended meanwhile is not sent', async () => {
  const sent: Mail[] = []
  const { office } = await postOffice(collect(sent))
  await post(office, 'ended', 'FAILED')
  expect(sent).toEqual([])
  expect((await office.outbox())[0]).toMatchObject({ error: 'Its link has ended', attempts: 1 })
})

test('where nothing delivers the link is shown to whoever hands it on, and that is written down', async () => {
  const { office, admin } = await postOffice()
  const id = await post(office, 'lnk_1', 'KEPT')
  expect((await admin.get(`/admin/mails/${id}`)).body.data.text).toContain(link)
  const entries = await office.db.read.select().from(auditEntries).all()
  expect(entries).toEqual([
    expect.objectContaining({ action: 'mail.view-link', targetKind: 'mail', targetId: id, actorId: 'usr_1' }),
  ])
  expect(JSON.stringify(entries)).not.toContain('of-lnk_1')
  expect((await admin.get('/admin/mails/preview/verify-email')).body.data.text).toContain('(tersembunyi)')
})
