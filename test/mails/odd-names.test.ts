import { afterEach, describe, expect, test } from 'bun:test'
import { render } from '../../src/features/mails'
import { isolate } from '../../src/features/mails/isolate'
import { createResendSender, createSmtpSender, type Mail } from '../../src/mail-senders'
import { authority, host, login, openSmtpHouse } from './smtp-house'

const context = { publicUrl: 'https://minispod.example', timeZone: 'Asia/Jakarta', brand: { name: 'Warung Awan' } }
const odd = {
  emoji: 'Siti 👩🏽‍🚀🌧',
  arabic: 'شركة النور',
  override: 'gpj.\u202eexe',
  script: '<script>alert(1)</script>',
  lines: 'n8n\r\nBcc: everybody@example.com\r\n\r\nHello',
  long: `${'🌧'.repeat(100)} ${'x'.repeat(400)}`,
}

const about = (service: string, name = 'Siti') =>
  render('app-ready', 'en', { name, service, billingId: 'BILL-101', url: 'https://a.example' }, context)

describe('a text of somebody’s', () => {
  test('of another direction turns nothing of ours around', () => {
    const { subject, text, html } = about(odd.arabic, odd.arabic)
    expect(subject).toBe(`Your \u2068${odd.arabic}\u2069 is ready`)
    expect(text).toContain(`Hello \u2068${odd.arabic}\u2069,`)
    expect(html).toContain(`Open \u2068${odd.arabic}\u2069`)
    expect(about('n8n').text).not.toMatch(/[\u2066-\u2069]/)
  })

  test('overrides no direction, and closes nothing that it did not open', () => {
    expect(isolate(odd.override)).toBe('gpj.exe')
    expect(isolate(`\u2069${odd.arabic}\u2069\u202e`)).toBe(`\u2068${odd.arabic}\u2069`)
    expect(isolate('https://مثال.example/')).toBe('https://مثال.example/')
  })

  test('is cut between two signs where a subject would be too long', () => {
    const { subject } = about(odd.long)
    expect(subject.length).toBeLessThanOrEqual(150)
    expect(subject).toEndWith('…')
    expect(subject.isWellFormed()).toBe(true)
    expect(about('👩🏽‍🚀'.repeat(60)).subject).toMatch(/👩🏽‍🚀…$/u)
  })
})

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const from = { name: 'Warung "Awan" <🌧>', address: 'halo@warung.example' }

async function bySmtp(mail: Mail): Promise<string> {
  const house = await openSmtpHouse()
  closing.push(house.close)
  await createSmtpSender({ server: { host, port: house.port, tls: 'starttls', ...login }, from, ca: authority }).send(
    mail,
  )
  expect(house.received[0]?.to).toEqual([mail.to])
  return house.received[0]!.source
}

async function byResend(mail: Mail): Promise<Record<string, unknown>> {
  const bodies: Record<string, unknown>[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      bodies.push((await request.json()) as Record<string, unknown>)
      return Response.json({ id: 're_1' })
    },
  })
  closing.push(() => server.stop(true))
  await createResendSender({ apiKey: 're_1', baseUrl: server.url.origin, from }).send(mail)
  return bodies[0]!
}

/** The subject as a mail program shows it: unfolded, its encoded words read. */
function subjectIn(head: string): string {
  const [, folded = ''] = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(head) ?? []
  const joined = folded.replace(/\r\n[ \t]/g, ' ').replace(/\?=\s+=\?/g, '?==?')
  const bytes: Buffer[] = []
  const rest = joined.replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, form: string, word: string) => {
    bytes.push(form.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : fromQuoted(word))
    return ''
  })
  return rest + Buffer.concat(bytes).toString()
}

const fromQuoted = (word: string): Buffer =>
  Buffer.from(
    word
      .replaceAll('_', ' ')
      .replace(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

describe.each(Object.entries(odd))('a name with %s in it', (_, name) => {
  const mail: Mail = { id: 'mail_1', key: 'k', to: 'siti@example.com', ...about(name, name) }

  test('arrives as itself by SMTP, and begins no header', async () => {
    const source = await bySmtp(mail)
    const [head = ''] = source.split('\r\n\r\n')
    const names = head
      .split('\r\n')
      .filter((line) => !/^[ \t]/.test(line))
      .map((line) => line.split(':')[0])
    expect(names).not.toContain('Bcc')
    for (const line of source.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
    // As it is sent: ASCII alone, for servers that know no other.
    for (const character of head) expect(character.charCodeAt(0)).toBeLessThan(128)
    expect(subjectIn(head)).toBe(mail.subject)
    // Text may say it; in what a mail program draws it is none.
    expect(source.slice(source.indexOf('text/html'))).not.toContain('<script>')
  })

  test('goes to Resend as itself, with a sender that is one', async () => {
    const body = await byResend(mail)
    expect(body.subject).toBe(mail.subject)
    expect(body.subject).not.toMatch(/[\r\n]/)
    expect(body.from).toBe('"Warung \\"Awan\\" <🌧>" <halo@warung.example>')
    expect(body.html).not.toContain('<script>')
  })
})
