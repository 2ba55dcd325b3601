import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../db'
import type { Clock } from '../lib/clock'
import { AppError, notFound } from '../lib/errors'
import { afterCancel, cancelRefusal } from './job-kind'
import { type JobRow, shownOfJob } from './list-jobs'
import type { JobQueue } from './queue'
import { jobs } from './tables'

interface Parts {
  clock: Clock
  queue: JobQueue
}

/**
 * A waiting job is cancelled at once. One that runs is told to stop: it is CANCELLED when it has, and DONE if it has done its work
 * before. @throws AppError NOT_FOUND, INVALID_STATE where its kind can't be cancelled or it has ended
 */
export async function cancelJob({ clock, queue }: Parts, tx: Tx, jobId: string): Promise<JobRow> {
  const job = await tx
    .select({ kind: jobs.kind, status: jobs.status, payload: jobs.payload })
    .from(jobs)
    .where(eq(jobs.id, jobId))
    .get()
  if (!job) throw notFound('Job')
  const { status, payload } = job
  if (status !== 'QUEUED' && status !== 'RUNNING')
    throw new AppError('INVALID_STATE', 'Only a job that waits or runs can be cancelled', { status })
  const kind = queue.find(job.kind)
  const refusal = cancelRefusal(kind)
  if (refusal !== undefined) throw new AppError('INVALID_STATE', refusal, { status })
  const now = clock.now()
  if (status === 'RUNNING') {
    tx.afterCommit(() => queue.cancel(jobId))
    return change(tx, jobId, { cancelRequestedAt: sql`coalesce(${jobs.cancelRequestedAt}, ${now.getTime()})` })
  }
  await afterCancel(tx, kind, payload, now)
  // Another of its subject may be next.
  tx.afterCommit(() => queue.wake(job.kind))
  const ended = { status: 'CANCELLED', finishedAt: now, cancelRequestedAt: now, behind: false, place: null } as const
  return change(tx, jobId, ended)
}

const change = (tx: Tx, jobId: string, set: object): Promise<JobRow> =>
  tx
    .update(jobs)
    .set(set)
    .where(and(eq(jobs.id, jobId)))
    .returning(shownOfJob)
    .get()
