import { and, count, desc, eq, sql } from 'drizzle-orm'
import type { Database, Drizzle, Tx } from '../db'
import type { Clock } from '../lib/clock'
import { AppError, notFound } from '../lib/errors'
import type { JobQueue } from './queue'
import { type JobStatus, jobs } from './tables'

export type JobRow = Omit<typeof jobs.$inferSelect, 'payload'>

interface Parts {
  db: Database
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
): Promise<{ rows: JobRow[]; total: number }> {
  const where = and(
    filter.status === undefined ? undefined : eq(jobs.status, filter.status),
    filter.kind === undefined ? undefined : eq(jobs.kind, filter.kind),
  )
  const [rows, total] = await Promise.all([
    on
      .select(columns)
      .from(jobs)
      .where(where)
      .orderBy(desc(jobs.id))
      .limit(limit)
      .offset((page - 1) * limit)
      .all(),
    on.select({ count: count() }).from(jobs).where(where).get(),
  ])
  return { rows, total: total?.count ?? 0 }
}

/** What is to stand or fall with a change an administrator makes: its entry in the audit log. */
export type Also = (tx: Tx) => Promise<void>

/** Gives a dead job all its attempts again. @throws AppError NOT_FOUND, or INVALID_STATE if it is not dead */
export function retryJob(parts: Parts, jobId: string, also?: Also): Promise<JobRow> {
  return queueAgain(
    parts,
    jobId,
    'DEAD',
    { attempts: 0, lost: 0, finishedAt: null },
    'Only a job that has failed for good can be retried',
    also,
  )
}

/** Runs a waiting job without its back-off. @throws AppError NOT_FOUND, or INVALID_STATE if it does not wait */
export function runJobNow(parts: Parts, jobId: string, also?: Also): Promise<JobRow> {
  return queueAgain(parts, jobId, 'QUEUED', {}, 'Only a waiting job can be run now', also)
}

function queueAgain(
  { db, clock, queue }: Parts,
  jobId: string,
  from: JobStatus,
  changes: { attempts?: number; lost?: number; finishedAt?: null },
  refusal: string,
  also: Also | undefined,
): Promise<JobRow> {
  return db.write(async (tx) => {
    const changed = await tx
      .update(jobs)
      .set({ ...changes, status: 'QUEUED', runAt: clock.now() })
      .where(and(eq(jobs.id, jobId), eq(jobs.status, from)))
      .returning(columns)
      .get()
    if (changed) {
      await also?.(tx)
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
  })
}
