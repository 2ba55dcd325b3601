import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { LiftInput, MailSuppressionView, SuppressionParams, SuppressionsQuery } from './schema'
import { liftSuppression, listSuppressions } from './suppressions'

export const suppressionRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/mail-suppressions', tags: ['Mails'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { suppressions, total } = await listSuppressions(parts.db.read, query, page)
        return listed(suppressions, page, total)
      },
      {
        access: 'admin',
        query: SuppressionsQuery,
        response: { 200: ListAnswer(MailSuppressionView), ...guarded() },
        detail: {
          operationId: 'admin_mail_suppressions',
          summary: 'Addresses that get no mail any more, newest first',
          description:
            'Not even a link for a new password: to an address whose mails come back it would not arrive, and each try harms the standing of the sender.',
        },
      },
    )
    .delete(
      '/:id',
      async ({ actor, params, body }) => {
        await parts.db.write((tx) => liftSuppression(parts, tx, actor, params.id, body.reason))
        return ok(null)
      },
      {
        access: 'admin',
        params: SuppressionParams,
        body: LiftInput,
        response: { 200: Answer(t.Null()), ...guarded('NOT_FOUND') },
        detail: {
          operationId: 'admin_lift_mail_suppression',
          summary: 'Send mails to an address again',
          description:
            'Once its owner says that it works, or wants them. What was not sent meanwhile is not sent later. Resend has a list of its own: take the address off there as well.',
        },
      },
    )
