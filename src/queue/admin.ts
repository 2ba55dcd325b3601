import { and, eq, sql } from 'drizzle-orm'
import { defineList, down, type Tx } from '../db'
import type { Clock } from '../lib/clock'
import { AppError, notFound } from '../lib/errors'
import type { JobQueue } from './queue'
import { type JobStatus, jobs } from './tables'

export type JobRow = Omit<typeof jobs.$inferSelect, 'payload'>

interface Parts {
  clock: Clock
  queue: JobQueue
}

const { id, kind, key, status, runAt, attempts, lost, lease, leaseUntil, lastError, createdAt, finishedAt } = jobs
const columns = { id, kind, key, status, runAt, attempts, lost, lease, leaseUntil, lastError, createdAt, finishedAt }

export const listJobs = defineList({
  table: jobs,
  rows: (db) => db.select(columns).from(jobs),
  filters: { status, kind },
  sorts: { newest: down(id) },
})

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
