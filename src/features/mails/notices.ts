import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import { AppError } from '../../lib/errors'
import { emailForm } from '../../lib/text-forms'
import { verifiedNoticeId } from '../../mail-senders'
import type { Parts } from '../../parts'
import { suppress } from './suppressions'
import { type Delivery, mailEvents, mails, type SuppressionReason } from './tables'

/** As the route reads it. */
export const maxNoticeBytes = 64 * 1024

interface Notice {
  type: string
  data?: unknown
}

type Needs = Pick<Parts, 'db' | 'clock' | 'config' | 'sandbox'>

/**
 * Takes in what Resend tells of a mail. It is stored under its number with what follows from it, in one transaction, so that the
 * same again, in whatever order, changes nothing. What is not known is stored and means nothing.
 * @param bytes what was signed @throws AppError FORBIDDEN
 */
export async function receiveNotice(parts: Needs, headers: Headers, bytes: Uint8Array, notice: Notice): Promise<void> {
  const secret = parts.config.resendWebhookSecret
  const now = parts.clock.now()
  // Its sender lives in the real time, also where ours was moved.
  const id =
    secret && verifiedNoticeId(secret, headers, bytes, new Date(now.getTime() - (parts.sandbox?.offsetMs ?? 0)))
  if (!id) throw new AppError('FORBIDDEN', 'The signature or its time is not valid')
  const told = readNotice(notice)
  await parts.db.write(async (tx) => {
    const { rowsAffected } = await tx
      .insert(mailEvents)
      .values({ id, type: notice.type, providerId: told.providerId, receivedAt: now })
      .onConflictDoNothing()
      .run()
    if (rowsAffected === 1) await take(parts, tx, told)
  })
}

interface Told {
  providerId?: string
  recipients: string[]
  delivery?: Delivery
  suppression?: SuppressionReason
  detail?: string
}

async function take(parts: Needs, tx: Tx, { providerId, recipients, delivery, suppression, detail }: Told) {
  const mail = providerId
    ? await tx
        .select({ id: mails.id, recipient: mails.recipient, userId: mails.userId })
        .from(mails)
        .where(and(eq(mails.providerId, providerId)))
        .get()
    : undefined
  if (mail && delivery) await raiseDelivery(tx, mail.id, delivery)
  if (!suppression) return
  for (const address of mail ? [mail.recipient] : recipients)
    await suppress(parts, tx, { address, reason: suppression, detail, userId: mail?.userId, mailId: mail?.id })
}

const ranks: Delivery[] = ['DELAYED', 'DELIVERED', 'BOUNCED', 'COMPLAINED']
const rankOf = sql.raw(
  `(case delivery ${ranks.map((word, rank) => `when '${word}' then ${rank}`).join(' ')} else -1 end)`,
)

/** Notices come in any order: what weighs more stays. */
export async function raiseDelivery(tx: Tx, mailId: string, delivery: Delivery): Promise<void> {
  await tx
    .update(mails)
    .set({ delivery })
    .where(and(eq(mails.id, mailId), sql`${rankOf} < ${ranks.indexOf(delivery)}`))
    .run()
}

/** What was told of a mail before its number had come to us. */
export async function raiseByEarlierNotices(tx: Tx, mailId: string, providerId: string): Promise<void> {
  const earlier = await tx.select().from(mailEvents).where(eq(mailEvents.providerId, providerId)).limit(20).all()
  for (const { type } of earlier) {
    const delivery = deliveries.get(type)
    if (delivery) await raiseDelivery(tx, mailId, delivery)
  }
}

const deliveries = new Map<string, Delivery>([
  ['email.delivery_delayed', 'DELAYED'],
  ['email.delivered', 'DELIVERED'],
  ['email.bounced', 'BOUNCED'],
  ['email.suppressed', 'BOUNCED'],
  ['email.complained', 'COMPLAINED'],
])

const maxRecipients = 5
const maxAddress = 254
const idForm = /^[\w-]{1,100}$/
const addressForm = new RegExp(emailForm)

const textIn = (value: unknown, form: RegExp): string | undefined =>
  typeof value === 'string' && value.length <= maxAddress && form.test(value) ? value : undefined

/** Of `Siti <siti@example.com>` what stands between the brackets. */
const addressIn = (written: string): string => /<([^<>]*)>\s*$/.exec(written)?.[1] ?? written.trim()

/** As the database can hold it. */
const plainOf = (text: string): string => text.toWellFormed().replace(/\p{Cc}+/gu, ' ')

/** Only what was signed comes here, yet nothing of its shape is taken for granted. */
function readNotice({ type, data }: Notice): Told {
  const given = Object(data) as Record<string, unknown>
  const bounce = Object(given.bounce ?? given.suppressed) as Record<string, unknown>
  const providerId = textIn(given.email_id, idForm)
  const recipients = [given.to]
    .flat()
    .slice(0, maxRecipients)
    .map((written) => textIn(typeof written === 'string' ? addressIn(written) : written, addressForm))
    .filter((address) => address !== undefined)
  const detail = typeof bounce.message === 'string' ? plainOf(bounce.message) : undefined
  return {
    providerId,
    recipients,
    detail,
    delivery: deliveries.get(type),
    suppression: suppressionOf(type, bounce.type),
  }
}

/** A mailbox that is full or away for now gets the next mail; one that is not there gets none. */
function suppressionOf(type: string, bounceType: unknown): SuppressionReason | undefined {
  if (type === 'email.complained') return 'COMPLAINED'
  if (type === 'email.suppressed') return 'BOUNCED'
  return type === 'email.bounced' && bounceType === 'Permanent' ? 'BOUNCED' : undefined
}
