import { t } from 'elysia'
import { IdText, Instant, ListQuery, model, nullable, words } from '../../http/schema'

const JobStatusWord = words('QUEUED', 'RUNNING', 'DONE', 'DEAD')

export const JobView = model(
  'Job',
  t.Object({
    id: t.String(),
    kind: t.String(),
    key: t.String({ description: 'Unique within its kind: the same work is not queued twice' }),
    status: t.Union(JobStatusWord.anyOf, { description: 'DEAD: failed for good; can be retried' }),
    runAt: Instant,
    attempts: t.Integer(),
    lastError: nullable(t.String()),
    createdAt: Instant,
    finishedAt: nullable(Instant),
  }),
)

export const JobsQuery = ListQuery({
  status: t.Optional(JobStatusWord),
  kind: t.Optional(IdText),
})

export const ScheduleView = model(
  'Schedule',
  t.Object({
    name: t.String(),
    cron: t.String({ description: 'Minute, hour, day of month, month, day of week' }),
    timeZone: t.String(),
    does: t.String({ description: 'What it does' }),
    paused: t.Boolean(),
    lastFiredAt: nullable(Instant),
    nextFiringAt: nullable(Instant),
  }),
)

export const JobParams = t.Object({ id: IdText })
export const ScheduleParams = t.Object({ name: IdText })
