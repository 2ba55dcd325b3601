import { t } from 'elysia'
import { IdText, Instant, ListQuery, model, nullable, words } from '../../http/schema'

const JobStatusWord = words('QUEUED', 'RUNNING', 'DONE', 'DEAD', 'CANCELLED')
const moment = t.String({ format: 'date-time' })

const jobFields = {
  id: t.String(),
  kind: t.String(),
  key: t.String({ description: 'Unique within its kind: the same work is not queued twice' }),
  status: t.Union(JobStatusWord.anyOf, { description: 'DEAD: failed for good; can be retried' }),
  owner: t.Union([t.String(), t.Null()], { description: 'The account it is done for: accounts take turns' }),
  subject: t.Union([t.String(), t.Null()], {
    description: 'What it is about: jobs of one kind about one subject run one after the other',
  }),
  waitsForSubject: t.Boolean({ description: 'Another of its subject has to end first' }),
  runAt: Instant,
  attempts: t.Integer(),
  lastError: nullable(t.String()),
  createdAt: Instant,
  startedAt: t.Union([Instant, t.Null()], { description: 'When its last attempt began' }),
  cancelRequestedAt: t.Union([Instant, t.Null()], {
    description: 'A job that runs is told to stop, and then CANCELLED',
  }),
  finishedAt: nullable(Instant),
}

export const JobView = model('Job', t.Object(jobFields))

const AttemptView = model(
  'JobAttempt',
  t.Object({
    number: t.Integer({ description: 'Of all there ever were, from 1' }),
    startedAt: nullable(Instant),
    endedAt: nullable(Instant),
    worker: t.Union([t.String(), t.Null()], {
      description: 'The process that ran it: host, process and a random part',
    }),
    outcome: t.Union(words('RUNNING', 'DONE', 'FAILED', 'LOST', 'GIVEN_BACK', 'CANCELLED').anyOf, {
      description:
        'LOST: its worker was not heard of any more; GIVEN_BACK: its process was stopped. Neither counts as an attempt',
    }),
    error: nullable(t.String()),
  }),
)

export const JobDetailView = model(
  'JobDetail',
  t.Object({
    ...jobFields,
    heartbeatAt: t.Union([Instant, t.Null()], { description: 'When its worker was last heard of' }),
    progress: t.Object({
      done: t.Union([t.Integer(), t.Null()], { description: 'How much of whatever it does is done' }),
      text: nullable(t.String()),
    }),
    kindPaused: t.Boolean(),
    cancelRefusal: t.Union([t.String(), t.Null()], { description: 'Why a job of this kind can’t be cancelled' }),
    attemptLog: t.Array(AttemptView, {
      description: 'The last 20 that did not do the work, and the one that runs or did it',
    }),
  }),
)

export const JobsQuery = ListQuery({
  status: t.Optional(JobStatusWord),
  kind: t.Optional(IdText),
  owner: t.Optional(IdText),
  subject: t.Optional(IdText),
  from: t.Optional(moment),
  to: t.Optional(moment),
})

export const KindView = model(
  'JobKind',
  t.Object({
    kind: t.String(),
    runs: t.Union(
      [
        t.Object({
          concurrency: t.Integer({ description: 'So many at a time in one process' }),
          maxAttempts: t.Integer(),
          deadlineMs: t.Integer(),
        }),
        t.Null(),
      ],
      { description: 'Null where this version of the program does not know the kind' },
    ),
    cancelRefusal: t.Union([t.String(), t.Null()], { description: 'Why its jobs can’t be cancelled' }),
    pausedAt: t.Union([Instant, t.Null()], { description: 'Since when nothing of it is begun' }),
    counts: t.Object({
      queued: t.Integer(),
      running: t.Integer(),
      done: t.Integer({ description: 'Of those that are not forgotten yet' }),
      dead: t.Integer(),
      cancelled: t.Integer(),
    }),
    oldestDueAt: t.Union([Instant, t.Null()], { description: 'When the first of those that wait was due, or will be' }),
    oldestDueSeconds: t.Integer({ description: 'How long that has been due; 0 if it is not due yet' }),
  }),
)

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
export const KindParams = t.Object({ kind: IdText })
export const ScheduleParams = t.Object({ name: IdText })
