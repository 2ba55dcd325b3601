import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { listJobs, retryJob, runJobNow, type Schedules } from '../../queue'
import { JobParams, JobsQuery, JobView, ScheduleParams, ScheduleView } from './schema'
import { jobViewOf, scheduleViewOf } from './views'

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
    .post('/:id/retry', async ({ params }) => ok(jobViewOf(await retryJob(parts, params.id))), {
      access: 'admin',
      params: JobParams,
      response: { 200: Answer(JobView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
      detail: { operationId: 'admin_retry_job', summary: 'Queue a dead job again, with all its attempts' },
    })
    .post('/:id/run', async ({ params }) => ok(jobViewOf(await runJobNow(parts, params.id))), {
      access: 'admin',
      params: JobParams,
      response: { 200: Answer(JobView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
      detail: { operationId: 'admin_run_job', summary: 'Run a waiting job now, without its back-off' },
    })
    .use(scheduleRoutes(parts))

const scheduleRoutes = (parts: Parts & { schedules: Schedules }) =>
  new Elysia({ prefix: '/schedules' })
    .use(accessControl(parts.authenticate))
    .get('/', async () => ok((await parts.schedules.list()).map(scheduleViewOf)), {
      access: 'admin',
      response: { 200: Answer(t.Array(ScheduleView)), ...guarded() },
      detail: { operationId: 'admin_schedules', summary: 'Everything that happens by the clock' },
    })
    .post('/:name/run', async ({ params }) => ok(scheduleViewOf(await parts.schedules.run(params.name))), {
      access: 'admin',
      params: ScheduleParams,
      response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_run_schedule', summary: 'Run it once now, paused or not' },
    })
    .post('/:name/pause', async ({ params }) => ok(scheduleViewOf(await parts.schedules.pause(params.name))), {
      access: 'admin',
      params: ScheduleParams,
      response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_pause_schedule', summary: 'Stop it from firing' },
    })
    .post('/:name/resume', async ({ params }) => ok(scheduleViewOf(await parts.schedules.resume(params.name))), {
      access: 'admin',
      params: ScheduleParams,
      response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_resume_schedule', summary: 'Let it fire again from the next time on' },
    })
