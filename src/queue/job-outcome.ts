import type { Tx } from '../db'
import { errorText, isFinal, type JobKind, retryDelayMs } from './job-kind'
import { recordOutcome, renewLease, takeBackJob } from './job-rows'
import type { RunResult } from './run-job'

interface Held {
  id: string
  lease: number
}

/** What the row is to say once an attempt has ended. */
export interface JobOutcome extends Held {
  kind: string
  status: 'DONE' | 'QUEUED' | 'DEAD'
  runAt: Date | null
  /** 1 for an attempt that does not count, because the queue itself cut it short. */
  attemptsBack: 0 | 1
  lastError: string | null
}

interface Attempt extends Held {
  kind: JobKind
  attempt: number
}

export function outcomeOf(job: Attempt, result: RunResult, now: Date, random: () => number): JobOutcome {
  const base = { id: job.id, lease: job.lease, kind: job.kind.kind, runAt: null, attemptsBack: 0 } as const
  if (result.ok) return { ...base, status: 'DONE', lastError: null }
  const lastError = errorText(result.error)
  if (isFinal(result.error) || job.attempt >= job.kind.maxAttempts) return { ...base, status: 'DEAD', lastError }
  const delay = retryDelayMs(job.kind, job.attempt, result.error, random)
  return { ...base, status: 'QUEUED', runAt: new Date(now.getTime() + delay), lastError }
}

/** A job that the stopping queue gives back untouched: due at once, and this attempt forgotten. */
export const givenBack = (job: Held, kind: string, now: Date): JobOutcome => ({
  id: job.id,
  lease: job.lease,
  kind,
  status: 'QUEUED',
  runAt: now,
  attemptsBack: 1,
  lastError: null,
})

/** @returns false if the lease was lost meanwhile: then another worker says how the job ended */
export async function recordEnd(tx: Tx, outcome: JobOutcome, now: Date): Promise<boolean> {
  const { rowsAffected } = await recordOutcome(tx).run({
    id: outcome.id,
    lease: outcome.lease,
    status: outcome.status,
    runAt: outcome.runAt,
    attemptsBack: outcome.attemptsBack,
    lastError: outcome.lastError,
    finishedAt: outcome.status === 'QUEUED' ? null : now,
  })
  return rowsAffected === 1
}

/** @returns false if the lease was lost meanwhile */
export async function renew(tx: Tx, held: Held, leaseUntil: Date): Promise<boolean> {
  return (await renewLease(tx).run({ id: held.id, lease: held.lease, leaseUntil })).rowsAffected === 1
}

/** So many workers may be lost with a job before it counts as what kills them. */
const maxLost = 30

interface Expired extends Held {
  lost: number
}

/**
 * Queues a lost worker's job again, its attempt forgotten; or buries it: after so many it may be what kills the workers.
 * @param leaseBy the lease must have run out by then @returns undefined if it was renewed meanwhile
 */
export async function takeBack(tx: Tx, job: Expired, { now, leaseBy = now }: { now: Date; leaseBy?: Date }) {
  const status = job.lost + 1 >= maxLost ? 'DEAD' : 'QUEUED'
  const { rowsAffected } = await takeBackJob(tx).run({
    id: job.id,
    lease: job.lease,
    status,
    now,
    leaseBy,
    lastError: 'WorkerLost: the worker of this attempt did not renew its lease',
    finishedAt: status === 'DEAD' ? now : null,
  })
  return rowsAffected === 1 ? status : undefined
}
