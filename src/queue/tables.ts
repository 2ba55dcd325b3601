import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant, json } from '../db/columns'

export type JobStatus = 'QUEUED' | 'RUNNING' | 'DONE' | 'DEAD'

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
  },
  (table) => [
    uniqueIndex('jobs_key').on(table.kind, table.key),
    index('jobs_waiting').on(table.kind, table.runAt).where(sql`status = 'QUEUED'`),
    index('jobs_leased').on(table.leaseUntil).where(sql`status = 'RUNNING'`),
    index('jobs_finished').on(table.status, table.finishedAt),
    index('jobs_status').on(table.status, table.id),
    index('jobs_kind').on(table.kind, table.id),
    check('jobs_status', sql`${table.status} in ('QUEUED', 'RUNNING', 'DONE', 'DEAD')`),
  ],
)

/** The schedules as an admin left them: the table in jobs.ts says what exists, this only who is paused and when it last fired. */
export const schedules = sqliteTable('schedules', {
  name: text('name').primaryKey(),
  pausedAt: instant('paused_at'),
  lastFiredAt: instant('last_fired_at'),
})
