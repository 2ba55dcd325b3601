import { eq, getTableColumns, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, type Listed, prepared, type Slice, type Tx } from '../db'
import { notFound } from '../lib/errors'
import { firstIdAt } from '../lib/ids'
import { type JobStatus, jobs } from './tables'

const { payload: _payload, history: _history, ...shown } = getTableColumns(jobs)
export const shownOfJob = shown

export type JobRow = Omit<typeof jobs.$inferSelect, 'payload' | 'history'>
export type JobWithHistory = Omit<typeof jobs.$inferSelect, 'payload'>

interface JobFilter {
  status?: JobStatus
  kind?: string
  owner?: string
  subject?: string
  /** Enqueued at or after. */
  from?: Date
  /** Enqueued before. */
  to?: Date
}

const { id, status, kind, owner, subject } = jobs

const jobList = defineList({
  table: jobs,
  rows: (db) => db.select(shown).from(jobs),
  filters: { status, kind, owner, subject },
  // Ids follow the times: a range of times is a range of ids, whatever else is asked for.
  conditions: { from: (value) => sql`${id} >= ${value}`, to: (value) => sql`${id} < ${value}` },
  sorts: { newest: down(id) },
})

/** Newest first. */
export function listJobs(on: Drizzle, { from, to, ...filter }: JobFilter, slice: Slice): Promise<Listed<JobRow>> {
  const range = { ...(from && { from: firstIdAt('job', from) }), ...(to && { to: firstIdAt('job', to) }) }
  return jobList(on, { ...filter, ...range }, slice)
}

const jobById = prepared((db) =>
  db
    .select({ ...shown, history: jobs.history })
    .from(jobs)
    .where(eq(id, sql.placeholder('id')))
    .prepare(),
)

/** @throws AppError NOT_FOUND */
export async function getJob(on: Drizzle | Tx, jobId: string): Promise<JobWithHistory> {
  const job = await jobById(on).get({ id: jobId })
  if (!job) throw notFound('Job')
  return job
}
