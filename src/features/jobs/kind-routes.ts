import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ok } from '../../http/schema'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { listKinds, pauseKind, resumeKind } from '../../queue'
import { audited } from './audited'
import { KindParams, KindView } from './schema'
import { kindViewOf } from './views'

const kindOf = (kind: string): Thing => ({ kind: 'job-kind', id: kind })

export const kindRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/kinds' })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async () => {
        const now = parts.clock.now()
        return ok((await listKinds(parts, parts.db.read)).map((state) => kindViewOf(state, now)))
      },
      {
        access: 'admin',
        response: { 200: Answer(t.Array(KindView)), ...guarded() },
        detail: {
          operationId: 'admin_job_kinds',
          summary: 'Kinds of jobs: how many wait, since when, and which are paused',
        },
      },
    )
    .post(
      '/:kind/pause',
      async ({ actor, params: { kind } }) => {
        const state = await parts.db.write((tx) =>
          audited(parts, tx, actor, kindOf(kind), { verb: 'pause', act: (tx) => pauseKind(parts, tx, kind) }),
        )
        return ok(kindViewOf(state, parts.clock.now()))
      },
      {
        access: 'admin',
        params: KindParams,
        response: { 200: Answer(KindView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_pause_job_kind', summary: 'Begin no job of this kind until it is resumed' },
      },
    )
    .post(
      '/:kind/resume',
      async ({ actor, params: { kind } }) => {
        const state = await parts.db.write((tx) =>
          audited(parts, tx, actor, kindOf(kind), { verb: 'resume', act: (tx) => resumeKind(parts, tx, kind) }),
        )
        return ok(kindViewOf(state, parts.clock.now()))
      },
      {
        access: 'admin',
        params: KindParams,
        response: { 200: Answer(KindView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_resume_job_kind', summary: 'Go on with a kind of jobs' },
      },
    )
