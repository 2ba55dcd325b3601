import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ok } from '../../http/schema'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { audited } from './audited'
import { ScheduleParams, ScheduleView } from './schema'
import { scheduleViewOf } from './views'

const scheduleOf = (name: string): Thing => ({ kind: 'schedule', id: name })

export const scheduleRoutes = (parts: Parts) => {
  const { schedules } = parts
  return new Elysia({ prefix: '/schedules' })
    .use(accessControl(parts.authenticate))
    .get('/', async () => ok((await schedules.list()).map(scheduleViewOf)), {
      access: 'admin',
      response: { 200: Answer(t.Array(ScheduleView)), ...guarded() },
      detail: { operationId: 'admin_schedules', summary: 'Schedules of recurring jobs' },
    })
    .post(
      '/:name/run',
      async ({ actor, params: { name } }) =>
        ok(
          scheduleViewOf(
            await parts.db.write((tx) =>
              audited(parts, tx, actor, scheduleOf(name), { verb: 'run', act: (tx) => schedules.run(tx, name) }),
            ),
          ),
        ),
      {
        access: 'admin',
        params: ScheduleParams,
        response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_run_schedule', summary: 'Run it once now, paused or not' },
      },
    )
    .post(
      '/:name/pause',
      async ({ actor, params: { name } }) =>
        ok(
          scheduleViewOf(
            await parts.db.write((tx) =>
              audited(parts, tx, actor, scheduleOf(name), { verb: 'pause', act: (tx) => schedules.pause(tx, name) }),
            ),
          ),
        ),
      {
        access: 'admin',
        params: ScheduleParams,
        response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_pause_schedule', summary: 'Pause a schedule' },
      },
    )
    .post(
      '/:name/resume',
      async ({ actor, params: { name } }) =>
        ok(
          scheduleViewOf(
            await parts.db.write((tx) =>
              audited(parts, tx, actor, scheduleOf(name), { verb: 'resume', act: (tx) => schedules.resume(tx, name) }),
            ),
          ),
        ),
      {
        access: 'admin',
        params: ScheduleParams,
        response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_resume_schedule', summary: 'Resume a schedule from its next time on' },
      },
    )
}
