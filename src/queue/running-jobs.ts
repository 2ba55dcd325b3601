import type { Clock } from '../lib/clock'
import { givenBack, type JobOutcome, outcomeOf } from './job-outcome'
import type { Lane } from './lanes'
import { runAttempt } from './run-job'

export interface RunningJob {
  readonly id: string
  readonly lane: Lane
  readonly lease: number
  readonly attempt: number
  /** Epoch milliseconds. */
  leaseUntil: number
  /** Another worker has taken it over: how it ends is no longer ours to say. */
  lost: boolean
  readonly abort: AbortController
}

interface Parts {
  clock: Clock
  random: () => number
  pace: () => Promise<void>
}

interface Claimed {
  id: string
  lease: number
  attempt: number
  payload: object
}

/** The jobs that run in this process, and what is to be said of those that have ended. */
export class RunningJobs {
  readonly #parts: Parts
  readonly #onEnd: () => void
  readonly #jobs = new Map<RunningJob, Promise<void>>()
  #ended: JobOutcome[] = []
  #stopping = false

  constructor(parts: Parts, onEnd: () => void) {
    this.#parts = parts
    this.#onEnd = onEnd
  }

  get count(): number {
    return this.#jobs.size
  }

  begin({ id, lease, attempt, payload }: Claimed, lane: Lane, leaseUntil: number): void {
    const job: RunningJob = { id, lane, lease, attempt, leaseUntil, lost: false, abort: new AbortController() }
    lane.running++
    this.#jobs.set(job, this.#run(job, payload))
  }

  holds(id: string, lease: number): boolean {
    for (const job of this.#jobs.keys()) if (job.id === id && job.lease === lease) return true
    return false
  }

  /** Those whose lease runs out by `time`. */
  expiringBy(time: number): RunningJob[] {
    return [...this.#jobs.keys()].filter((job) => !job.lost && job.leaseUntil <= time)
  }

  earliestExpiry(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const job of this.#jobs.keys()) if (!job.lost) earliest = Math.min(earliest, job.leaseUntil)
    return earliest
  }

  lose(job: RunningJob): void {
    job.lost = true
    job.abort.abort(new Error('the lease was lost'))
  }

  takeEnded(): JobOutcome[] {
    return this.#ended.splice(0)
  }

  putBack(ended: JobOutcome[]): void {
    this.#ended.unshift(...ended)
  }

  /** From here on a job that has not begun its work is given back, and so is one that abortAll() cuts short. */
  beginStop(): void {
    this.#stopping = true
  }

  abortAll(): void {
    for (const job of this.#jobs.keys()) job.abort.abort(new Error('the queue is stopping'))
  }

  /** Gives back those that did not listen; when they end after all, nobody asks them any more. */
  abandonAll(): void {
    for (const job of this.#jobs.keys()) {
      if (!job.lost) this.#ended.push(givenBack(job, job.lane.kind.kind, this.#parts.clock.now()))
      job.lost = true
    }
    this.#jobs.clear()
  }

  async allEnded(): Promise<void> {
    await Promise.all(this.#jobs.values())
  }

  async #run(job: RunningJob, payload: object): Promise<void> {
    const outcome = await this.#attempt(job, payload)
    job.lane.running--
    this.#jobs.delete(job)
    if (!job.lost) this.#ended.push(outcome)
    this.#onEnd()
  }

  async #attempt(job: RunningJob, payload: object): Promise<JobOutcome> {
    const { clock, random, pace } = this.#parts
    const { kind } = job.lane
    await Promise.race([pace(), aborted(job.abort.signal)]).catch(() => {})
    if (this.#stopping || job.abort.signal.aborted) return givenBack(job, kind.kind, clock.now())
    const result = await runAttempt(kind, payload, { attempt: job.attempt, jobId: job.id }, job.abort)
    const cutShort = this.#stopping && job.abort.signal.aborted
    if (cutShort) return givenBack(job, kind.kind, clock.now())
    return outcomeOf({ ...job, kind }, result, clock.now(), random)
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  )
