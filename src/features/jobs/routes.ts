import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { cancelJob, getJob, listJobs, listKinds, retryJob, runJobNow } from '../../queue'
import { audited } from './audited'
import { kindRoutes } from './kind-routes'
import { scheduleRoutes } from './schedule-routes'
import { JobDetailView, JobParams, JobsQuery, JobView } from './schema'
import { jobDetailOf, jobViewOf } from './views'

const jobOf = ({ id }: { id: string }): Thing => ({ kind: 'job', id })
const momentOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))

export const jobRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/jobs', tags: ['Jobs'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query: { from, to, ...filter } }) => {
        const page = pageOf(filter)
        const { rows, total } = await listJobs(
          parts.db.read,
          { ...filter, from: momentOf(from), to: momentOf(to) },
          page,
        )
        return listed(rows.map(jobViewOf), page, total)
      },
      {
        access: 'admin',
        query: JobsQuery,
        response: { 200: ListAnswer(JobView), ...guarded() },
        detail: { operationId: 'admin_jobs', summary: 'Jobs of the queue, newest first' },
      },
    )
    .get(
      '/:id',
      async ({ params }) => {
        const job = await getJob(parts.db.read, params.id)
        const kinds = await listKinds(parts, parts.db.read)
        return ok(
          jobDetailOf(
            job,
            kinds.find(({ kind }) => kind === job.kind),
          ),
        )
      },
      {
        access: 'admin',
        params: JobParams,
        response: { 200: Answer(JobDetailView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_job', summary: 'A job with its attempts, their errors and how far it has come' },
      },
    )
    .post(
      '/:id/retry',
      async ({ actor, params }) =>
        ok(
          jobViewOf(
            await parts.db.write((tx) =>
              audited(parts, tx, actor, jobOf(params), { verb: 'retry', act: (tx) => retryJob(parts, tx, params.id) }),
            ),
          ),
        ),
      {
        access: 'admin',
        params: JobParams,
        response: { 200: Answer(JobView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: {
          operationId: 'admin_retry_job',
          summary: 'Queue a dead or cancelled job again, with all its attempts',
        },
      },
    )
    .post(
      '/:id/run',
      async ({ actor, params }) =>
        ok(
          jobViewOf(
            await parts.db.write((tx) =>
              audited(parts, tx, actor, jobOf(params), { verb: 'run', act: (tx) => runJobNow(parts, tx, params.id) }),
            ),
          ),
        ),
      {
        access: 'admin',
        params: JobParams,
        response: { 200: Answer(JobView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: { operationId: 'admin_run_job', summary: 'Run a waiting job now, without its back-off' },
      },
    )
    .post(
      '/:id/cancel',
      async ({ actor, params }) =>
        ok(
          jobViewOf(
            await parts.db.write((tx) =>
              audited(parts, tx, actor, jobOf(params), {
                verb: 'cancel',
                act: (tx) => cancelJob(parts, tx, params.id),
              }),
            ),
          ),
        ),
      {
        access: 'admin',
        params: JobParams,
        response: { 200: Answer(JobView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: {
          operationId: 'admin_cancel_job',
          summary: 'Cancel a job that waits, or tell one that runs to stop; what moves money can’t be cancelled',
        },
      },
    )
    .use(kindRoutes(parts))
    .use(scheduleRoutes(parts))
