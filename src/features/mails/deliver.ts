import { eq, sql } from 'drizzle-orm'
import { prepared } from '../../db'
import { second } from '../../lib/clock'
import { type Mail, MailError } from '../../mail-senders'
import type { Parts } from '../../parts'
import { JobFailure, type JobKind } from '../../queue'
import { eraseIfClosingNotice } from './erase'
import { type DeliverMail, deliverMail } from './job'
import type { LinkOf } from './mail-data'
import { contextOf, linkIdOf, renderStored } from './render'
import { type MailStatus, mails, type OutboxMail } from './tables'

const deadlineMs = 30 * second
/** With the back-off below about two and a half hours: an outage of the provider delays a mail, it does not lose it. */
const maxAttempts = 12
const backoff = { firstMs: 5 * second, maxMs: 3_600 * second }

type Needs = Pick<Parts, 'db' | 'clock' | 'mailSender' | 'publicUrl' | 'config'>
/** Sends one mail of the outbox, or marks it as kept where nothing delivers. A mail that has been sent is not sent again. */
export const deliverMailJob = (parts: Needs, linkOf: LinkOf): JobKind<DeliverMail> => ({
  kind: deliverMail,
  deadlineMs,
  maxAttempts,
  backoff,
  async run({ mailId }, { signal, attempt }) {
    const mail = await findMail(parts.db.read).get({ id: mailId })
    if (!mail || mail.status === 'SENT' || mail.status === 'KEPT') return
    if (!parts.mailSender.delivers) return record(parts, mail, { status: 'KEPT', attempts: attempt })
    const linkId = linkIdOf(mail)
    const link = linkId && (await linkOf(linkId))
    if (linkId && !link)
      return record(parts, mail, { status: 'FAILED', attempts: attempt, error: 'Its link has ended' })
    const { providerId } = await send(parts, mail, link, signal).catch(async (error) => {
      const failure = failureOf(error)
      const over = failure.verdict.final || attempt >= maxAttempts
      await record(parts, mail, { status: over ? 'FAILED' : 'QUEUED', attempts: attempt, error: failure.message })
      throw failure
    })
    await record(parts, mail, { status: 'SENT', attempts: attempt, sentAt: parts.clock.now(), providerId })
  },
})

type Link = string | undefined

async function send(parts: Needs, mail: OutboxMail, link: Link, signal: AbortSignal): Promise<{ providerId?: string }> {
  return parts.mailSender.send(compose(parts, mail, link), { signal })
}

function compose(parts: Needs, mail: OutboxMail, link: Link): Mail {
  const { subject, text, html } = renderStored(mail, contextOf(parts), link)
  return { id: mail.id, key: mail.key, to: mail.recipient, subject, text, html }
}

/** A mail that can't be composed stays so; what a provider says decides for itself. */
function failureOf(error: unknown): JobFailure {
  if (error instanceof MailError) {
    const { retryable, retryAfterMs } = error.verdict
    return new JobFailure(error.message, { final: !retryable, retryAfterMs }, { cause: error })
  }
  return new JobFailure(error instanceof Error ? error.message : 'the mail could not be composed', { final: true })
}

interface Outcome {
  status: MailStatus
  attempts: number
  error?: string
  sentAt?: Date
  providerId?: string
}

async function record(
  { db }: Needs,
  { id }: OutboxMail,
  { status, attempts, error, sentAt, providerId }: Outcome,
): Promise<void> {
  await db.write(async (tx) => {
    await updateMail(tx).run({
      id,
      status,
      attempts,
      error: error ?? null,
      sentAt: sentAt ?? null,
      providerId: providerId ?? null,
    })
    if (status === 'SENT') await eraseIfClosingNotice(tx, id)
  })
}

const findMail = prepared((db) =>
  db
    .select()
    .from(mails)
    .where(eq(mails.id, sql.placeholder('id')))
    .prepare(),
)

const updateMail = prepared((db) =>
  db
    .update(mails)
    .set({
      status: sql`${sql.placeholder('status')}`,
      attempts: sql`${sql.placeholder('attempts')}`,
      error: sql`${sql.placeholder('error')}`,
      sentAt: sql`${sql.placeholder('sentAt')}`,
      providerId: sql`${sql.placeholder('providerId')}`,
    })
    .where(eq(mails.id, sql.placeholder('id')))
    .prepare(),
)
