import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { getAuditEntry, listAudit } from './read'
import { AuditEntryView, AuditParams, AuditQuery } from './schema'

export const auditRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/audit', tags: ['Audit'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { from, to, ...filter } = query
        const { entries, total } = await listAudit(
          parts.db.read,
          {
            ...filter,
            from: from === undefined ? undefined : new Date(from),
            to: to === undefined ? undefined : new Date(to),
          },
          page,
        )
        return listed(entries, page, total)
      },
      {
        access: 'admin',
        query: AuditQuery,
        response: { 200: ListAnswer(AuditEntryView), ...guarded() },
        detail: { operationId: 'admin_audit', summary: 'Who did what, and who was refused, newest first' },
      },
    )
    .get('/:number', async ({ params }) => ok(await getAuditEntry(parts.db.read, params.number)), {
      access: 'admin',
      params: AuditParams,
      response: { 200: Answer(AuditEntryView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_audit_entry', summary: 'One entry of the audit log' },
    })
