import { afterEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { users } from '../../src/features/accounts/tables'
import { enqueueMail, type NewMail, sweepOutbox } from '../../src/features/mails'
import { mails } from '../../src/features/mails/tables'
import { hour, ManualClock, minute } from '../../src/lib/clock'
import type { Logger } from '../../src/lib/log'
import { MailError, type MailSender } from '../../src/mail-senders'
import { jobs } from '../../src/queue'
import { eventually, noLog } from '../queue/house'
import { openPostOffice, type PostOffice, siti, welcome } from './post-office'

let office: PostOffice
afterEach(() => office.close())

type Sent = Parameters<MailSender['send']>[0]

function scripted(...answers: (Error | { providerId: string })[]): MailSender & { sent: Sent[] } {
  const sent: Sent[] = []
  return {
    delivers: true,
    sent,
    async send(mail) {
      sent.push(mail)
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!
      if (answer instanceof Error) throw answer
      return answer
    },
  }
}

test('a mail takes address, language and name from the person, and is kept where nothing delivers', async () => {
  office = await openPostOffice()
  office.queue.start()
  await office.send(welcome)
  await eventually(async () => (await office.outbox())[0]?.status === 'KEPT')
  expect((await office.outbox())[0]).toMatchObject({
    key: 'welcome:usr_siti',
    userId: siti.id,
    recipient: siti.email,
    locale: 'id',
    template: 'welcome',
    data: { name: siti.name },
    sentAt: null,
  })
})

test('address and language can be given instead', async () => {
  office = await openPostOffice()
  await office.send({ ...welcome, to: ' Other@Example.com', locale: 'en' })
  expect((await office.outbox())[0]).toMatchObject({ recipient: 'other@example.com', locale: 'en' })
})

test('a name goes to its own verified address and to no other', async () => {
  office = await openPostOffice()
  await office.send({ ...welcome, key: 'own', to: ` ${siti.email.toUpperCase()}` })
  await office.send({ ...welcome, key: 'new', to: 'new@example.com' })
  await office.db.write((tx) => tx.update(users).set({ emailVerifiedAt: null }).run())
  await office.send({ ...welcome, key: 'unverified' })
  expect((await office.outbox()).map(({ key, data }) => [key, data])).toEqual([
    ['own', { name: siti.name }],
    ['new', {}],
    ['unverified', {}],
  ])
})

test('one occasion is one mail, sent once under its key', async () => {
  const sender = scripted({ providerId: 're_1' })
  office = await openPostOffice(sender)
  office.queue.start()
  await Promise.all([1, 2, 3].map(() => office.send(welcome)))
  await eventually(async () => (await office.outbox())[0]?.status === 'SENT')
  await office.send(welcome)
  await Bun.sleep(30)
  expect(await office.outbox()).toHaveLength(1)
  expect(await office.all()).toHaveLength(1)
  expect(sender.sent).toHaveLength(1)
  expect(sender.sent[0]).toMatchObject({ key: welcome.key, to: siti.email, subject: 'Selamat datang di MinisPod' })
  expect((await office.outbox())[0]).toMatchObject({ providerId: 're_1', attempts: 1, error: null })
})

test('what is wrong with a mail is logged, and the business in its transaction stands', async () => {
  office = await openPostOffice()
  const logged: unknown[] = []
  const log = { ...noLog, error: (...given: unknown[]) => logged.push(given) } as unknown as Logger
  const endless: Record<string, unknown> = {}
  endless.self = endless
  const broken = [
    { ...welcome, key: 'nobody', userId: 'usr_nobody' },
    { ...welcome, key: 'no-json', data: endless },
    { ...welcome, key: 'bigint', data: { amount: 5n } },
    { ...welcome, key: 'no-template', template: null },
    { ...welcome, key: 'nul', to: 'a\u0000@example.com' },
    { ...welcome, key: null },
  ] as unknown as NewMail<'welcome'>[]
  for (const mail of broken) {
    const name = `named by the business beside ${mail.key}`
    await office.db.write(async (tx) => {
      await tx.update(users).set({ name }).run()
      await enqueueMail({ ...office, log }, tx, mail)
    })
    expect(await office.db.read.select({ name: users.name }).from(users).get()).toEqual({ name })
  }
  expect(await office.outbox()).toEqual([])
  expect(logged).toHaveLength(broken.length)
})

test('a mail that can’t be composed or delivered leaves what it tells about as it is', async () => {
  office = await openPostOffice(scripted({ providerId: 're_1' }))
  const odd = { ...welcome, key: 'odd', template: 'top-up-received', data: { amount: {}, balance: null } }
  await office.send(odd as unknown as NewMail<'top-up-received'>)
  await office.send({ ...welcome, key: 'gone' })
  await office.db.write((tx) => tx.update(mails).set({ template: 'gone' }).where(eq(mails.key, 'gone')).run())
  office.queue.start()
  await eventually(async () => (await office.outbox()).every(({ status }) => status !== 'QUEUED'))
  expect((await office.outbox()).find(({ key }) => key === 'gone')?.status).toBe('FAILED')
})

test('a mail whose business rolls back is never sent', async () => {
  const sender = scripted({ providerId: 're_1' })
  office = await openPostOffice(sender)
  office.queue.start()
  const failed = office.db.write(async (tx) => {
    await enqueueMail(office, tx, welcome)
    throw new Error('no')
  })
  await expect(failed).rejects.toThrow('no')
  await Bun.sleep(30)
  expect(sender.sent).toEqual([])
  expect(await office.outbox()).toEqual([])
})

test('a provider that is down delays a mail; one that refuses it for good ends it, and both say why', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  const down = new MailError('Resend answered 503', { retryable: true, retryAfterMs: 5 * minute })
  const sender = scripted(down, { providerId: 're_2' }, new MailError('no such address', { retryable: false }))
  office = await openPostOffice(sender, { clock })
  office.queue.start()
  await office.send(welcome)
  await eventually(async () => (await office.outbox())[0]?.error === 'Resend answered 503')
  await eventually(async () => (await office.all())[0]?.status === 'QUEUED')
  expect((await office.outbox())[0]?.status).toBe('QUEUED')
  expect((await office.all())[0]?.runAt).toEqual(new Date(clock.now().getTime() + 5 * minute))
  clock.advance(5 * minute)
  office.queue.wake('mail.deliver')
  await eventually(async () => (await office.outbox())[0]?.status === 'SENT')
  expect((await office.outbox())[0]).toMatchObject({ attempts: 2, error: null })
  expect(sender.sent[0]).toEqual(sender.sent[1]!)
  clock.advance(1)
  await office.send({ ...welcome, key: 'second' })
  await eventually(async () => (await office.outbox())[1]?.status === 'FAILED')
  await eventually(async () => (await office.all())[1]?.status === 'DEAD')
  expect((await office.outbox())[1]?.error).toBe('no such address')
})

test('an outage of three days loses no mail, and a longer one is given up', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  const sender = scripted(new MailError('away', { retryable: true, concernsAll: true }))
  office = await openPostOffice(sender, { clock })
  office.queue.start()
  await office.send(welcome)
  const triedAgain = async (status: string, times: number) => {
    office.queue.wake('mail.deliver')
    await eventually(async () => sender.sent.length === times && (await office.all())[0]?.status === status)
  }
  for (let tries = 1; tries <= 20; tries++) {
    await triedAgain('QUEUED', tries)
    clock.advance(20 * minute)
  }
  expect((await office.outbox())[0]?.status).toBe('QUEUED')
  clock.advance(72 * hour)
  await triedAgain('DEAD', 21)
  expect((await office.outbox())[0]).toMatchObject({ status: 'FAILED', error: 'away' })
})

test('a mail that is cut off because the server stops is sent by the next one', async () => {
  const hanging: MailSender = {
    delivers: true,
    send: (_mail, { signal } = {}) =>
      new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(signal!.reason))),
  }
  office = await openPostOffice(hanging)
  office.queue.start()
  await office.send(welcome)
  await eventually(async () => (await office.all())[0]?.status === 'RUNNING')
  await office.queue.stop(1)
  expect((await office.outbox())[0]).toMatchObject({ status: 'QUEUED', error: null })
  expect((await office.all())[0]).toMatchObject({ status: 'QUEUED', attempts: 0 })
})

test('who waits for a link does not wait behind receipts', async () => {
  office = await openPostOffice(scripted({ providerId: 're_1' }))
  await office.send(welcome)
  await office.send({ key: 'reset', userId: siti.id, template: 'reset-password', data: { linkId: 'lnk_1' } })
  expect((await office.all()).map(({ kind }) => kind)).toEqual(['mail.deliver', 'mail.deliver-first'])
})

test('what no template can read fails for an administrator to see', async () => {
  office = await openPostOffice(scripted({ providerId: 're_1' }))
  await office.send(welcome)
  await office.db.write((tx) => tx.update(mails).set({ template: 'gone' }).run())
  office.queue.start()
  await eventually(async () => (await office.outbox())[0]?.status === 'FAILED')
  expect((await office.outbox())[0]?.error).toBe('there is no template gone')
})

test('the sweep fails a mail whose job has died, revives one without a job, and leaves the others alone', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  office = await openPostOffice(scripted({ providerId: 're_1' }), { clock })
  for (const key of ['died', 'lost', 'fine']) {
    await office.send({ ...welcome, key })
    clock.advance(1)
  }
  const [died, lost] = await office.outbox()
  await office.db.write((tx) =>
    tx.update(jobs).set({ status: 'DEAD', lastError: 'gone' }).where(eq(jobs.key, died!.id)).run(),
  )
  await office.db.write((tx) => tx.delete(jobs).where(eq(jobs.key, lost!.id)).run())
  await sweepOutbox(office)
  expect((await office.outbox()).map(({ status }) => status)).toEqual(['QUEUED', 'QUEUED', 'QUEUED'])
  clock.advance(11 * minute)
  await sweepOutbox(office)
  await sweepOutbox(office)
  expect((await office.outbox()).map(({ status, error }) => [status, error])).toEqual([
    ['FAILED', 'gone'],
    ['QUEUED', null],
    ['QUEUED', null],
  ])
  expect(await office.all()).toHaveLength(3)
  clock.advance(hour)
  await sweepOutbox(office)
  expect(await office.all()).toHaveLength(3)
  office.queue.start()
  await eventually(async () => (await office.outbox()).filter(({ status }) => status === 'SENT').length === 2)
})

test('a mail that was given up is sent after all when its job is retried', async () => {
  const sender = scripted(new MailError('key is wrong', { retryable: false }), { providerId: 're_9' })
  office = await openPostOffice(sender)
  office.queue.start()
  await office.send(welcome)
  await eventually(async () => (await office.all())[0]?.status === 'DEAD')
  const { retryJob } = await import('../../src/queue')
  const [dead] = await office.all()
  await office.db.write((tx) => retryJob(office, tx, dead!.id))
  await eventually(async () => (await office.outbox())[0]?.status === 'SENT')
})
