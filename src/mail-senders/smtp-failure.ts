import type { SmtpServer } from '../config'
import { MailError, type MailVerdict, quoteProvider } from './mail-sender'

/** What nodemailer says of a failure beside its message. */
interface SmtpFault {
  code?: string
  /** What was being done: CONN, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, DATA. */
  command?: string
  responseCode?: number
  response?: string
  message: string
}

/** Enhanced status codes (RFC 3463) of a mailbox that is not there. */
const deadAddress = /^(?:\d{3}[ -])?5\.(?:1\.(?:1|3|6|10)|2\.1)\b/
/** Of a policy: most often that nobody has signed in, or that the sender may not write as such. */
const policy = /^(?:\d{3}[ -])?[45]\.7\./

/** Serious, not this mail's fault, and nothing that it could do about it. */
const concernsAll: MailVerdict = { retryable: true, concernsAll: true }
const laterAgain: MailVerdict = { retryable: true }
const final: MailVerdict = { retryable: false }

export function smtpFailureOf(fault: unknown, { user, pass }: SmtpServer): MailError {
  const found = (fault instanceof Error ? fault : { message: 'no reason given' }) as SmtpFault
  return new MailError(
    `SMTP: ${quoteProvider(found.message, [pass, encoded(pass), plainOf(user, pass)])}`,
    verdictOf(found),
  )
}

/**
 * A 4xx answer asks for another try, such as greylisting does; a 5xx is final. Except where it speaks of us: signing in, the
 * sender's address and TLS are the operator's, and the mails wait until they are put right.
 */
function verdictOf({ code, command = '', responseCode, response = '' }: SmtpFault): MailVerdict {
  if (code === 'EAUTH' || command.startsWith('AUTH') || responseCode === 530 || responseCode === 535) return concernsAll
  // Not said by the server: no connection, no name, no TLS, or silence in the middle.
  if (responseCode === undefined) return code === 'EENVELOPE' || code === 'EMESSAGE' ? final : concernsAll
  if (responseCode === 421) return concernsAll
  if (responseCode < 500) return laterAgain
  if (!/^(?:RCPT TO|DATA)/.test(command)) return concernsAll
  if (command.startsWith('DATA')) return final
  if (policy.test(response)) return laterAgain
  return { retryable: false, isDeadAddress: deadAddress.test(response) }
}

const encoded = (text: string | undefined) => text && Buffer.from(text).toString('base64')
const plainOf = (user: string | undefined, pass: string | undefined) => pass && encoded(`\0${user ?? ''}\0${pass}`)
