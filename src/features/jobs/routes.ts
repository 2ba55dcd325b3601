import { Elysia, t } from 'elysia'
import type { Tx } from '../../db'
import { type Actor, accessControl } from '../../http/access'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { listJobs, retryJob, runJobNow } from '../../queue'
import { recordAct } from '../audit'
import { JobParams, JobsQuery, JobView, ScheduleParams, ScheduleView } from './schema'
import { jobViewOf, scheduleViewOf } from './views'

type Needs = Pick<Parts, 'db' | 'clock'>

/** What an administrator does here stands or falls with its entry in the audit log. */
const audited = <T>(
  { db, clock }: Needs,
  actor: Actor,
  target: Thing,
  verb: string,
  act: (tx: Tx) => Promise<T>,
): Promise<T> =>
  db.write(async (tx) => {
    const done = await act(tx)
    await recordAct(tx, { actor, action: `${target.kind}.${verb}`, target, at: clock.now() })
    return done
  })

const jobOf = ({ id }: { id: string }): Thing => ({ kind: 'job', id })
const scheduleOf = (id: string): Thing => ({ kind: 'schedule', id })

export const jobRoutes = (parts: Parts) =>
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
        ok(jobViewOf(await audited(parts, actor, jobOf(params), 'retry', (tx) => retryJob(parts, tx, params.id)))),
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
        ok(jobViewOf(await audited(parts, actor, jobOf(params), 'run', (tx) => runJobNow(parts, tx, params.id)))),
      {
        access: 'admin',
        params: JobParams,
        response: { 200: Answer(JobView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: { operationId: 'admin_run_job', summary: 'Run a waiting job now, without its back-off' },
      },
    )
    .use(scheduleRoutes(parts))

const scheduleRoutes = (parts: Parts) => {
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
        ok(scheduleViewOf(await audited(parts, actor, scheduleOf(name), 'run', (tx) => schedules.run(tx, name)))),
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
        ok(scheduleViewOf(await audited(parts, actor, scheduleOf(name), 'pause', (tx) => schedules.pause(tx, name)))),
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
        ok(scheduleViewOf(await audited(parts, actor, scheduleOf(name), 'resume', (tx) => schedules.resume(tx, name)))),
      {
        access: 'admin',
        params: ScheduleParams,
        response: { 200: Answer(ScheduleView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_resume_schedule', summary: 'Resume a schedule from its next time on' },
      },
    )
}
