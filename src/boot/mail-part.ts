import { type Config, mailSourceOf, smtpServerOf } from '../config'
import {
  createKeptSender,
  createPacedSender,
  createResendSender,
  createSmtpSender,
  type MailSender,
} from '../mail-senders'
import type { Parts } from '../parts'

/** As Resend allows an account that has asked for no more; a mail server of one's own rarely takes offence at the other. */
const resendPerSecond = 2
const smtpPerSecond = 10

export const deliversMail = ({ resendApiKey, smtpHost }: Pick<Config, 'resendApiKey' | 'smtpHost'>): boolean =>
  resendApiKey !== undefined || smtpHost !== undefined

/** As the start names it; undefined where mails are kept. */
export function mailWayOf(config: Config): string | undefined {
  const server = smtpServerOf(config)
  return server ? `SMTP by ${server.host}, port ${server.port}` : config.resendApiKey && 'Resend'
}

/** Resend, an SMTP server, or nobody: then mails are kept. */
export function createMailSender(parts: Pick<Parts, 'config' | 'log' | 'publicUrl'>): MailSender {
  const { config, log } = parts
  const from = mailSourceOf(config)
  const paced = (sender: MailSender, perSecond: number) =>
    createPacedSender(sender, {
      perSecond: config.mailRate ?? perSecond,
      onPause: (fault, ms) => log.error({ err: fault, pauseMs: Math.round(ms) }, 'no mail can be sent'),
    })
  const { resendApiKey: apiKey, resendBaseUrl: baseUrl } = config
  if (apiKey !== undefined) return paced(createResendSender({ apiKey, baseUrl, from }), resendPerSecond)
  const server = smtpServerOf(config)
  if (server) return paced(createSmtpSender({ server, from, helo: heloOf(parts.publicUrl) }), smtpPerSecond)
  return createKeptSender()
}

/** Servers mistrust a name without a dot; then it is left to the host's own. */
function heloOf(publicUrl: string): string | undefined {
  const { hostname } = new URL(publicUrl)
  return hostname.includes('.') && !/^[\d.]+$/.test(hostname) ? hostname : undefined
}
