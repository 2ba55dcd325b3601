import { and, eq, ne, sql } from 'drizzle-orm'
import { databaseErrorOf, prepared, type Tx } from '../../db'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Locale } from '../../lib/locale'
import type { Parts } from '../../parts'
import { users } from '../accounts/tables'
import { deliverKindOf } from './job'
import type { MailData, TemplateName } from './mail-data'
import { mails } from './tables'

export interface NewMail<T extends TemplateName> {
  /** One per occasion, such as `app-ready:<instance>`: a second mail under it is not made. */
  key: string
  /** Whose address and language it takes, and the name where the address is proven to be theirs. */
  userId: string
  template: T
  data: MailData[T]
  /** Instead of the person's own. */
  locale?: Locale
  to?: string
}

type Needs = Pick<Parts, 'clock' | 'queue'> & Partial<Pick<Parts, 'log'>>

/**
 * Puts a mail into the outbox, in the transaction of what it tells about; it is sent after the commit. Idempotent by `key`.
 * A closed account gets none: there is nobody to write to. What is wrong with a mail is logged and takes nothing else with it: a
 * sale stands, whatever its mail says.
 */
export async function enqueueMail<T extends TemplateName>(parts: Needs, tx: Tx, mail: NewMail<T>): Promise<void> {
  try {
    await put(parts, tx, mail)
  } catch (fault) {
    if (!isOfThisMail(fault)) throw fault
    parts.log?.error({ err: fault, template: mail.template, key: mail.key }, 'a mail was not written')
  }
}

/** After a refused row the transaction goes on; after trouble with the file there may be none any more. */
function isOfThisMail(fault: unknown): boolean {
  const refusal = databaseErrorOf(fault)
  // Of a text that it can't hold nothing was even asked.
  if (refusal) return refusal.code.startsWith('SQLITE_CONSTRAINT') || refusal.code === 'INVALID_ARGUMENT'
  return !(fault instanceof AppError)
}

async function put<T extends TemplateName>(parts: Needs, tx: Tx, mail: NewMail<T>): Promise<void> {
  const now = parts.clock.now()
  const id = newId('mail', now.getTime())
  const { rowsAffected } = await insertMail(tx).run({
    id,
    key: mail.key,
    userId: mail.userId,
    to: mail.to?.trim().toLowerCase() ?? null,
    locale: mail.locale ?? null,
    template: mail.template,
    data: JSON.stringify(mail.data),
    createdAt: now,
  })
  if (rowsAffected === 0) return assertKnown(tx, mail)
  await parts.queue.enqueue(tx, {
    kind: deliverKindOf(mail.template),
    key: id,
    payload: { mailId: id },
    owner: mail.userId,
  })
}

/** Nothing was inserted: fine if the occasion has its mail already or the account is closed, else a mistake of ours. */
async function assertKnown(tx: Tx, { key, userId }: { key: string; userId: string }): Promise<void> {
  const known = await tx.select({ id: mails.id }).from(mails).where(eq(mails.key, key)).get()
  if (known) return
  const gone = await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).get()
  if (!gone) throw new Error(`no user ${userId} to write to`)
}

// A name may be anything that its writer wants a stranger to read: it is put into mails to a verified address of their own alone.
const isOwn = sql`${users.emailVerifiedAt} is not null and coalesce(${sql.placeholder('to')}, ${users.email}) = ${users.email}`

// One statement reads the person and writes the mail: a subscription is sold with this in its transaction.
const insertMail = prepared((db) =>
  db
    .insert(mails)
    .select(
      db
        .select({
          id: sql`${sql.placeholder('id')}`.as('id'),
          key: sql`${sql.placeholder('key')}`.as('key'),
          userId: users.id,
          recipient: sql`coalesce(${sql.placeholder('to')}, ${users.email})`.as('recipient'),
          template: sql`${sql.placeholder('template')}`.as('template'),
          locale: sql`coalesce(${sql.placeholder('locale')}, ${users.locale})`.as('locale'),
          data: sql`iif(${isOwn}, json_set(${sql.placeholder('data')}, '$.name', ${users.name}), ${sql.placeholder('data')})`.as(
            'data',
          ),
          status: sql`'QUEUED'`.as('status'),
          attempts: sql`0`.as('attempts'),
          error: sql`null`.as('error'),
          providerId: sql`null`.as('provider_id'),
          createdAt: sql`${sql.placeholder('createdAt')}`.as('created_at'),
          sentAt: sql`null`.as('sent_at'),
          delivery: sql`null`.as('delivery'),
        })
        .from(users)
        .where(and(eq(users.id, sql.placeholder('userId')), ne(users.status, sql`'CLOSED'`))),
    )
    .onConflictDoNothing({ target: mails.key })
    .prepare(),
)
