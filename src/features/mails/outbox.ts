import { eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, prepared } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import { notFound } from '../../lib/errors'
import type { Thing } from '../../lib/kinds'
import type { Locale } from '../../lib/locale'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import type { RenderedMail } from './layout'
import { isOptional, type LinkOf, type TemplateName } from './mail-data'
import { contextOf, linkIdOf, type RenderContext, render, renderStored } from './render'
import type { OutboxMail } from './tables'
import { type MailStatus, mails } from './tables'
import { templates } from './texts'

type Needs = Pick<Parts, 'db' | 'clock' | 'publicUrl' | 'config'>

type PreviewNeeds = Pick<Parts, 'publicUrl' | 'config'>
interface Filter {
  recipient?: string
  status?: MailStatus
  template?: TemplateName
}

const { id, key, userId, recipient, template, locale, status, attempts, error, createdAt, sentAt, delivery } = mails
const shown = { id, key, userId, recipient, template, locale, status, attempts, error, createdAt, sentAt, delivery }

const mailList = defineList({
  table: mails,
  rows: (db) => db.select(shown).from(mails),
  filters: { recipient, template, status },
  sorts: { newest: down(id) },
})

export async function listMails(on: Drizzle, filter: Filter, page: Page) {
  const wanted = { ...filter, recipient: filter.recipient?.trim().toLowerCase() }
  const { rows, total } = await mailList(on, wanted, page)
  return { mails: rows.map(summaryOf), total }
}

const mailById = prepared((db) =>
  db
    .select()
    .from(mails)
    .where(eq(id, sql.placeholder('id')))
    .prepare(),
)

/**
 * As its recipient got it, or would have, without a link that opens their account. Where no provider delivers, whoever runs the
 * place is the postman: then the link is shown to a person, never to a token, and that it was seen is written down.
 */
export async function getMail(parts: Needs, actor: Actor, id: string, linkOf: LinkOf) {
  const mail = await mailById(parts.db.read).get({ id })
  if (!mail) throw notFound('Mail')
  const linkId = linkIdOf(mail)
  const isPostman = mail.status === 'KEPT' && actor.tokenId === undefined
  const link = linkId && isPostman ? await linkOf(linkId) : undefined
  if (link) await recordView(parts, actor, mail)
  return { ...summaryOf(mail), ...readStored(parts, mail, link) }
}

/** One of another version may be unreadable: then it is shown as far as it is known. */
function readStored(parts: Needs, mail: OutboxMail, link: string | undefined): RenderedMail {
  try {
    return renderStored(mail, contextOf(parts), link)
  } catch (fault) {
    return {
      subject: '',
      text: `This mail can’t be shown: ${fault instanceof Error ? fault.message : 'unknown'}`,
      html: '',
    }
  }
}

async function recordView({ db, clock }: Needs, actor: Actor, { id, userId, template }: OutboxMail): Promise<void> {
  const target: Thing = { kind: 'mail', id }
  await db.write((tx) =>
    recordAct(tx, { actor, action: 'mail.view-link', target, after: { userId, template }, at: clock.now() }),
  )
}

export function previewMail(parts: PreviewNeeds, template: TemplateName, locale: Locale) {
  const unsubscribeUrl = isOptional(template) ? `${parts.publicUrl}/api/mail-preferences/unsubscribe` : undefined
  return { template, locale, ...renderExample(template, locale, { ...contextOf(parts), unsubscribeUrl }) }
}

export function renderExample<T extends TemplateName>(
  template: T,
  locale: Locale,
  context: RenderContext,
): RenderedMail {
  return render(template, locale, { name: 'Siti Rahayu', ...templates[template].example }, context)
}

type Summary = Pick<OutboxMail, keyof typeof shown>

function summaryOf(mail: Summary) {
  const { id, key, userId, recipient, template, locale, status, attempts, error, createdAt, sentAt, delivery } = mail
  return {
    ...{ id, key, userId, recipient, template, locale, status, attempts, error },
    createdAt: createdAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
    delivery,
  }
}
