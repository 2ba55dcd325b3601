import { and, eq, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import { day, minute, second } from '../../lib/clock'
import { type Mail, MailError, type Urgency } from '../../mail-senders'
import type { Parts } from '../../parts'
import { JobFailure, type JobKind } from '../../queue'
import { users } from '../accounts/tables'
import { eraseIfClosingNotice } from './erase'
import { type DeliverMail, deliverKinds, urgencyOf } from './job'
import { isOptional, type LinkOf, type UnsubscribeLinkOf } from './mail-data'
import { raiseByEarlierNotices } from './notices'
import { contextOf, linkIdOf, renderStored } from './render'
import { findSuppression, suppress } from './suppressions'
import { type MailStatus, mails, type OutboxMail, type SuppressionReason } from './tables'

/** A wait for its turn and a slow server; see mail-senders. */
const deadlineMs = 120 * second
/** Of three days: so long an outage of the provider, or a wrong setting of ours, delays a mail and does not lose it. */
const giveUpAfterMs = 3 * day
const maxAttempts = 1_000
const backoff = { firstMs: 5 * second, maxMs: 15 * minute }
const concurrencies: Record<Urgency, number> = { first: 2, normal: 4, last: 1 }

type Needs = Pick<Parts, 'db' | 'clock' | 'mailSender' | 'publicUrl' | 'config'>

/** Sends one mail of the outbox, or marks it as kept where nothing delivers. A mail that has been sent is not sent again. */
export const deliverMailJobs = (
  needs: Needs,
  linkOf: LinkOf,
  unsubscribeLinkOf: UnsubscribeLinkOf,
): JobKind<DeliverMail>[] =>
  (Object.keys(deliverKinds) as Urgency[]).map((urgency) =>
    deliverMailJob({ ...needs, unsubscribeLinkOf }, linkOf, urgency),
  )

type Sending = Needs & { unsubscribeLinkOf: UnsubscribeLinkOf }

const deliverMailJob = (parts: Sending, linkOf: LinkOf, urgency: Urgency): JobKind<DeliverMail> => ({
  kind: deliverKinds[urgency],
  concurrency: concurrencies[urgency],
  deadlineMs,
  maxAttempts,
  backoff,
  cancel: { effect: (tx, { mailId }) => failCancelled(tx, mailId) },
  async run({ mailId }, { signal, attempt }) {
    const mail = await findMail(parts.db.read).get({ id: mailId })
    if (!mail || mail.status === 'SENT' || mail.status === 'KEPT') return
    if (mail.status === 'SUPPRESSED') return
    if (!parts.mailSender.delivers) return record(parts, mail, { status: 'KEPT', attempts: attempt })
    const suppression = await findSuppression(parts.db.read, mail.recipient)
    if (suppression)
      return record(parts, mail, { status: 'SUPPRESSED', attempts: attempt, error: whySuppressed[suppression.reason] })
    if (isOptional(mail.template) && !(await wantsStatement(parts.db.read).get({ userId: mail.userId })))
      return record(parts, mail, {
        status: 'SUPPRESSED',
        attempts: attempt,
        error: 'Not sent: it was unsubscribed from',
      })
    const linkId = linkIdOf(mail)
    const link = linkId && (await linkOf(linkId))
    if (linkId && !link)
      return record(parts, mail, { status: 'FAILED', attempts: attempt, error: 'Its link has ended' })
    const { providerId } = await send(parts, mail, link, signal).catch(async (error) => {
      // Told to end, by its deadline or because the server stops: that says nothing of the mail.
      if (signal.aborted) throw error
      const age = parts.clock.now().getTime() - mail.createdAt.getTime()
      const failure = failureOf(error, age >= giveUpAfterMs)
      const over = failure.verdict.final || attempt >= maxAttempts
      const isDeadAddress = error instanceof MailError && error.verdict.isDeadAddress
      const status = over ? 'FAILED' : 'QUEUED'
      await record(parts, mail, { status, attempts: attempt, error: failure.message, isDeadAddress })
      throw failure
    })
    await record(parts, mail, { status: 'SENT', attempts: attempt, sentAt: parts.clock.now(), providerId })
  },
})

/** What was on its way to the provider may have arrived: a mail that was sent stays so. */
async function failCancelled(tx: Tx, id: string): Promise<void> {
  const isWaiting = and(eq(mails.id, id), sql`${mails.status} = 'QUEUED'`)
  await tx.update(mails).set({ status: 'FAILED', error: 'Cancelled by an administrator' }).where(isWaiting).run()
}

type Link = string | undefined

async function send(
  parts: Sending,
  mail: OutboxMail,
  link: Link,
  signal: AbortSignal,
): Promise<{ providerId?: string }> {
  return parts.mailSender.send(compose(parts, mail, link), { signal })
}

function compose(parts: Sending, mail: OutboxMail, link: Link): Mail {
  const { id, key, recipient: to, template, userId } = mail
  const unsubscribeUrl = isOptional(template) && userId ? parts.unsubscribeLinkOf(userId) : undefined
  const { subject, text, html } = renderStored(mail, { ...contextOf(parts), unsubscribeUrl }, link)
  return { id, key, to, subject, text, html, urgency: urgencyOf(template), headers: headersOf(unsubscribeUrl) }
}

/** By which a mail program offers to unsubscribe with one click (RFC 8058). */
const headersOf = (url: string | undefined): Record<string, string> | undefined =>
  url === undefined
    ? undefined
    : { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }

/** A mail that can't be composed stays so; what a provider says decides for itself. */
function failureOf(error: unknown, isTooOld: boolean): JobFailure {
  if (error instanceof MailError) {
    const { retryable, retryAfterMs } = error.verdict
    return new JobFailure(error.message, { final: isTooOld || !retryable, retryAfterMs }, { cause: error })
  }
  return new JobFailure(error instanceof Error ? error.message : 'the mail could not be composed', { final: true })
}

interface Outcome {
  status: MailStatus
  attempts: number
  error?: string
  sentAt?: Date
  providerId?: string
  isDeadAddress?: boolean
}

const whySuppressed: Record<SuppressionReason, string> = {
  BOUNCED: 'Not sent: mails to this address come back',
  COMPLAINED: 'Not sent: a mail to this address was reported as spam',
}

async function record(
  parts: Needs,
  { id, recipient, userId }: OutboxMail,
  { status, attempts, error, sentAt, providerId, isDeadAddress }: Outcome,
): Promise<void> {
  await parts.db.write(async (tx) => {
    await updateMail(tx).run({
      id,
      status,
      attempts,
      error: error ?? null,
      sentAt: sentAt ?? null,
      providerId: providerId ?? null,
    })
    if (providerId) await raiseByEarlierNotices(tx, id, providerId)
    if (isDeadAddress)
      await suppress(parts, tx, { address: recipient, reason: 'BOUNCED', detail: error, userId, mailId: id })
    if (status === 'SENT' || status === 'SUPPRESSED') await eraseIfClosingNotice(tx, id)
  })
}

const wantsStatement = prepared((db) =>
  db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, sql.placeholder('userId')), eq(users.monthlyStatement, sql`1`)))
    .prepare(),
)

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
