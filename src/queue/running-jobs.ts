import type { Clock } from '../lib/clock'
import type { Progress } from './job-kind'
import { givenBack, type JobOutcome, outcomeOf } from './job-outcome'
import type { Lane } from './lanes'
import { runAttempt } from './run-job'

export interface RunningJob {
  readonly id: string
  readonly lane: Lane
  readonly lease: number
  readonly attempt: number
  readonly payload: object
  readonly inLine: boolean
  /** Epoch milliseconds. */
  leaseUntil: number
  /** What it said of itself and nobody wrote down yet. */
  unsaved: Progress | undefined
  savedAt: number
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
  inLine: number
}

class JobCancelled extends Error {
  override readonly name = 'Cancelled'

  constructor() {
    super('by an administrator')
  }
}

/** So often at most what a job says of itself is written down. */
const saveEveryMs = 1_000

/** The jobs that run in this process, and what is to be said of those that have ended. */
export class RunningJobs {
  readonly #parts: Parts
  readonly #onEvent: () => void
  readonly #jobs = new Map<RunningJob, Promise<void>>()
  #ended: JobOutcome[] = []
  #stopping = false

  /** @param onEvent hears when one has ended, or has something to say that can be written down */
  constructor(parts: Parts, onEvent: () => void) {
    this.#parts = parts
    this.#onEvent = onEvent
  }

  get count(): number {
    return this.#jobs.size
  }

  begin({ id, lease, attempt, payload, inLine }: Claimed, lane: Lane, leaseUntil: number): void {
    const job: RunningJob = {
      ...{ id, lane, lease, attempt, payload, leaseUntil },
      inLine: inLine === 1,
      unsaved: undefined,
      savedAt: Number.NEGATIVE_INFINITY,
      lost: false,
      abort: new AbortController(),
    }
    lane.running++
    this.#jobs.set(job, this.#run(job))
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

  /** Those that said something long enough after what was written down last. */
  reportingBy(time: number): RunningJob[] {
    return [...this.#jobs.keys()].filter((job) => isReporting(job) && (savedNext(job) <= time || job.savedAt > time))
  }

  nextReport(): number {
    let next = Number.POSITIVE_INFINITY
    for (const job of this.#jobs.keys()) if (isReporting(job)) next = Math.min(next, savedNext(job))
    return next
  }

  /** Tells a job that nobody wants it any more, if it runs here. */
  cancel(id: string): void {
    for (const job of this.#jobs.keys()) if (job.id === id) job.abort.abort(new JobCancelled())
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
      if (!job.lost) this.#ended.push(givenBack({ ...job, kind: job.lane.kind }, this.#parts.clock.now()))
      job.lost = true
    }
    this.#jobs.clear()
  }

  async allEnded(): Promise<void> {
    await Promise.all(this.#jobs.values())
  }

  async #run(job: RunningJob): Promise<void> {
    const outcome = await this.#attempt(job)
    job.lane.running--
    this.#jobs.delete(job)
    if (!job.lost) this.#ended.push(outcome)
    this.#onEvent()
  }

  async #attempt(job: RunningJob): Promise<JobOutcome> {
    const { clock, random, pace } = this.#parts
    const { kind } = job.lane
    const { signal } = job.abort
    await Promise.race([pace(), aborted(signal)]).catch(() => {})
    if (this.#stopping || signal.aborted) return givenBack({ ...job, kind }, clock.now())
    const report = (progress: Progress) => this.#report(job, progress)
    const context = { attempt: job.attempt, jobId: job.id, report }
    const result = await runAttempt(kind, job.payload, context, job.abort)
    const cutShort = this.#stopping && signal.aborted
    if (cutShort) return givenBack({ ...job, kind }, clock.now())
    return outcomeOf({ ...job, kind }, result, clock.now(), random)
  }

  #report(job: RunningJob, progress: Progress): void {
    const isFirst = job.unsaved === undefined
    job.unsaved = progress
    if (isFirst && this.#jobs.has(job)) this.#onEvent()
  }
}

const isReporting = (job: RunningJob): boolean => job.unsaved !== undefined && !job.lost
const savedNext = (job: RunningJob): number => job.savedAt + saveEveryMs

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  )
