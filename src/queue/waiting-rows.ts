import { and, eq, sql } from 'drizzle-orm'
import { prepared } from '../db'
import { jobs } from './tables'

// The words stand in the SQL itself: with a parameter SQLite could not choose the partial indexes.
const isQueued = sql`${jobs.status} = 'QUEUED'`
const kind = sql.placeholder('kind')
const subject = sql.placeholder('subject')
const inLine = sql`kind = ${kind} and subject = ${subject} and subject is not null and status in ('QUEUED', 'RUNNING')`
/** Somebody stands in the line of this subject already. */
export const isBehind = sql`exists (select 1 from jobs where ${inLine})`
/** Numbers begin again when a line is empty. */
export const nextTurn = sql`coalesce((select max(turn) from jobs where ${inLine}), 0) + 1`

/**
 * Beside the one that is next, or after the last of the same owner: owners take turns, and one more of somebody who has thousands
 * waiting goes behind one of each of the others. Those without an owner are each
 * the only one of theirs.
 */
const placeOf = (kind: ReturnType<typeof sql>, owner: ReturnType<typeof sql>) => sql`max(
  coalesce((select min(ready.place) from jobs as ready where ready.kind = ${kind} and ready.status = 'QUEUED' and ready.behind = 0 and ready.place is not null), 0),
  coalesce((select max(own.place) + 1 from jobs as own where own.kind = ${kind} and own.owner = ${owner}
    and own.owner is not null and own.status = 'QUEUED' and own.place is not null), 0))`

const placeAtOnce = sql`case when ${sql.placeholder('runAt')} <= ${sql.placeholder('createdAt')} and not ${isBehind}
  then ${placeOf(sql`${kind}`, sql`${sql.placeholder('owner')}`)} end`

export const insertJob = prepared((db) =>
  db
    .insert(jobs)
    .values({
      id: sql.placeholder('id'),
      kind,
      key: sql.placeholder('key'),
      payload: sql.placeholder('payload'),
      runAt: sql.placeholder('runAt'),
      createdAt: sql.placeholder('createdAt'),
      subject,
      owner: sql.placeholder('owner'),
      turn: sql`iif(${subject} is null, 0, ${nextTurn})`,
      behind: sql`${isBehind}`,
      place: placeAtOnce,
    })
    .onConflictDoNothing({ target: [jobs.kind, jobs.key] })
    .prepare(),
)

/**
 * The next jobs of one kind: those that may run, in their order, and those that stand nowhere yet by the time they are due. Those
 * behind another of their subject are not among them.
 */
export const nextOfKind = prepared((db) =>
  db
    .select({
      id: sql<string>`id`,
      runAt: sql<number>`run_at`,
      isReady: sql<number>`place is not null`,
    })
    .from(sql`(select * from (select id, run_at, place from jobs
        where kind = ${kind} and status = 'QUEUED' and behind = 0 and place is not null order by place, run_at limit ${sql.placeholder('ready')})
      union all select * from (select id, run_at, place from jobs
        where kind = ${kind} and status = 'QUEUED' and place is null and behind = 0 order by run_at limit ${sql.placeholder('later')}))`)
    .prepare(),
)

/** Gives a job that has become due its place, unless it has one. */
export const placeJob = prepared((db) =>
  db
    .update(jobs)
    .set({ place: placeOf(sql`jobs.kind`, sql`jobs.owner`) })
    .where(and(eq(jobs.id, sql.placeholder('id')), isQueued, sql`${jobs.place} is null`, sql`${jobs.behind} = 0`))
    .prepare(),
)

/** Whether a job of this kind waits already. */
export const findQueued = prepared((db) =>
  db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(isQueued, eq(jobs.kind, kind)))
    .limit(1)
    .prepare(),
)

export const findByKey = prepared((db) =>
  db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.kind, kind), eq(jobs.key, sql.placeholder('key'))))
    .prepare(),
)

/** Makes due what was due at that time, and what waits for its next try: how long that was to be is not known any more. */
export const bringForward = prepared((db) =>
  db
    .update(jobs)
    .set({ runAt: sql`${sql.placeholder('now')}` })
    .where(
      and(
        isQueued,
        sql`${jobs.runAt} > ${sql.placeholder('now')}`,
        sql`(${jobs.runAt} <= ${sql.placeholder('savedAt')} or ${jobs.attempts} > 0)`,
      ),
    )
    .prepare(),
)

/** When the first of each kind that waits is due: one step in the index for each kind, however many wait. */
export const oldestQueued = prepared((db) =>
  db
    .select({ kind: sql<string>`kind`, runAt: sql<number>`run_at` })
    .from(sql`(with recursive kinds(kind) as (
        select min(kind) from jobs indexed by jobs_waiting where status = 'QUEUED'
        union all
        select (select min(kind) from jobs indexed by jobs_waiting where status = 'QUEUED' and jobs.kind > kinds.kind) from kinds where kind is not null
      ) select kind, (select min(run_at) from jobs where status = 'QUEUED' and jobs.kind = kinds.kind) as run_at
        from kinds where kind is not null)`)
    .prepare(),
)
