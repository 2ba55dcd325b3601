import { Elysia, t } from 'elysia'
import { type Actor, accessControl } from '../../http/access'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { type Also, listJobs, retryJob, runJobNow, type Schedules } from '../../queue'
import { recordAct } from '../audit'
import { JobParams, JobsQuery, JobView, ScheduleParams, ScheduleView } from './schema'
import { jobViewOf, scheduleViewOf } from './views'

const acted =
  ({ clock }: Pick<Parts, 'clock'>, actor: Actor, action: string, id: string): Also =>
  (tx) =>
    recordAct(tx, { actor, action, target: { kind: action.split('.')[0]!, id }, at: clock.now() })

export const jobRoutes = (parts: Parts & { schedules: Schedules }) =>
  new Elysia({ prefix: '/admin/jobs', tags: ['Jobs'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { rows, total } = await listJobs(parts.db.read, query, page)
        return listed(rows.map(jobViewOf), page, total)
      },
      {
        access: 'admin',
        query: JobsQuery,
        response: { 200: ListAnswer(JobView), ...guarded() },
        detail: { operationId: 'admin_jobs', summary: 'Jobs of the queue, newest first' },
      },
    )
    .post(
      '/:id/retry',
      async ({ actor, params }) =>
        ok(jobViewOf(await retryJob(parts, params.id, acted(parts, actor, 'job.retry', params.id)))),
      {
        access: 'admin',
        params: JobParams,
        response: { 200: Answer(JobView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: { operationId: 'admin_retry_job', summary: 'Queue a dead job again, with all its attempts' },
      },
    )
    .post(
      '/:id/run',
      async ({ actor, params }) =>
        ok(jobViewOf(await runJobNow(parts, params.id, acted(parts, actor, 'job.run', params.id)))),
      {
        access: 'admin',
        params: JobParams,
        response: { 200: Answer(JobView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: { operationId: 'admin_run_job', summary: 'Run a waiting job now, without its back-off' },
      },
    )
    .use(scheduleRoutes(parts))

const scheduleRoutes = (parts: Parts & { schedules: Schedules }) =>
  new Elysia({ prefix: '/schedules' })
    .use(accessControl(parts.authenticate))
    .get('/', async () => ok((await parts.schedules.list()).map(scheduleViewOf)), {
      access: 'admin',
      response: { 200: Answer(t.Array(ScheduleView)), ...guarded() },
      detail: { operationId: 'admin_schedules', summary: 'Everything that happens by the clock' },
    })
    .post(
      '/:name/run',
      async ({ actor, params }) =>
        ok(scheduleViewOf(await parts.schedules.run(params.name, acted(parts, actor, 'schedule.run', params.name)))),
      {
        access: 'admin',
        params: ScheduleParams,
        response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_run_schedule', summary: 'Run it once now, paused or not' },
      },
    )
    .post(
      '/:name/pause',
      async ({ actor, params }) =>
        ok(
          scheduleViewOf(await parts.schedules.pause(params.name, acted(parts, actor, 'schedule.pause', params.name))),
        ),
      {
        access: 'admin',
        params: ScheduleParams,
        response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_pause_schedule', summary: 'Stop it from firing' },
      },
    )
    .post(
      '/:name/resume',
      async ({ actor, params }) =>
        ok(
          scheduleViewOf(
            await parts.schedules.resume(params.name, acted(parts, actor, 'schedule.resume', params.name)),
          ),
        ),
      {
        access: 'admin',
        params: ScheduleParams,
        response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_resume_schedule', summary: 'Let it fire again from the next time on' },
      },
    )
