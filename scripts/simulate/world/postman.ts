import { type Mail, MailError, type MailSender } from '../../../src/mail-senders'

/** One mail as the provider has it: under its key it is delivered once, however often it is sent. */
interface Delivered {
  to: string
  subject: string
  times: number
}

type State = 'working' | 'refusing' | 'losing-answers'

/** The mail provider: it knows what it delivered, and may be away, or do as asked and not say so. */
export class Postman implements MailSender {
  readonly delivers = true
  readonly delivered = new Map<string, Delivered>()
  /** The same key with other words: a mail that somebody else's key stands on. */
  readonly clashes: string[] = []
  state: State = 'working'
  isAway: () => boolean = () => false

  async send({ key, to, subject }: Mail): Promise<{ providerId?: string }> {
    if (this.state === 'refusing' || this.isAway()) throw new MailError('no answer', { retryable: true })
    const known = this.delivered.get(key)
    if (known && (known.to !== to || known.subject !== subject)) this.clashes.push(key)
    if (known) known.times++
    else this.delivered.set(key, { to, subject, times: 1 })
    if (this.state === 'losing-answers') throw new MailError('the answer was lost', { retryable: true })
    return { providerId: `mail-${this.delivered.size}` }
  }
}
