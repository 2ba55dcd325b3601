import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, instant, json } from '../db/columns'

export type JobStatus = 'QUEUED' | 'RUNNING' | 'DONE' | 'DEAD' | 'CANCELLED'

/** How one attempt ended that did not do the work. */
export interface EndedAttempt {
  /** The fencing token it ran under: counts every attempt there ever was. */
  number: number
  startedAt: number | null
  endedAt: number
  worker: string | null
  ended: 'FAILED' | 'LOST' | 'GIVEN_BACK' | 'CANCELLED'
  error: string | null
}

export const jobs = sqliteTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    /** A second enqueue under the same key changes nothing: this is what makes a doubled firing harmless. */
    key: text('key').notNull(),
    payload: json<Record<string, unknown>>('payload').notNull(),
    status: text('status').$type<JobStatus>().notNull().default('QUEUED'),
    runAt: instant('run_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** How many workers died or stalled with it. They are no attempts of its own: others may be what killed them. */
    lost: integer('lost').notNull().default(0),
    /** The fencing token: a worker whose lease was taken over can no longer say how the job ended. */
    lease: integer('lease').notNull().default(0),
    leaseUntil: instant('lease_until'),
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull(),
    finishedAt: instant('finished_at'),
    /** What it is about: jobs of one kind about one subject run one after the other, as they were enqueued. */
    subject: text('subject'),
    /** Its place in the line of its subject. */
    turn: integer('turn').notNull().default(0),
    /** Another of its subject has to end first; a trigger tells the next in line. */
    behind: flag('behind').notNull().default(false),
    /** For whom it is done, an account's id: where many wait, those of one owner take turns with those of others. */
    owner: text('owner'),
    /** Where it stands among those that may run now; the lowest is next. Null until it is due and first in its line. */
    place: integer('place'),
    worker: text('worker'),
    startedAt: instant('started_at'),
    /** When its worker was last heard of. */
    heartbeatAt: instant('heartbeat_at'),
    progressDone: integer('progress_done'),
    progressText: text('progress_text'),
    cancelRequestedAt: instant('cancel_requested_at'),
    /** The last attempts that did not do the work, the oldest first. */
    history: json<EndedAttempt[]>('history'),
  },
  (table) => [
    uniqueIndex('jobs_key').on(table.kind, table.key),
    index('jobs_waiting').on(table.kind, table.runAt).where(sql`status = 'QUEUED'`),
    index('jobs_next').on(table.kind, table.place, table.runAt).where(sql`status = 'QUEUED' and behind = 0`),
    index('jobs_placed_of_owner')
      .on(table.kind, table.owner, table.place)
      .where(sql`status = 'QUEUED' and place is not null and owner is not null`),
    uniqueIndex('jobs_one_of_subject')
      .on(table.kind, table.subject)
      .where(sql`subject is not null and behind = 0 and status in ('QUEUED', 'RUNNING')`),
    index('jobs_line')
      .on(table.kind, table.subject, table.turn)
      .where(sql`subject is not null and status in ('QUEUED', 'RUNNING')`),
    index('jobs_leased').on(table.leaseUntil).where(sql`status = 'RUNNING'`),
    index('jobs_finished').on(table.status, table.finishedAt).where(sql`finished_at is not null`),
    index('jobs_status').on(table.status, table.id),
    index('jobs_kind').on(table.kind, table.id),
    index('jobs_owner').on(table.owner, table.id).where(sql`owner is not null`),
    index('jobs_subject').on(table.subject, table.id).where(sql`subject is not null`),
    check('jobs_status', sql`${table.status} in ('QUEUED', 'RUNNING', 'DONE', 'DEAD', 'CANCELLED')`),
    check(
      'jobs_behind',
      sql`${table.behind} = 0 or (${table.behind} = 1 and ${table.status} = 'QUEUED' and ${table.subject} is not null)`,
    ),
    check('jobs_place', sql`${table.place} is null or ${table.behind} = 0`),
  ],
)

/** Kinds of which nothing is begun until an administrator resumes them. */
export const pausedKinds = sqliteTable('paused_job_kinds', {
  kind: text('kind').primaryKey(),
  pausedAt: instant('paused_at').notNull(),
})

/** The schedules as an admin left them: the table in jobs.ts says what exists, this only who is paused and when it last fired. */
export const schedules = sqliteTable('schedules', {
  name: text('name').primaryKey(),
  pausedAt: instant('paused_at'),
  lastFiredAt: instant('last_fired_at'),
})
