import { and, desc, eq, sql } from 'drizzle-orm'
import { type Counted, countUpTo, type Drizzle, type Tx, whereOf } from '../db'
import type { Clock } from '../lib/clock'
import { AppError, notFound } from '../lib/errors'
import type { JobQueue } from './queue'
import { type JobStatus, jobs } from './tables'

export type JobRow = Omit<typeof jobs.$inferSelect, 'payload'>

interface Parts {
  clock: Clock
  queue: JobQueue
}

export interface JobFilter {
  status?: JobStatus
  kind?: string
}

const { id, kind, key, status, runAt, attempts, lost, lease, leaseUntil, lastError, createdAt, finishedAt } = jobs
const columns = { id, kind, key, status, runAt, attempts, lost, lease, leaseUntil, lastError, createdAt, finishedAt }

/** Newest first. */
export async function listJobs(
  on: Drizzle,
  filter: JobFilter,
  { page, limit }: { page: number; limit: number },
): Promise<{ rows: JobRow[]; total: Counted }> {
  const { where, cut } = await whereOf(on, {
    table: jobs,
    order: jobs.id,
    filters: [
      { column: jobs.status, value: filter.status },
      { column: jobs.kind, value: filter.kind },
    ],
  })
  const [rows, total] = await Promise.all([
    on
      .select(columns)
      .from(jobs)
      .where(where)
      .orderBy(desc(jobs.id))
      .limit(limit)
      .offset((page - 1) * limit)
      .all(),
    countUpTo(on, jobs, where),
  ])
  return { rows, total: { ...total, more: total.more || cut } }
}

/** Gives a dead job all its attempts again. @throws AppError NOT_FOUND, or INVALID_STATE if it is not dead */
export function retryJob(parts: Parts, tx: Tx, jobId: string): Promise<JobRow> {
  return queueAgain(
    parts,
    tx,
    jobId,
    'DEAD',
    { attempts: 0, lost: 0, finishedAt: null },
    'Only a job that has failed for good can be retried',
  )
}

/** Runs a waiting job without its back-off. @throws AppError NOT_FOUND, or INVALID_STATE if it does not wait */
export function runJobNow(parts: Parts, tx: Tx, jobId: string): Promise<JobRow> {
  return queueAgain(parts, tx, jobId, 'QUEUED', {}, 'Only a waiting job can be run now')
}

async function queueAgain(
  { clock, queue }: Parts,
  tx: Tx,
  jobId: string,
  from: JobStatus,
  changes: { attempts?: number; lost?: number; finishedAt?: null },
  refusal: string,
): Promise<JobRow> {
  const changed = await tx
    .update(jobs)
    .set({ ...changes, status: 'QUEUED', runAt: clock.now() })
    .where(and(eq(jobs.id, jobId), eq(jobs.status, from)))
    .returning(columns)
    .get()
  if (changed) {
    tx.afterCommit(() => queue.wake(changed.kind))
    return changed
  }
  const found = await tx
    .select({ status: sql<JobStatus>`${jobs.status}` })
    .from(jobs)
    .where(eq(jobs.id, jobId))
    .get()
  if (!found) throw notFound('Job')
  throw new AppError('INVALID_STATE', refusal, { status: found.status })
}
