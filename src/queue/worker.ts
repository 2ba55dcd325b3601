import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, Tx } from '../db'
import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/log'
import type { JobKind } from './job-kind'
import { type JobOutcome, recordEnd, renew, takeBack } from './job-outcome'
import { claimJob, expiredLeases, listPaused, nextExpiry, saveProgress } from './job-rows'
import { type Due, type Lane, Lanes } from './lanes'
import type { QueueMetrics } from './queue-metrics'
import { type RunningJob, RunningJobs } from './running-jobs'
import type { JobStatus } from './tables'
import { placeJob } from './waiting-rows'

/** Other processes enqueue without telling this one: so often it looks by itself. */
const pollMs = 15_000
const retryAfterFailureMs = 1_000
const maxTakenBackAtOnce = 100
/** Once stop() has told the last jobs to end, they get this long to do so. */
const lastCallMs = 1_500
const longestProgress = 200

interface WorkerParts {
  db: Database
  clock: Clock
  log: Logger
  metrics: QueueMetrics
  random: () => number
  /** Jobs that may run at a time, of all kinds together. */
  concurrency: number
  /** A lease that is not renewed for so long is free for another worker. */
  leaseMs: number
  pace: () => Promise<void>
  /** What this process is called in the rows of the jobs that it runs. */
  name: string
}

/**
 * Claims jobs, runs them and records how they ended. All it has to tell the database at one moment — ended attempts,
 * renewed leases, lost workers' jobs, new claims — goes into one write; what comes up during that write goes into the next.
 */
export class Worker {
  readonly #parts: WorkerParts
  readonly #lanes: Lanes
  readonly #running: RunningJobs
  #state: 'idle' | 'working' | 'stopping' | 'stopped' = 'idle'
  #working: Promise<void> | undefined
  #again = false
  #pollAt = Number.NEGATIVE_INFINITY
  #sweepAt = Number.NEGATIVE_INFINITY
  #pausesKnown = false
  #timer: ReturnType<typeof setTimeout> | undefined
  // Whoever wakes the worker may be inside a request or a write: neither may become the context of the jobs.
  readonly #outside = AsyncLocalStorage.snapshot()

  constructor(parts: WorkerParts) {
    this.#parts = parts
    this.#lanes = new Lanes(parts.concurrency)
    this.#running = new RunningJobs(parts, () => this.wake())
  }

  add(kind: JobKind): void {
    this.#lanes.add(kind)
    this.wake()
  }

  find(kind: string): JobKind | undefined {
    return this.#lanes.find(kind)?.kind
  }

  lanes(): Lane[] {
    return this.#lanes.list()
  }

  /** A kind was paused or resumed. */
  lookAtPauses(): void {
    this.#pausesKnown = false
    this.wake()
  }

  /** Tells a job that it is not wanted any more, if it runs here; another process hears of it when it renews its lease. */
  cancel(id: string): void {
    this.#running.cancel(id)
  }

  start(): void {
    if (this.#state !== 'idle') return
    this.#state = 'working'
    this.wake()
  }

  /** A job of this kind will be due at that time. */
  expect(kind: string, at: number): void {
    this.#lanes.find(kind)?.expect(at)
    if (at <= this.#now()) this.wake()
    else if (this.#state === 'working' && !this.#working) this.#outside(() => this.#arm())
  }

  wake(): void {
    if (this.#state !== 'working' && this.#state !== 'stopping') return
    this.#again = true
    this.#working ??= this.#outside(() => this.#work())
  }

  async stop(ms: number): Promise<void> {
    if (this.#state !== 'working') {
      this.#state = 'stopped'
      return
    }
    this.#state = 'stopping'
    this.#running.beginStop()
    await atMost(ms, this.#allEnded())
    this.#running.abortAll()
    await atMost(lastCallMs, this.#allEnded())
    this.#running.abandonAll()
    this.wake()
    await this.#working
    this.#state = 'stopped'
    clearTimeout(this.#timer)
  }

  #now(): number {
    return this.#parts.clock.now().getTime()
  }

  async #allEnded(): Promise<void> {
    // A claim may still be on its way, so it is over only when nothing is being claimed either.
    while (this.#working || this.#running.count > 0) {
      await this.#working
      await this.#running.allEnded()
    }
  }

  async #work(): Promise<void> {
    let done = true
    while (this.#again && done) {
      this.#again = false
      // One turn of the event loop: what ended or was enqueued in the same turn goes into one write.
      await new Promise((resolve) => setImmediate(resolve))
      done = await this.#cycle()
    }
    this.#working = undefined
    this.#arm(done ? 0 : retryAfterFailureMs)
  }

  /** @returns false when the database refused; everything is then as before, and is tried again */
  async #cycle(): Promise<boolean> {
    const now = this.#parts.clock.now()
    const ended = this.#running.takeEnded()
    try {
      const due = await this.#findDue(now.getTime())
      const expired = await this.#findExpired(now.getTime())
      const stale = this.#running.expiringBy(now.getTime() + this.#parts.leaseMs / 2)
      const reporting = this.#running.reportingBy(now.getTime())
      const work = [ended, due.claim, due.place, expired, stale, reporting]
      if (work.every(({ length }) => length === 0)) return true
      await this.#parts.db.write(async (tx) => {
        // Our own leases first: after a long sleep they look as lost as a dead worker's.
        for (const job of stale) await this.#renew(tx, job, now)
        for (const job of reporting) await this.#saveProgress(tx, job, now)
        for (const outcome of ended) await this.#recordEnd(tx, outcome, now)
        for (const job of expired) await this.#takeBack(tx, job, now)
        for (const id of due.place) await placeJob(tx).run({ id })
        for (const id of due.claim) await this.#claim(tx, id, now)
      })
      return true
    } catch (error) {
      this.#parts.log.error({ err: error }, 'the job queue could not reach its database')
      this.#running.putBack(ended)
      this.#lanes.lookAgain()
      this.#sweepAt = Number.NEGATIVE_INFINITY
      return false
    }
  }

  async #findDue(now: number): Promise<Due> {
    if (this.#state !== 'working') return { claim: [], place: [] }
    const { read } = this.#parts.db
    // A clock that was set back must not put off the next look.
    if (now >= this.#pollAt || now < this.#pollAt - pollMs) {
      this.#pollAt = now + pollMs
      this.#pausesKnown = false
      this.#lanes.lookAgain()
    }
    if (!this.#pausesKnown) {
      this.#pausesKnown = true
      this.#lanes.setPaused(new Set((await listPaused(read).all()).map(({ kind }) => kind)))
    }
    return this.#lanes.findDue(read, now, this.#parts.concurrency - this.#running.count)
  }

  async #findExpired(now: number) {
    if (this.#state !== 'working' || (now < this.#sweepAt && now >= this.#sweepAt - pollMs)) return []
    const { read } = this.#parts.db
    const expired = await expiredLeases(read).all({ now, limit: maxTakenBackAtOnce })
    const next = (await nextExpiry(read).get({ now }))?.leaseUntil?.getTime() ?? Number.POSITIVE_INFINITY
    this.#sweepAt = expired.length === maxTakenBackAtOnce ? now : Math.min(next, now + pollMs)
    return expired.filter(({ id, lease }) => !this.#running.holds(id, lease))
  }

  async #renew(tx: Tx, job: RunningJob, now: Date): Promise<void> {
    const leaseUntil = now.getTime() + this.#parts.leaseMs
    const held = await renew(tx, job, { now, leaseUntil: new Date(leaseUntil) })
    tx.afterCommit(() => {
      job.leaseUntil = leaseUntil
      if (held?.isUnwanted) this.#running.cancel(job.id)
      // One that has just ended is not lost: its end is being written.
      if (held || !this.#running.holds(job.id, job.lease)) return
      this.#running.lose(job)
      this.#parts.log.warn({ jobId: job.id, kind: job.lane.kind.kind }, 'a job outlived its lease and was taken over')
    })
  }

  async #saveProgress(tx: Tx, job: RunningJob, now: Date): Promise<void> {
    const progress = job.unsaved
    const { done = null, text } = progress ?? {}
    await saveProgress(tx).run({
      ...{ id: job.id, lease: job.lease, now },
      done: done === null ? null : Math.trunc(done),
      text: text?.slice(0, longestProgress) ?? null,
    })
    tx.afterCommit(() => {
      job.savedAt = now.getTime()
      if (job.unsaved === progress) job.unsaved = undefined
    })
  }

  async #recordEnd(tx: Tx, outcome: JobOutcome, now: Date): Promise<void> {
    const status = await recordEnd(tx, outcome, now)
    tx.afterCommit(() => this.#tellEnd(outcome, status))
  }

  #tellEnd(outcome: JobOutcome, status: JobStatus | undefined): void {
    const { log, metrics } = this.#parts
    const { id: jobId, runAt, lastError, attemptsBack, inLine } = outcome
    const { kind } = outcome.kind
    if (!status) {
      log.warn({ jobId, kind }, 'a job ended after its lease was taken over; its end was not recorded')
    } else if (status === 'DONE') {
      metrics.done(kind)
    } else if (status === 'CANCELLED') {
      log.info({ jobId, kind }, 'a running job was cancelled')
    } else if (attemptsBack === 0) {
      metrics.failed(kind)
      if (status === 'DEAD') log.error({ jobId, kind, reason: lastError }, 'a job has failed for good')
      else log.warn({ jobId, kind, reason: lastError, runAt }, 'a job failed and will be tried again')
    }
    if (status === 'QUEUED' && runAt) this.#lanes.find(kind)?.expect(runAt.getTime())
    else if (status && inLine) this.#lanes.find(kind)?.expect(this.#now())
  }

  async #takeBack(tx: Tx, job: { id: string; kind: string; lease: number; lost: number }, now: Date): Promise<void> {
    const status = await takeBack(tx, job, { kind: this.find(job.kind), now })
    if (!status) return
    tx.afterCommit(() => {
      this.#parts.log.warn({ jobId: job.id, kind: job.kind, status }, 'the job of a lost worker was taken back')
      this.expect(job.kind, now.getTime())
    })
  }

  async #claim(tx: Tx, id: string, now: Date): Promise<void> {
    const leaseUntil = now.getTime() + this.#parts.leaseMs
    const claimed = await claimJob(tx).get({ id, leaseUntil, now, worker: this.#parts.name })
    if (!claimed) {
      // Another worker was faster, or another process has paused the kind.
      tx.afterCommit(() => this.lookAtPauses())
      return
    }
    const lane = this.#lanes.find(claimed.kind)!
    tx.afterCommit(() => this.#running.begin(claimed, lane, leaseUntil))
  }

  /** One timer for whatever comes next. */
  #arm(atLeastMs = 0): void {
    clearTimeout(this.#timer)
    if (this.#state !== 'working' && this.#state !== 'stopping') return
    const wanted = [this.#running.earliestExpiry() - this.#parts.leaseMs / 2, this.#running.nextReport()]
    if (this.#state === 'working') wanted.push(this.#pollAt, this.#sweepAt)
    if (this.#state === 'working') wanted.push(this.#lanes.nextDue(this.#parts.concurrency - this.#running.count))
    const delay = Math.max(Math.min(...wanted) - this.#now(), atLeastMs)
    this.#timer = setTimeout(() => this.wake(), Math.min(delay, pollMs))
  }
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
