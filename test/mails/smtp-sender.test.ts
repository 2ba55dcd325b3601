import { afterEach, describe, expect, test } from 'bun:test'
import { createServer, type Server, type Socket } from 'node:net'
import { inspect } from 'node:util'
import type { SMTPServerOptions } from 'smtp-server'
import type { SmtpServer } from '../../src/config'
import { createSmtpSender, MailError } from '../../src/mail-senders'
import { authority, host, login, openSmtpHouse, refusal, type SmtpHouse } from './smtp-house'

const from = { name: 'Warung Awan', address: 'halo@warung.example' }
const mail = {
  id: 'mail_01',
  key: 'welcome:usr_1',
  to: 'siti@example.com',
  subject: 'Halo',
  text: 'Halo\n',
  html: '<p>Halo</p>',
}

/** A resolver that nobody answers takes its time. */
const longMs = 60_000
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function house(options: SMTPServerOptions = {}, at?: string): Promise<SmtpHouse> {
  const opened = await openSmtpHouse(options, at)
  closing.push(opened.close)
  return opened
}

type Settings = Partial<SmtpServer> & { ca?: string | null; timeouts?: { connectMs: number; silenceMs: number } }

function senderTo(port: number, { ca = authority, timeouts, ...settings }: Settings = {}) {
  const server: SmtpServer = { host, port, tls: 'starttls', ...login, ...settings }
  return createSmtpSender({ server, from, timeouts, ...(ca !== null && { ca }) })
}

async function failureOf(send: Promise<unknown>): Promise<MailError> {
  const error = await send.then(
    () => undefined,
    (fault: unknown) => fault,
  )
  if (!(error instanceof MailError)) throw new Error(`not a MailError: ${inspect(error)}`)
  return error
}

describe('a mail arrives', () => {
  test('after STARTTLS, signed in, with a Message-ID that is the same on every try', async () => {
    const { port, received } = await house()
    const sender = senderTo(port)
    expect(await sender.send(mail)).toEqual({ providerId: '250 queued as 1' })
    await sender.send(mail)
    expect(received[0]).toMatchObject({
      from: from.address,
      to: [mail.to],
      secure: true,
      user: login.user,
    })
    for (const { source } of received) expect(source).toContain('Message-ID: <mail_01@warung.example>')
    expect(received[0]?.source).toContain('From: Warung Awan <halo@warung.example>')
    expect(received[0]?.source).toContain('multipart/alternative')
  })

  test('with TLS from the first byte', async () => {
    const { port, received } = await house({ secure: true })
    await senderTo(port, { tls: 'tls' }).send(mail)
    expect(received[0]).toMatchObject({ secure: true, user: login.user })
  })

  test('in the clear where that is asked for, without a login where none is set', async () => {
    const { port, received } = await house({ hideSTARTTLS: true })
    await senderTo(port, { tls: 'none', user: undefined, pass: undefined, ca: null }).send(mail)
    expect(received[0]).toMatchObject({ secure: false })
    expect(received[0]?.user).toBeUndefined()
  })
})

describe('nothing is sent, and every other mail waits too', () => {
  test.each([
    ['to a certificate that nobody vouches for', {}, { ca: null }],
    ['to one of another name', {}, { host: '127.0.0.1' }],
    ['in the clear to a server that has no STARTTLS', { disabledCommands: ['STARTTLS'] }, {}],
    ['with a wrong password', {}, { pass: 'wrong password' }],
    ['to a server that offers no sign-in', { disabledCommands: ['AUTH'] }, {}],
  ] satisfies [string, SMTPServerOptions, Settings][])('%s', async (_, options, settings) => {
    const opened = await house(options, 'host' in settings ? settings.host : undefined)
    const { verdict, message } = await failureOf(senderTo(opened.port, settings).send(mail))
    expect(verdict).toMatchObject({ retryable: true, concernsAll: true })
    expect(message).toStartWith('SMTP: ')
    expect(opened.received).toEqual([])
  })

  test(
    'to nobody who listens, or whose name is unknown',
    async () => {
      const opened = await openSmtpHouse()
      await opened.close()
      for (const settings of [{}, { host: 'nowhere.invalid' }]) {
        const { verdict } = await failureOf(senderTo(opened.port, settings).send(mail))
        expect(verdict).toMatchObject({ retryable: true, concernsAll: true })
      }
    },
    longMs,
  )

  test('while it says 421, or that the sender may not write as such', async () => {
    for (const fault of [refusal(421, '4.7.0 Too busy'), refusal(553, '5.7.1 Not your address')]) {
      const { port } = await house({ onMailFrom: (_address, _session, done) => done(fault) })
      expect((await failureOf(senderTo(port).send(mail))).verdict).toMatchObject({ retryable: true, concernsAll: true })
    }
  })
})

test('the password is in no error, in no form, even if the server repeats it', async () => {
  const { port } = await house({
    onAuth: (_auth, _session, done) =>
      done(refusal(535, `no ${login.pass} or ${Buffer.from(login.pass).toString('base64')} please`)),
  })
  const failure = await failureOf(senderTo(port).send(mail))
  const all = inspect(failure, { depth: 10, showHidden: true })
  expect(all).not.toContain(login.pass)
  expect(all).not.toContain(Buffer.from(login.pass).toString('base64'))
})

const atRecipient = (fault: Error): SMTPServerOptions => ({ onRcptTo: (_address, _session, done) => done(fault) })
const atData = (fault: Error): SMTPServerOptions => ({
  onData(stream, _session, done) {
    stream.resume().on('end', () => done(fault))
  },
})

describe('what the server says decides for this mail alone', () => {
  test.each([
    ['greylisting', atRecipient(refusal(451, '4.7.1 Greylisted, come back later')), { retryable: true }],
    ['a full mailbox', atRecipient(refusal(452, '4.2.2 Mailbox full')), { retryable: true }],
    ['no such mailbox', atRecipient(refusal(550, '5.1.1 User unknown')), { retryable: false, isDeadAddress: true }],
    ['a mailbox that is off', atRecipient(refusal(550, '5.2.1 Disabled')), { retryable: false, isDeadAddress: true }],
    ['a plain 550', atRecipient(refusal(550, 'No')), { retryable: false, isDeadAddress: false }],
    ['relaying denied', atRecipient(refusal(554, '5.7.1 Relay access denied')), { retryable: true }],
    ['a mail that it takes for spam', atData(refusal(554, '5.6.0 Message rejected')), { retryable: false }],
    ['no room for it just now', atData(refusal(452, '4.3.1 Insufficient storage')), { retryable: true }],
  ] as const)('%s', async (_, options, verdict) => {
    const { port } = await house(options)
    const failure = await failureOf(senderTo(port).send(mail))
    expect(failure.verdict).toMatchObject(verdict)
    expect(failure.verdict.concernsAll).toBeUndefined()
  })

  test('a greylisted mail is taken at the next try', async () => {
    let tries = 0
    const { port, received } = await house({
      onRcptTo: (_address, _session, done) => done(++tries === 1 ? refusal(450, '4.2.0 Greylisted') : null),
    })
    const sender = senderTo(port)
    expect((await failureOf(sender.send(mail))).verdict.retryable).toBe(true)
    await sender.send(mail)
    expect(received).toHaveLength(1)
  })
})

describe('a connection', () => {
  test('that drops in the middle of the mail is worth another try, with the same Message-ID', async () => {
    let drops = 1
    const opened: SmtpHouse = await house({
      onData(stream, _session, done) {
        if (drops-- > 0) return opened.dropAll()
        let source = ''
        stream.on('data', (chunk) => {
          source += chunk
        })
        stream.on('end', () => {
          opened.received.push({ source, from: '', to: [], secure: true, user: undefined })
          done(null, 'ok')
        })
      },
    })
    const sender = senderTo(opened.port)
    expect((await failureOf(sender.send(mail))).verdict.retryable).toBe(true)
    await sender.send(mail)
    expect(opened.received[0]?.source).toContain('<mail_01@warung.example>')
  })

  test('on which nobody greets, and one that falls silent after the mail, are given up', async () => {
    const port = await listenSilently()
    const timeouts = { connectMs: 50, silenceMs: 50 }
    expect((await failureOf(senderTo(port, { timeouts }).send(mail))).verdict.retryable).toBe(true)
    const silent = await house({ onData: (stream) => void stream.resume() })
    const patient = { connectMs: 60_000, silenceMs: 300 }
    expect((await failureOf(senderTo(silent.port, { timeouts: patient }).send(mail))).verdict.retryable).toBe(true)
  })

  test('ends when the job is told to', async () => {
    const port = await listenSilently()
    const reason = new Error('told to end')
    const abort = new AbortController()
    const sending = senderTo(port).send(mail, { signal: abort.signal })
    abort.abort(reason)
    await expect(sending).rejects.toThrow('told to end')
  })
})

async function listenSilently(): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as { port: number }).port
}
