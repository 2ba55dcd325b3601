import { and, count, desc, eq } from 'drizzle-orm'
import type { Drizzle } from '../../db'
import type { Page } from '../../http/schema'
import { notFound } from '../../lib/errors'
import type { Parts } from '../../parts'
import type { RenderedMail } from './layout'
import type { Locale, TemplateName } from './mail-data'
import { type RenderContext, render, renderStored } from './render'
import { type MailStatus, mails } from './tables'
import { templates } from './templates'

type Needs = Pick<Parts, 'db' | 'publicUrl' | 'config'>

interface Filter {
  recipient?: string
  status?: MailStatus
  template?: TemplateName
}

/** Newest first. */
export async function listMails(on: Drizzle, filter: Filter, { page, limit }: Page) {
  const where = and(
    filter.recipient === undefined ? undefined : eq(mails.recipient, filter.recipient.trim().toLowerCase()),
    filter.status === undefined ? undefined : eq(mails.status, filter.status),
    filter.template === undefined ? undefined : eq(mails.template, filter.template),
  )
  const [rows, total] = await Promise.all([
    on
      .select()
      .from(mails)
      .where(where)
      .orderBy(desc(mails.id))
      .limit(limit)
      .offset((page - 1) * limit)
      .all(),
    on.select({ count: count() }).from(mails).where(where).get(),
  ])
  return { mails: rows.map(summaryOf), total: total?.count ?? 0 }
}

/** As its recipient got it, or would have. */
export async function getMail(parts: Needs, id: string) {
  const mail = await parts.db.read.select().from(mails).where(eq(mails.id, id)).get()
  if (!mail) throw notFound('Mail')
  return { ...summaryOf(mail), ...renderStored(mail, contextOf(parts)) }
}

export function previewMail(parts: Needs, template: TemplateName, locale: Locale) {
  return { template, locale, ...renderExample(template, locale, contextOf(parts)) }
}

export function renderExample<T extends TemplateName>(
  template: T,
  locale: Locale,
  context: RenderContext,
): RenderedMail {
  return render(template, locale, { name: 'Siti Rahayu', ...templates[template].example }, context)
}

const contextOf = ({ publicUrl, config }: Needs): RenderContext => ({ publicUrl, timeZone: config.billingTimeZone })

function summaryOf(mail: typeof mails.$inferSelect) {
  const { id, key, userId, recipient, template, locale, status, attempts, error, createdAt, sentAt } = mail
  return {
    ...{ id, key, userId, recipient, template, locale, status, attempts, error },
    createdAt: createdAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
  }
}
