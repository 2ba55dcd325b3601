import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../db'
import type { Clock } from '../lib/clock'
import { AppError } from '../lib/errors'
import { getJob, type JobRow, shownOfJob } from './list-jobs'
import type { JobQueue } from './queue'
import { jobs } from './tables'

interface Parts {
  clock: Clock
  queue: JobQueue
}

/** Others of the same subject that wait or run. */
const line = sql`jobs as other where other.kind = ${jobs.kind} and other.subject = ${jobs.subject}
  and other.subject is not null and other.status in ('QUEUED', 'RUNNING')`

/**
 * Gives a job that has failed for good or was cancelled all its attempts again. Those of its subject did not wait for it: it goes to
 * the end of the line. @throws AppError NOT_FOUND, INVALID_STATE
 */
export async function retryJob({ clock, queue }: Parts, tx: Tx, jobId: string): Promise<JobRow> {
  const again = {
    ...{ status: 'QUEUED' as const, attempts: 0, lost: 0, finishedAt: null, cancelRequestedAt: null },
    place: null,
    runAt: clock.now(),
    turn: sql`iif(${jobs.subject} is null, 0, coalesce((select max(other.turn) from ${line}), 0) + 1)`,
    behind: sql`exists (select 1 from ${line})`,
  }
  const retried = await tx
    .update(jobs)
    .set(again)
    .where(and(eq(jobs.id, jobId), inArray(jobs.status, ['DEAD', 'CANCELLED'])))
    .returning(shownOfJob)
    .get()
  return doneOr(tx, queue, retried, jobId, 'Only a job that has failed for good or was cancelled can be retried')
}

/**
 * Runs a waiting job without its back-off, before others of its kind; one that is behind another of its subject still waits for
 * that. @throws AppError NOT_FOUND, INVALID_STATE
 */
export async function runJobNow({ clock, queue }: Parts, tx: Tx, jobId: string): Promise<JobRow> {
  const first = sql`coalesce((select min(other.place) from jobs as other where other.kind = ${jobs.kind} and other.status = 'QUEUED' and other.behind = 0 and other.place is not null), 0) - 1`
  const hurried = await tx
    .update(jobs)
    .set({ runAt: clock.now(), place: sql`iif(${jobs.behind} = 0, ${first}, null)` })
    .where(and(eq(jobs.id, jobId), sql`${jobs.status} = 'QUEUED'`))
    .returning(shownOfJob)
    .get()
  return doneOr(tx, queue, hurried, jobId, 'Only a waiting job can be run now')
}

async function doneOr(
  tx: Tx,
  queue: JobQueue,
  changed: JobRow | undefined,
  jobId: string,
  refusal: string,
): Promise<JobRow> {
  if (changed) {
    tx.afterCommit(() => queue.wake(changed.kind))
    return changed
  }
  const { status } = await getJob(tx, jobId)
  throw new AppError('INVALID_STATE', refusal, { status })
}
