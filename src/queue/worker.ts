import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, Tx } from '../db'
import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/log'
import type { JobKind } from './job-kind'
import { type JobOutcome, recordEnd, renew, takeBack } from './job-outcome'
import { claimJob, expiredLeases, nextExpiry } from './job-rows'
import { Lanes } from './lanes'
import type { QueueMetrics } from './queue-metrics'
import { type RunningJob, RunningJobs } from './running-jobs'

/** Other processes enqueue without telling this one: so often it looks by itself. */
const pollMs = 15_000
const retryAfterFailureMs = 1_000
const maxTakenBackAtOnce = 100
/** Once stop() has told the last jobs to end, they get this long to do so. */
const lastCallMs = 1_500

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
}

/**
 * Claims jobs, runs them and records how they ended. All it has to tell the database at one moment — ended attempts,
 * renewed leases, lost workers' jobs, new claims — goes into one write; what comes up during that write goes into the next.
 */
export class Worker {
  readonly #parts: WorkerParts
  readonly #lanes = new Lanes()
  readonly #running: RunningJobs
  #state: 'idle' | 'working' | 'stopping' | 'stopped' = 'idle'
  #working: Promise<void> | undefined
  #again = false
  #pollAt = Number.NEGATIVE_INFINITY
  #sweepAt = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined
  // Whoever wakes the worker may be inside a request or a write: neither may become the context of the jobs.
  readonly #outside = AsyncLocalStorage.snapshot()

  constructor(parts: WorkerParts) {
    this.#parts = parts
    this.#running = new RunningJobs(parts, () => this.wake())
  }

  add(kind: JobKind): void {
    this.#lanes.add(kind)
    this.wake()
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
      if (ended.length + due.length + expired.length + stale.length === 0) return true
      await this.#parts.db.write(async (tx) => {
        // Our own leases first: after a long sleep they look as lost as a dead worker's.
        for (const job of stale) await this.#renew(tx, job, now)
        for (const outcome of ended) await this.#recordEnd(tx, outcome, now)
        for (const job of expired) await this.#takeBack(tx, job, now)
        for (const id of due) await this.#claim(tx, id, now)
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

  async #findDue(now: number): Promise<string[]> {
    if (this.#state !== 'working') return []
    if (now >= this.#pollAt) {
      this.#pollAt = now + pollMs
      this.#lanes.lookAgain()
    }
    return this.#lanes.findDue(this.#parts.db.read, now, this.#parts.concurrency - this.#running.count)
  }

  async #findExpired(now: number) {
    if (this.#state !== 'working' || now < this.#sweepAt) return []
    const { read } = this.#parts.db
    const expired = await expiredLeases(read).all({ now, limit: maxTakenBackAtOnce })
    const next = (await nextExpiry(read).get({ now }))?.leaseUntil?.getTime() ?? Number.POSITIVE_INFINITY
    this.#sweepAt = expired.length === maxTakenBackAtOnce ? now : Math.min(next, now + pollMs)
    return expired.filter(({ id, lease }) => !this.#running.holds(id, lease))
  }

  async #renew(tx: Tx, job: RunningJob, now: Date): Promise<void> {
    const leaseUntil = now.getTime() + this.#parts.leaseMs
    const held = await renew(tx, job, new Date(leaseUntil))
    tx.afterCommit(() => {
      job.leaseUntil = leaseUntil
      // One that has just ended is not lost: its end is being written.
      if (held || !this.#running.holds(job.id, job.lease)) return
      this.#running.lose(job)
      this.#parts.log.warn({ jobId: job.id, kind: job.lane.kind.kind }, 'a job outlived its lease and was taken over')
    })
  }

  async #recordEnd(tx: Tx, outcome: JobOutcome, now: Date): Promise<void> {
    const told = await recordEnd(tx, outcome, now)
    tx.afterCommit(() => this.#tellEnd(outcome, told))
  }

  #tellEnd({ id: jobId, kind, status, runAt, lastError, attemptsBack }: JobOutcome, told: boolean): void {
    const { log, metrics } = this.#parts
    if (!told) {
      log.warn({ jobId, kind }, 'a job ended after its lease was taken over; its end was not recorded')
    } else if (status === 'DONE') {
      metrics.done(kind)
    } else if (attemptsBack === 0) {
      metrics.failed(kind)
      if (status === 'DEAD') log.error({ jobId, kind, reason: lastError }, 'a job has failed for good')
      else log.warn({ jobId, kind, reason: lastError, runAt }, 'a job failed and will be tried again')
    }
    if (told && runAt) this.#lanes.find(kind)?.expect(runAt.getTime())
  }

  async #takeBack(tx: Tx, job: { id: string; kind: string; lease: number; lost: number }, now: Date): Promise<void> {
    const status = await takeBack(tx, job, { now })
    if (!status) return
    tx.afterCommit(() => {
      this.#parts.log.warn({ jobId: job.id, kind: job.kind, status }, 'the job of a lost worker was taken back')
      this.expect(job.kind, now.getTime())
    })
  }

  async #claim(tx: Tx, id: string, now: Date): Promise<void> {
    const leaseUntil = now.getTime() + this.#parts.leaseMs
    const claimed = await claimJob(tx).get({ id, leaseUntil })
    if (!claimed) return
    const lane = this.#lanes.find(claimed.kind)!
    tx.afterCommit(() => this.#running.begin(claimed, lane, leaseUntil))
  }

  /** One timer for whatever comes next. */
  #arm(atLeastMs = 0): void {
    clearTimeout(this.#timer)
    if (this.#state !== 'working' && this.#state !== 'stopping') return
    const wanted = [this.#running.earliestExpiry() - this.#parts.leaseMs / 2]
    if (this.#state === 'working') wanted.push(this.#pollAt, this.#sweepAt)
    if (this.#state === 'working' && this.#running.count < this.#parts.concurrency) wanted.push(this.#lanes.nextDue())
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
