import { type SQL, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant, json } from '../../db/columns'

export type MailStatus = 'QUEUED' | 'SENT' | 'KEPT' | 'FAILED' | 'SUPPRESSED'
/** What a provider told of a mail after it had taken it. */
export type Delivery = 'DELAYED' | 'DELIVERED' | 'BOUNCED' | 'COMPLAINED'
export type SuppressionReason = 'BOUNCED' | 'COMPLAINED'

/** The subscription that a mail is about, BILL-…; none in most that are not about one. */
export const billingIdOf = ({ name }: { name: string }): SQL => sql.raw(`(${name} ->> '$.billingId')`)

/** The outbox: written in the transaction of what it tells about, sent after it. */
export const mails = sqliteTable(
  'mails',
  {
    id: text('id').primaryKey(),
    /** One mail per occasion: a repeat of the occasion finds it here. Also the provider's idempotency key. */
    key: text('key').notNull(),
    userId: text('user_id'),
    recipient: text('recipient').notNull(),
    template: text('template').notNull(),
    locale: text('locale').$type<'id' | 'en'>().notNull(),
    data: json<Record<string, unknown>>('data').notNull(),
    status: text('status').$type<MailStatus>().notNull().default('QUEUED'),
    attempts: integer('attempts').notNull().default(0),
    error: text('error'),
    /** What the provider calls this mail, to find it in its own log. */
    providerId: text('provider_id'),
    createdAt: instant('created_at').notNull(),
    sentAt: instant('sent_at'),
    delivery: text('delivery').$type<Delivery>(),
  },
  (table) => [
    uniqueIndex('mails_key').on(table.key),
    index('mails_status').on(table.status, table.id),
    index('mails_template').on(table.template, table.id),
    index('mails_recipient').on(table.recipient, table.id),
    index('mails_age').on(table.createdAt),
    index('mails_user').on(table.userId),
    index('mails_billing').on(billingIdOf(table.data), table.id).where(sql`data ->> '$.billingId' is not null`),
    index('mails_provider').on(table.providerId).where(sql`provider_id is not null`),
    check('mails_status_known', sql`${table.status} in ('QUEUED', 'SENT', 'KEPT', 'FAILED', 'SUPPRESSED')`),
    check(
      'mails_delivery_known',
      sql`${table.delivery} is null or ${table.delivery} in ('DELAYED', 'DELIVERED', 'BOUNCED', 'COMPLAINED')`,
    ),
  ],
)

/** A mail with what it is made of; as it is sent it is a `Mail` of mail-senders. */
export type OutboxMail = typeof mails.$inferSelect

/** Addresses that no mail is sent to any more: it would come back, or is not wanted. */
export const mailSuppressions = sqliteTable(
  'mail_suppressions',
  {
    id: text('id').primaryKey(),
    /** Lower case, as in the outbox. */
    address: text('address').notNull(),
    reason: text('reason').$type<SuppressionReason>().notNull(),
    /** In the provider's words. */
    detail: text('detail'),
    /** Whose address it was when it happened. */
    userId: text('user_id'),
    /** The mail that came back. */
    mailId: text('mail_id'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('mail_suppressions_address').on(table.address),
    index('mail_suppressions_reason').on(table.reason, table.id),
    index('mail_suppressions_user').on(table.userId),
    check('mail_suppressions_lower', sql`${table.address} = lower(${table.address})`),
    check('mail_suppressions_reason_known', sql`${table.reason} in ('BOUNCED', 'COMPLAINED')`),
  ],
)

/** What the provider told, by its own number: the same again changes nothing. No address stands here. */
export const mailEvents = sqliteTable(
  'mail_events',
  {
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    /** The mail, as the provider calls it; its number may be told before it has come to us. */
    providerId: text('provider_id'),
    receivedAt: instant('received_at').notNull(),
  },
  (table) => [index('mail_events_provider').on(table.providerId), index('mail_events_age').on(table.receivedAt)],
)
