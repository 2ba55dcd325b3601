import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import type { LinkOf } from './mail-data'
import { getMail, listMails, previewMail } from './outbox'
import {
  MailParams,
  MailPreviewView,
  MailSummaryView,
  MailsQuery,
  MailView,
  PreviewParams,
  PreviewQuery,
} from './schema'

export const mailRoutes = (parts: Parts, linkOf: LinkOf) =>
  new Elysia({ prefix: '/admin/mails', tags: ['Mails'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { mails, total } = await listMails(parts.db.read, query, page)
        return listed(mails, page, total)
      },
      {
        access: 'admin',
        query: MailsQuery,
        response: { 200: ListAnswer(MailSummaryView), ...guarded() },
        detail: { operationId: 'admin_mails', summary: 'The outbox, newest first' },
      },
    )
    .get('/preview/:template', ({ params, query }) => ok(previewMail(parts, params.template, query.locale ?? 'id')), {
      access: 'admin',
      params: PreviewParams,
      query: PreviewQuery,
      response: { 200: Answer(MailPreviewView), ...guarded() },
      detail: { operationId: 'admin_preview_mail', summary: 'What a mail looks like, with example data' },
    })
    .get('/:id', async ({ actor, params }) => ok(await getMail(parts, actor, params.id, linkOf)), {
      access: 'admin',
      params: MailParams,
      response: { 200: Answer(MailView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_mail', summary: 'One mail with its subject, text and HTML' },
    })
