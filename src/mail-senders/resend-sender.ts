import type { ErrorResponse, Resend } from 'resend'
import type { MailSource } from '../config'
import { type Mail, MailError, type MailSender, quoteProvider } from './mail-sender'
import { mailboxOf } from './mailbox'

const defaultTimeoutMs = 15_000
/** A quota is counted by the day; asking more often than this while it is used up only adds to it. */
const quotaPauseMs = 60 * 60_000
/** Nobody is to be believed who wants more. */
const longestRetryAfterMs = 6 * 60 * 60_000

interface ResendOptions {
  apiKey: string
  baseUrl?: string
  from: MailSource
  timeoutMs?: number
}

/** Sends through Resend, which delivers a mail once per idempotency key within a day. */
export function createResendSender({ apiKey, baseUrl, from, timeoutMs = defaultTimeoutMs }: ResendOptions): MailSender {
  let client: Promise<Resend> | undefined
  // Loaded with the first mail: most starts never send one before they have served a request.
  const connect = async () => {
    const { Resend } = await import('resend')
    return new Resend(apiKey, baseUrl === undefined ? {} : { baseUrl })
  }
  return {
    delivers: true,
    async send(mail, { signal } = {}) {
      client ??= connect()
      const timeout = AbortSignal.timeout(timeoutMs)
      const answer = await post(await client, from, mail, signal ? AbortSignal.any([signal, timeout]) : timeout)
      if (answer.error) throw failureOf(answer.error, answer.headers, apiKey)
      return { providerId: answer.data.id }
    },
  }
}

function post(resend: Resend, from: MailSource, mail: Mail, signal: AbortSignal) {
  const { key, to, subject, text, html, headers } = mail
  // Options go to fetch() as they are; the declared type does not mention the signal.
  const options: { idempotencyKey: string } & { signal: AbortSignal } = { idempotencyKey: key, signal }
  const more = { ...(from.replyTo && { replyTo: from.replyTo }), ...(headers && { headers }) }
  return resend.emails.send({ from: mailboxOf(from), to, subject, text, html, ...more }, options)
}

// What is wrong with the mail itself stays wrong; a key, a domain or a quota is put right by the operator while the mail waits.
const finalStatuses = new Set([400, 413, 422])
const operatorsConcern = new Set([
  'invalid_from_address',
  'missing_api_key',
  'restricted_api_key',
  'invalid_api_key',
  'daily_quota_exceeded',
  'monthly_quota_exceeded',
])
const concernsOne = new Set(['concurrent_idempotent_requests', 'invalid_idempotent_request'])

function failureOf(error: ErrorResponse, headers: Record<string, string> | null, apiKey: string): MailError {
  const { name, statusCode } = error
  const where = statusCode === null ? 'Resend could not be reached' : `Resend answered ${statusCode} ${name}`
  const isFinal =
    name === 'invalid_idempotent_request' ||
    (statusCode !== null && finalStatuses.has(statusCode) && !operatorsConcern.has(name))
  return new MailError(`${where}: ${quoteProvider(String(error.message ?? 'no reason given'), [apiKey])}`, {
    retryable: !isFinal,
    retryAfterMs: pauseOf(name, headers),
    concernsAll: !isFinal && !concernsOne.has(name),
  })
}

function pauseOf(name: string, headers: Record<string, string> | null): number | undefined {
  if (name === 'daily_quota_exceeded' || name === 'monthly_quota_exceeded') return quotaPauseMs
  const after = headers?.['retry-after']
  const ms = after && /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after ?? '') - Date.now()
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, longestRetryAfterMs) : undefined
}
