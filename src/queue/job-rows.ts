import { and, eq, sql } from 'drizzle-orm'
import { prepared } from '../db'
import { jobs } from './tables'

// The words stand in the SQL itself: with a parameter SQLite could not choose the partial indexes.
const isQueued = sql`${jobs.status} = 'QUEUED'`
const isRunning = sql`${jobs.status} = 'RUNNING'`
/** The fence: true only for the worker that still holds the lease it took. */
const isHeld = and(eq(jobs.id, sql.placeholder('id')), eq(jobs.lease, sql.placeholder('lease')), isRunning)

export const insertJob = prepared((db) =>
  db
    .insert(jobs)
    .values({
      id: sql.placeholder('id'),
      kind: sql.placeholder('kind'),
      key: sql.placeholder('key'),
      payload: sql.placeholder('payload'),
      runAt: sql.placeholder('runAt'),
      createdAt: sql.placeholder('createdAt'),
    })
    .onConflictDoNothing({ target: [jobs.kind, jobs.key] })
    .prepare(),
)

/** The next jobs of one kind in the order they are due, the due ones and those still to come. */
export const nextOfKind = prepared((db) =>
  db
    .select({ id: jobs.id, runAt: jobs.runAt })
    .from(jobs)
    .where(and(isQueued, eq(jobs.kind, sql.placeholder('kind'))))
    .orderBy(jobs.runAt)
    .limit(sql.placeholder('limit'))
    .prepare(),
)

/** Takes a lease. Nothing comes back if another worker was faster. */
export const claimJob = prepared((db) =>
  db
    .update(jobs)
    .set({
      status: sql`'RUNNING'`,
      lease: sql`${jobs.lease} + 1`,
      attempts: sql`${jobs.attempts} + 1`,
      leaseUntil: sql`${sql.placeholder('leaseUntil')}`,
    })
    .where(and(eq(jobs.id, sql.placeholder('id')), isQueued))
    .returning({ id: jobs.id, kind: jobs.kind, payload: jobs.payload, attempt: jobs.attempts, lease: jobs.lease })
    .prepare(),
)

export const renewLease = prepared((db) =>
  db
    .update(jobs)
    .set({ leaseUntil: sql`${sql.placeholder('leaseUntil')}` })
    .where(isHeld)
    .prepare(),
)

/** How an attempt ended, told only by the holder of the lease. */
export const recordOutcome = prepared((db) =>
  db
    .update(jobs)
    .set({
      status: sql`${sql.placeholder('status')}`,
      leaseUntil: sql`null`,
      runAt: sql`coalesce(${sql.placeholder('runAt')}, ${jobs.runAt})`,
      attempts: sql`${jobs.attempts} - ${sql.placeholder('attemptsBack')}`,
      lastError: sql`${sql.placeholder('lastError')}`,
      finishedAt: sql`${sql.placeholder('finishedAt')}`,
    })
    .where(isHeld)
    .prepare(),
)

export const expiredLeases = prepared((db) =>
  db
    .select({ id: jobs.id, kind: jobs.kind, lease: jobs.lease, lost: jobs.lost, leaseUntil: jobs.leaseUntil })
    .from(jobs)
    .where(and(isRunning, sql`${jobs.leaseUntil} <= ${sql.placeholder('now')}`))
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

/** Makes due what was due at that time. */
export const bringForward = prepared((db) =>
  db
    .update(jobs)
    .set({ runAt: sql`${sql.placeholder('now')}` })
    .where(
      and(
        isQueued,
        sql`${jobs.runAt} > ${sql.placeholder('now')}`,
        sql`${jobs.runAt} <= ${sql.placeholder('savedAt')}`,
      ),
    )
    .prepare(),
)

export const nextExpiry = prepared((db) =>
  db
    .select({ leaseUntil: jobs.leaseUntil })
    .from(jobs)
    .where(and(isRunning, sql`${jobs.leaseUntil} > ${sql.placeholder('now')}`))
    .orderBy(jobs.leaseUntil)
    .limit(1)
    .prepare(),
)

/** Takes a job from a worker that was lost, unless that one has renewed its lease meanwhile. */
export const takeBackJob = prepared((db) =>
  db
    .update(jobs)
    .set({
      status: sql`${sql.placeholder('status')}`,
      leaseUntil: sql`null`,
      attempts: sql`${jobs.attempts} - 1`,
      lost: sql`${jobs.lost} + 1`,
      runAt: sql`${sql.placeholder('now')}`,
      lastError: sql`${sql.placeholder('lastError')}`,
      finishedAt: sql`${sql.placeholder('finishedAt')}`,
    })
    .where(and(isHeld, sql`${jobs.leaseUntil} <= ${sql.placeholder('leaseBy')}`))
    .prepare(),
)

/** Whether a job of this kind waits already. */
export const findQueued = prepared((db) =>
  db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(isQueued, eq(jobs.kind, sql.placeholder('kind'))))
    .limit(1)
    .prepare(),
)

/** When the first of all that wait is due: one step in the index for each kind, however many wait. */
export const oldestQueued = prepared((db) =>
  db
    .select({
      runAt: sql<number | null>`(with recursive kinds(kind) as (
        select min(kind) from jobs where status = 'QUEUED'
        union all
        select (select min(kind) from jobs where status = 'QUEUED' and jobs.kind > kinds.kind) from kinds where kind is not null
      ) select min((select min(run_at) from jobs where status = 'QUEUED' and jobs.kind = kinds.kind)) from kinds)`,
    })
    .from(sql`(select 1)`)
    .prepare(),
)
