export interface Mail {
  id: string
  /** The same mail under the same key is delivered once, however often it is sent. */
  key: string
  to: string
  subject: string
  text: string
  html: string
  /** Beside the usual ones: how to unsubscribe. */
  headers?: Record<string, string>
  urgency?: Urgency
}

/** Which mails go before which when not all can go at once: somebody waits for the first, nobody for the last. */
export type Urgency = 'first' | 'normal' | 'last'

export interface MailSender {
  /** False for a sender that delivers nothing: the mails then stay in the outbox, to be read there. */
  readonly delivers: boolean
  /** @throws MailError saying whether another try can help */
  send(mail: Mail, options?: { signal?: AbortSignal }): Promise<{ providerId?: string }>
}

export interface MailVerdict {
  retryable: boolean
  retryAfterMs?: number
  /** Not this mail's fault: a wrong password, a certificate, a provider that is away. No other mail would go either. */
  concernsAll?: boolean
  /** The provider says that there is no such mailbox. */
  isDeadAddress?: boolean
}

/** Its message is kept and shown to administrators: it never holds a credential. */
export class MailError extends Error {
  override readonly name = 'MailError'

  constructor(
    message: string,
    readonly verdict: MailVerdict,
  ) {
    super(message)
  }
}

const maxMessage = 300
const leastSecret = 4

/** What a provider said, on one line, bounded, and without a secret that it repeats. */
export function quoteProvider(text: string, secrets: readonly (string | undefined)[]): string {
  let quoted = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  for (const secret of secrets) if (secret && secret.length >= leastSecret) quoted = quoted.replaceAll(secret, '***')
  return quoted.slice(0, maxMessage)
}
