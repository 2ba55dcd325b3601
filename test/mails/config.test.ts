import { expect, test } from 'bun:test'
import { warningsOf } from '../../src/boot/warnings'
import { mailSourceOf, parseConfig, smtpServerOf } from '../../src/config'
import { mailboxOf } from '../../src/mail-senders/mailbox'

const smtp = { SMTP_HOST: 'smtp.example.com', SMTP_USER: 'u', SMTP_PASS: 'secret' }

test.each([
  [{}, { port: 587, tls: 'starttls' }],
  [{ SMTP_PORT: '465' }, { port: 465, tls: 'tls' }],
  [{ SMTP_TLS: 'tls' }, { port: 465, tls: 'tls' }],
  [{ SMTP_PORT: '25' }, { port: 25, tls: 'starttls' }],
  [
    { SMTP_PORT: '2525', SMTP_TLS: 'none' },
    { port: 2525, tls: 'none' },
  ],
  [{ SMTP_HOST: '2001:db8::25' }, { host: '2001:db8::25' }],
] as const)('%p gives %p', (environment, expected) => {
  expect(smtpServerOf(parseConfig({ ...smtp, ...environment }))).toMatchObject(expected)
})

test('without SMTP_HOST there is no SMTP server', () => {
  expect(smtpServerOf(parseConfig({}))).toBeUndefined()
})

test.each([
  [{ ...smtp, RESEND_API_KEY: 're_1' }, 'SMTP_HOST: RESEND_API_KEY is set as well'],
  [{ SMTP_USER: 'u', SMTP_PASS: 'secret' }, 'SMTP_HOST: must be set'],
  [{ SMTP_HOST: 'a.example', SMTP_PASS: 'secret' }, 'SMTP_PASS: SMTP_USER and SMTP_PASS'],
  [{ SMTP_HOST: 'a.example', SMTP_USER: 'u' }, 'SMTP_PASS: SMTP_USER and SMTP_PASS'],
  [{ ...smtp, SMTP_HOST: 'smtp.example.com:587' }, 'SMTP_HOST: must be a host name'],
  [{ ...smtp, SMTP_HOST: 'smtp://smtp.example.com' }, 'SMTP_HOST: must be a host name'],
  [{ ...smtp, SMTP_TLS: 'ssl' }, 'SMTP_TLS: must be one of starttls, tls, none'],
  [{ ...smtp, SMTP_PORT: '0' }, 'SMTP_PORT: must be a whole number'],
  [{ MAIL_FROM: 'Warung' }, 'MAIL_FROM: must be an address'],
  [{ MAIL_FROM: 'a@b.example, c@d.example' }, 'MAIL_FROM: must be an address'],
  [{ MAIL_FROM: 'A\r\nBcc: x <a@b.example>' }, 'MAIL_FROM: must be an address'],
  [{ MAIL_RATE: '0' }, 'MAIL_RATE: must be a whole number'],
])('%p is refused', (environment: Record<string, string>, message) => {
  let said = ''
  try {
    parseConfig(environment)
  } catch (error) {
    said = (error as Error).message
  }
  expect(said).toStartWith(message)
  expect(said).not.toContain('secret')
})

test('mails leave in the name of the business where the sender is a bare address', () => {
  const from = (environment: Record<string, string>) => mailSourceOf(parseConfig(environment))
  expect(from({ MAIL_FROM: 'halo@warung.example', BUSINESS_NAME: 'Warung Awan' })).toEqual({
    name: 'Warung Awan',
    address: 'halo@warung.example',
    replyTo: undefined,
  })
  expect(from({ MAIL_FROM: '"Toko, Awan" <halo@warung.example>' }).name).toBe('Toko, Awan')
  expect(from({ SUPPORT_ADDRESS: 'bantuan@warung.example' }).replyTo).toBe('bantuan@warung.example')
  expect(from({ SUPPORT_ADDRESS: '+62812345678' }).replyTo).toBeUndefined()
})

test('a name with marks in it is quoted, so that it names nobody else', () => {
  const written = (name: string) => mailboxOf({ name, address: 'a@b.example' })
  expect(written('Warung Awan')).toBe('Warung Awan <a@b.example>')
  expect(written('Awan, <x@y.example>')).toBe('"Awan, <x@y.example>" <a@b.example>')
  expect(written('Awan "Satu" \\')).toBe('"Awan \\"Satu\\" \\\\" <a@b.example>')
  expect(written('')).toBe('a@b.example')
})

test('a password in the clear over a network is warned of, one on this machine is not', () => {
  const kinds = (host: string) =>
    warningsOf(parseConfig({ ...smtp, SMTP_HOST: host, SMTP_TLS: 'none' }), 'https://a.example').map(({ kind }) => kind)
  expect(kinds('mail.internal')).toContain('smtp-in-the-clear')
  for (const host of ['127.0.0.1', 'localhost', '::1']) expect(kinds(host)).not.toContain('smtp-in-the-clear')
})
