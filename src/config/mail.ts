import { emailForm } from '../lib/text-forms'
import { integer, oneOf, type Parse, text, url } from './values'
import { optional, variable } from './variable'

export type SmtpTls = 'starttls' | 'tls' | 'none'

/** The port on which TLS begins at once; everywhere else a connection begins in the clear and is raised to TLS. */
const tlsPort = 465
const submissionPort = 587

const mailbox = /^(?:([^<>\p{Cc}]*)<([^<>\s]+)>|([^<>\s]+))$/u
const address = new RegExp(emailForm)

/** An address, or a name with one behind it: `Warung Awan <halo@example.com>`. */
function sender(value: string): string {
  const [, , named, bare] = mailbox.exec(value) ?? []
  const found = named ?? bare
  if (found === undefined || !(address.test(found) || /^[\w.+-]+@localhost$/.test(found)))
    throw new Error('must be an address such as halo@example.com, or Name <halo@example.com>')
  return value
}

const leastKeyBytes = 16

const webhookSecret: Parse<string> = (value) => {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value)?.[1]
  if (key === undefined || Buffer.from(key, 'base64').length < leastKeyBytes)
    throw new Error('must be whsec_ and base64, as Resend shows it')
  return value
}

const hostForm = /^(?:\w(?:[-\w]*\w)?(?:\.\w(?:[-\w]*\w)?)*|[\da-f]*:[\da-f:.]*:[\da-f.]*)$/i

/** A name or an address of either family; the port has a setting of its own. */
const hostName: Parse<string> = (value) => {
  if (value.length > 253 || !hostForm.test(value))
    throw new Error('must be a host name or an IP address, without a port')
  return value
}

/** By which way mails leave, and in whose name. */
export const mailVariables = {
  resendApiKey: optional('RESEND_API_KEY', 'Sends mail by Resend.', text, { secret: true, shown: 'mails are kept' }),
  resendBaseUrl: optional('RESEND_BASE_URL', 'Another address that speaks Resend’s HTTP.', url('http:', 'https:')),
  resendWebhookSecret: optional(
    'RESEND_WEBHOOK_SECRET',
    'What Resend signs its events with (`whsec_…`), sent to `PUBLIC_URL/api/webhooks/resend`: bounces and complaints.',
    webhookSecret,
    { secret: true },
  ),
  smtpHost: optional('SMTP_HOST', 'Sends mail by this SMTP server, instead of Resend.', hostName, {
    shown: 'mails are kept',
  }),
  smtpPort: variable<number | undefined>({
    name: 'SMTP_PORT',
    parse: integer(1, 65_535),
    fallback: undefined,
    shown: '587, with tls 465',
    description: 'Port of the SMTP server.',
  }),
  smtpUser: optional('SMTP_USER', 'User of the SMTP server.'),
  smtpPass: optional('SMTP_PASS', 'Password of the SMTP server.', text, { secret: true }),
  smtpTls: variable<SmtpTls | undefined>({
    name: 'SMTP_TLS',
    parse: oneOf('starttls', 'tls', 'none'),
    fallback: undefined,
    shown: 'starttls, on port 465 tls',
    description:
      '`tls`: from the first byte. `starttls`: begun in the clear, and nothing is sent before TLS. `none`: in the clear.',
  }),
  mailRate: variable<number | undefined>({
    name: 'MAIL_RATE',
    parse: integer(1, 1_000),
    fallback: undefined,
    shown: '2 by Resend, 10 by SMTP',
    description: 'Mails a second that are sent at most, as the provider allows.',
  }),
  mailFrom: variable({
    name: 'MAIL_FROM',
    parse: sender,
    fallback: 'no-reply@localhost',
    shown: 'no-reply@localhost',
    description: 'Sender of mails: an address, which then writes as `BUSINESS_NAME`, or `Name <address>`.',
  }),
}

interface Settings {
  resendApiKey: string | undefined
  smtpHost: string | undefined
  smtpPort: number | undefined
  smtpUser: string | undefined
  smtpPass: string | undefined
  smtpTls: SmtpTls | undefined
  mailFrom: string
  businessName: string
  supportAddress: string | undefined
}

export function findMailMistakes({ resendApiKey, smtpHost, smtpUser, smtpPass, ...others }: Settings): string[] {
  const mistakes: string[] = []
  if (resendApiKey && smtpHost) mistakes.push('SMTP_HOST: RESEND_API_KEY is set as well; mails leave by one of them')
  if (!smtpHost && (others.smtpPort || smtpUser || smtpPass || others.smtpTls))
    mistakes.push('SMTP_HOST: must be set where other settings of SMTP are')
  if ((smtpUser === undefined) !== (smtpPass === undefined))
    mistakes.push('SMTP_PASS: SMTP_USER and SMTP_PASS must be set together')
  return mistakes
}

export interface SmtpServer {
  host: string
  port: number
  tls: SmtpTls
  user?: string
  pass?: string
}

/** The SMTP server with what follows from what is set; undefined if there is none. */
export function smtpServerOf({ smtpHost: host, smtpPort, smtpTls, ...login }: Settings): SmtpServer | undefined {
  if (host === undefined) return undefined
  const tls = smtpTls ?? (smtpPort === tlsPort ? 'tls' : 'starttls')
  const port = smtpPort ?? (tls === 'tls' ? tlsPort : submissionPort)
  return { host, port, tls, user: login.smtpUser, pass: login.smtpPass }
}

/** In whose name mails leave, and where an answer to one goes. */
export interface MailSource {
  name: string
  address: string
  replyTo?: string
}

export function mailSourceOf({ mailFrom, businessName, supportAddress }: Settings): MailSource {
  const [, name = '', named, bare = ''] = mailbox.exec(mailFrom) ?? []
  const replyTo = supportAddress !== undefined && address.test(supportAddress) ? supportAddress : undefined
  return { name: name.trim().replace(/^"(.*)"$/, '$1') || businessName, address: named ?? bare, replyTo }
}
