import { type SQL, sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant, json } from '../../db/columns'

export type MailStatus = 'QUEUED' | 'SENT' | 'KEPT' | 'FAILED'

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
  },
  (table) => [
    uniqueIndex('mails_key').on(table.key),
    index('mails_status').on(table.status, table.id),
    index('mails_template').on(table.template, table.id),
    index('mails_recipient').on(table.recipient, table.id),
    index('mails_age').on(table.createdAt),
    index('mails_user').on(table.userId),
    index('mails_billing').on(billingIdOf(table.data), table.id).where(sql`data ->> '$.billingId' is not null`),
    check('mails_status_known', sql`${table.status} in ('QUEUED', 'SENT', 'KEPT', 'FAILED')`),
  ],
)

/** A mail with what it is made of; as it is sent it is a `Mail` of mail-senders. */
export type OutboxMail = typeof mails.$inferSelect
