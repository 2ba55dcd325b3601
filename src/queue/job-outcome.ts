import type { Tx } from '../db'
import { afterCancel, errorText, isFinal, type JobKind, retryDelayMs } from './job-kind'
import { recordDone, recordOutcome, renewLease, takeBackJob } from './job-rows'
import type { RunResult } from './run-job'
import type { JobStatus } from './tables'

interface Held {
  id: string
  lease: number
}

/** What the row is to say once an attempt has ended. */
export interface JobOutcome extends Held {
  kind: JobKind
  payload: object
  /** It has a subject: when it has ended, another may be next. */
  inLine: boolean
  status: 'DONE' | 'QUEUED' | 'DEAD'
  runAt: Date | null
  /** 1 for an attempt that does not count, because the queue itself cut it short. */
  attemptsBack: 0 | 1
  lastError: string | null
}

interface Attempt extends Held {
  kind: JobKind
  payload: object
  inLine: boolean
  attempt: number
}

export function outcomeOf(job: Attempt, result: RunResult, now: Date, random: () => number): JobOutcome {
  const { id, lease, kind, payload, inLine } = job
  const base = { id, lease, kind, payload, inLine, runAt: null, attemptsBack: 0 } as const
  if (result.ok) return { ...base, status: 'DONE', lastError: null }
  const lastError = errorText(result.error)
  if (isFinal(result.error) || job.attempt >= job.kind.maxAttempts) return { ...base, status: 'DEAD', lastError }
  const delay = retryDelayMs(job.kind, job.attempt, result.error, random)
  return { ...base, status: 'QUEUED', runAt: new Date(now.getTime() + delay), lastError }
}

/** A job that the stopping queue gives back untouched: due at once, and this attempt forgotten. */
export const givenBack = ({ id, lease, kind, payload, inLine }: Omit<Attempt, 'attempt'>, now: Date): JobOutcome => ({
  ...{ id, lease, kind, payload, inLine },
  status: 'QUEUED',
  runAt: now,
  attemptsBack: 1,
  lastError: null,
})

/** @returns what has become of the job; undefined if the lease was lost meanwhile: then another worker says how it ended */
export async function recordEnd(tx: Tx, outcome: JobOutcome, now: Date): Promise<JobStatus | undefined> {
  const { id, lease, status, runAt, attemptsBack, lastError, kind, payload } = outcome
  if (status === 'DONE') {
    const { rowsAffected } = await recordDone(tx).run({ id, lease, now })
    return rowsAffected === 1 ? 'DONE' : undefined
  }
  const recorded = await recordOutcome(tx).get({ id, lease, status, runAt, attemptsBack, lastError, now })
  if (recorded?.status === 'CANCELLED') await afterCancel(tx, kind, payload, now)
  return recorded?.status
}

/** @returns undefined if the lease was lost meanwhile, else whether somebody wants it to be cancelled */
export async function renew(tx: Tx, held: Held, { now, leaseUntil }: { now: Date; leaseUntil: Date }) {
  const renewed = await renewLease(tx).get({ id: held.id, lease: held.lease, leaseUntil, now })
  return renewed && { isUnwanted: renewed.cancelRequestedAt !== null }
}

/** So many workers may be lost with a job before it counts as what kills them. */
const maxLost = 30

interface Expired extends Held {
  lost: number
}

/**
 * Queues a lost worker's job again, its attempt forgotten; or buries it: after so many it may be what kills the workers.
 * @param kind what is known of its kind @param leaseBy the lease must have run out by then
 * @returns undefined if it was renewed meanwhile
 */
export async function takeBack(
  tx: Tx,
  job: Expired,
  { kind, now, leaseBy = now }: { kind: JobKind | undefined; now: Date; leaseBy?: Date },
): Promise<JobStatus | undefined> {
  const taken = await takeBackJob(tx).get({
    id: job.id,
    lease: job.lease,
    status: job.lost + 1 >= maxLost ? 'DEAD' : 'QUEUED',
    now,
    leaseBy,
    lastError: 'WorkerLost: the worker of this attempt did not renew its lease',
  })
  if (taken?.status === 'CANCELLED') await afterCancel(tx, kind, taken.payload, now)
  return taken?.status
}
