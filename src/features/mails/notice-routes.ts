import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { contextOf } from '../../http/request-context'
import { Answer, errors, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { maxNoticeBytes, receiveNotice } from './notices'

export const mailNoticeRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/webhooks', tags: ['Webhooks'] }).use(accessControl(parts.authenticate)).post(
    '/resend',
    async ({ body, request }) => {
      await receiveNotice(parts, request.headers, contextOf(request).bytes, body)
      return ok(null)
    },
    {
      access: 'provider',
      body: t.Object(
        { type: t.String({ maxLength: 100 }) },
        {
          additionalProperties: true,
          'x-max-bytes': maxNoticeBytes,
          description: 'An event as Resend sends it, signed in its headers',
        },
      ),
      response: { 200: Answer(t.Null()), ...errors('FORBIDDEN', 'PAYLOAD_TOO_LARGE') },
      detail: {
        operationId: 'webhooks_resend',
        summary: 'What became of a mail',
        description:
          'A bounce for good and a complaint end all mail to that address. Without `RESEND_WEBHOOK_SECRET` every event is refused.',
      },
    },
  )
