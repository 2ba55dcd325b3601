import type { Transporter } from 'nodemailer'
import type { MailSource, SmtpServer } from '../config'
import type { Mail, MailSender } from './mail-sender'
import { smtpFailureOf } from './smtp-failure'

/** Connecting and the server's first word; after that a silence. A mail as a whole has what its job gives it. */
const defaultTimeouts = { connectMs: 10_000, silenceMs: 30_000 }

interface SmtpOptions {
  server: SmtpServer
  from: MailSource
  /** How this host calls itself to the server. */
  helo?: string
  /** Further authorities, PEM, for a server of one's own; else those of the system. */
  ca?: string
  timeouts?: typeof defaultTimeouts
}

/** Sends through an SMTP server, one connection a mail. A mail that is sent again has the same Message-ID. */
export function createSmtpSender({ server, from, helo, ca, timeouts = defaultTimeouts }: SmtpOptions): MailSender {
  let transport: Promise<Transporter> | undefined
  const connect = async () => {
    const { createTransport } = await import('nodemailer')
    const { host, port, tls, user, pass } = server
    return createTransport({
      ...{ host, port, name: helo, secure: tls === 'tls', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none' },
      // Without it a server that offers no sign-in would get the mail unasked, and most likely refuse to pass it on.
      ...(user !== undefined && { auth: { user, pass }, forceAuth: true }),
      tls: { minVersion: 'TLSv1.2', ...(ca && { ca }) },
      connectionTimeout: timeouts.connectMs,
      greetingTimeout: timeouts.connectMs,
      socketTimeout: timeouts.silenceMs,
      dnsTimeout: timeouts.connectMs,
      // Nothing that stands in a mail makes it read a file or fetch a page.
      ...{ disableFileAccess: true, disableUrlAccess: true },
    })
  }
  return {
    delivers: true,
    async send(mail, { signal } = {}) {
      transport ??= connect()
      try {
        const { response } = await (await transport).sendMail({ ...messageOf(mail, from), signal })
        return { providerId: response?.slice(0, 200) }
      } catch (fault) {
        signal?.throwIfAborted()
        throw smtpFailureOf(fault, server)
      }
    },
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

function messageOf({ id, to, subject, text, html, headers }: Mail, { name, address, replyTo }: MailSource) {
  return {
    from: { name, address },
    to: { name: '', address: to },
    replyTo,
    ...{ subject, text, html, headers },
    messageId: `<${id}@${domainOf(address)}>`,
    envelope: { from: address, to },
  }
}
