export interface Mail {
  id: string
  /** The same mail under the same key is delivered once, however often it is sent. */
  key: string
  to: string
  subject: string
  text: string
  html: string
}

export interface MailSender {
  /** False for a sender that delivers nothing: the mails then stay in the outbox, to be read there. */
  readonly delivers: boolean
  /** @throws MailError saying whether another try can help */
  send(mail: Mail, options?: { signal?: AbortSignal }): Promise<{ providerId?: string }>
}

/** Its message is kept and shown to administrators: it never holds a credential. */
export class MailError extends Error {
  override readonly name = 'MailError'

  constructor(
    message: string,
    readonly verdict: { retryable: boolean; retryAfterMs?: number },
  ) {
    super(message)
  }
}
