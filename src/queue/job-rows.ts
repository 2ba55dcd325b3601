import { and, eq, sql } from 'drizzle-orm'
import { prepared } from '../db'
import { jobs, pausedKinds } from './tables'

// The words stand in the SQL itself: with a parameter SQLite could not choose the partial indexes.
const isQueued = sql`${jobs.status} = 'QUEUED'`
const isRunning = sql`${jobs.status} = 'RUNNING'`
const now = sql.placeholder('now')
/** The fence: true only for the worker that still holds the lease it took. */
const isHeld = and(eq(jobs.id, sql.placeholder('id')), eq(jobs.lease, sql.placeholder('lease')), isRunning)

/** So many attempts are kept of a job that fails and fails. */
const attemptsKept = 20

/** An attempt that did not do the work goes to the end of the list; what is to be said of its end comes as SQL. */
const withAttempt = (ended: ReturnType<typeof sql>, error: ReturnType<typeof sql>) => sql`json_insert(
  iif(json_array_length(${jobs.history}) >= ${attemptsKept}, json_remove(${jobs.history}, '$[0]'), coalesce(${jobs.history}, '[]')),
  '$[#]', json_object('number', ${jobs.lease}, 'startedAt', ${jobs.startedAt}, 'endedAt', ${now}, 'worker', ${jobs.worker},
    'ended', ${ended}, 'error', ${error}))`

/** A job that somebody wants to be cancelled is not tried again. */
const cancelledOr = (status: ReturnType<typeof sql>) =>
  sql`iif(${jobs.cancelRequestedAt} is not null, 'CANCELLED', ${status})`

/** Takes a lease. Nothing comes back if another worker was faster, or the kind was paused meanwhile. */
export const claimJob = prepared((db) =>
  db
    .update(jobs)
    .set({
      status: sql`'RUNNING'`,
      lease: sql`${jobs.lease} + 1`,
      attempts: sql`${jobs.attempts} + 1`,
      leaseUntil: sql`${sql.placeholder('leaseUntil')}`,
      place: sql`null`,
      worker: sql`${sql.placeholder('worker')}`,
      startedAt: sql`${now}`,
      heartbeatAt: sql`${now}`,
      progressDone: sql`null`,
      progressText: sql`null`,
    })
    .where(
      and(
        eq(jobs.id, sql.placeholder('id')),
        isQueued,
        sql`${jobs.behind} = 0`,
        sql`(${jobs.place} is not null or ${jobs.runAt} <= ${now})`,
        sql`not exists (select 1 from ${pausedKinds} where ${pausedKinds.kind} = ${jobs.kind})`,
      ),
    )
    .returning({
      ...{ id: jobs.id, kind: jobs.kind, payload: jobs.payload, attempt: jobs.attempts, lease: jobs.lease },
      inLine: sql<number>`${jobs.subject} is not null`,
    })
    .prepare(),
)

export const renewLease = prepared((db) =>
  db
    .update(jobs)
    .set({ leaseUntil: sql`${sql.placeholder('leaseUntil')}`, heartbeatAt: sql`${now}` })
    .where(isHeld)
    .returning({ cancelRequestedAt: jobs.cancelRequestedAt })
    .prepare(),
)

/** What a job says of itself while it runs. */
export const saveProgress = prepared((db) =>
  db
    .update(jobs)
    .set({
      heartbeatAt: sql`${now}`,
      progressDone: sql`${sql.placeholder('done')}`,
      progressText: sql`${sql.placeholder('text')}`,
    })
    .where(isHeld)
    .prepare(),
)

/** The work is done, whoever wanted it cancelled meanwhile. A statement of its own: this is how nearly all of them end. */
export const recordDone = prepared((db) =>
  db
    .update(jobs)
    .set({ status: sql`'DONE'`, leaseUntil: sql`null`, lastError: sql`null`, finishedAt: sql`${now}` })
    .where(isHeld)
    .prepare(),
)

/** How any other attempt ended, told only by the holder of the lease. What comes back is what has become of the job. */
export const recordOutcome = prepared((db) => {
  const status = sql`${sql.placeholder('status')}`
  const error = sql`${sql.placeholder('lastError')}`
  const ended = sql`iif(${cancelledOr(status)} = 'CANCELLED', 'CANCELLED', iif(${sql.placeholder('attemptsBack')} = 1, 'GIVEN_BACK', 'FAILED'))`
  return db
    .update(jobs)
    .set({
      status: cancelledOr(status),
      leaseUntil: sql`null`,
      place: sql`null`,
      runAt: sql`iif(${cancelledOr(status)} = 'QUEUED', coalesce(${sql.placeholder('runAt')}, ${jobs.runAt}), ${jobs.runAt})`,
      attempts: sql`${jobs.attempts} - ${sql.placeholder('attemptsBack')}`,
      lastError: error,
      finishedAt: sql`iif(${cancelledOr(status)} = 'QUEUED', null, ${now})`,
      history: withAttempt(ended, error),
    })
    .where(isHeld)
    .returning({ status: jobs.status })
    .prepare()
})

export const expiredLeases = prepared((db) =>
  db
    .select({ id: jobs.id, kind: jobs.kind, lease: jobs.lease, lost: jobs.lost, leaseUntil: jobs.leaseUntil })
    .from(jobs)
    .where(and(isRunning, sql`${jobs.leaseUntil} <= ${now}`))
    .orderBy(jobs.leaseUntil)
    .limit(sql.placeholder('limit'))
    .prepare(),
)

/** Also those that have not run out. */
export const heldLeases = prepared((db) =>
  db
    .select({ id: jobs.id, kind: jobs.kind, lease: jobs.lease, lost: jobs.lost })
    .from(jobs)
    .where(isRunning)
    .limit(sql.placeholder('limit'))
    .prepare(),
)

export const nextExpiry = prepared((db) =>
  db
    .select({ leaseUntil: jobs.leaseUntil })
    .from(jobs)
    .where(and(isRunning, sql`${jobs.leaseUntil} > ${now}`))
    .orderBy(jobs.leaseUntil)
    .limit(1)
    .prepare(),
)

/** Takes a job from a worker that was lost, unless that one has renewed its lease meanwhile. */
export const takeBackJob = prepared((db) => {
  const status = sql`${sql.placeholder('status')}`
  const error = sql`${sql.placeholder('lastError')}`
  return db
    .update(jobs)
    .set({
      status: cancelledOr(status),
      leaseUntil: sql`null`,
      place: sql`null`,
      attempts: sql`${jobs.attempts} - 1`,
      lost: sql`${jobs.lost} + 1`,
      runAt: sql`${now}`,
      lastError: error,
      finishedAt: sql`iif(${cancelledOr(status)} = 'QUEUED', null, ${now})`,
      history: withAttempt(sql`'LOST'`, error),
    })
    .where(and(isHeld, sql`${jobs.leaseUntil} <= ${sql.placeholder('leaseBy')}`))
    .returning({ status: jobs.status, payload: jobs.payload })
    .prepare()
})

export const listPaused = prepared((db) => db.select().from(pausedKinds).prepare())
