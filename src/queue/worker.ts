import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database } from '../db'
import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/log'
import type { JobKind } from './job-kind'
import { JobUpdates } from './job-updates'
import { type Due, type Lane, Lanes } from './lanes'
import { type Expired, Lookout, pollMs } from './lookout'
import type { QueueMetrics } from './queue-metrics'
import { RunningJobs } from './running-jobs'
import { bringForward, placeJob } from './waiting-rows'

const retryAfterFailureMs = 1_000
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
  readonly #lookout: Lookout
  readonly #updates: JobUpdates
  readonly #running: RunningJobs
  #state: 'idle' | 'working' | 'stopping' | 'stopped' = 'idle'
  #working: Promise<void> | undefined
  #again = false
  #timer: ReturnType<typeof setTimeout> | undefined
  // Whoever wakes the worker may be inside a request or a write: neither may become the context of the jobs.
  readonly #outside = AsyncLocalStorage.snapshot()

  constructor(parts: WorkerParts) {
    this.#parts = parts
    this.#lanes = new Lanes(parts.concurrency)
    this.#lookout = new Lookout(parts.db, this.#lanes)
    this.#running = new RunningJobs(parts, () => this.wake())
    this.#updates = new JobUpdates(parts, this.#lanes, this.#running, {
      expect: (kind, at) => this.expect(kind, at),
      claimFailed: () => this.lookAtPauses(),
    })
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
    this.#lookout.lookAtPauses()
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
      const savedAt = this.#lookout.setBackFrom(now.getTime())
      if (savedAt) await this.#bringForward(now, savedAt)
      this.#lookout.saw(now.getTime())
      const { due, expired } = await this.#look(now.getTime())
      const stale = this.#running.expiringBy(now.getTime() + this.#parts.leaseMs / 2)
      const reporting = this.#running.reportingBy(now.getTime())
      const work = [ended, due.claim, due.place, expired, stale, reporting]
      if (work.every(({ length }) => length === 0)) return true
      await this.#parts.db.write(async (tx) => {
        // Our own leases first: after a long sleep they look as lost as a dead worker's.
        for (const job of stale) await this.#updates.renew(tx, job, now)
        for (const job of reporting) await this.#updates.saveProgress(tx, job, now)
        for (const outcome of ended) await this.#updates.recordEnd(tx, outcome, now)
        for (const job of expired) await this.#updates.takeBack(tx, job, now)
        for (const id of due.place) await placeJob(tx).run({ id })
        for (const id of due.claim) await this.#updates.claim(tx, id, now)
      })
      return true
    } catch (error) {
      this.#parts.log.error({ err: error }, 'the job queue could not reach its database')
      this.#running.putBack(ended)
      this.#lookout.lookAgain()
      return false
    }
  }

  /** As after a start with such a clock: what was due is, and what waits for its next try has waited. */
  async #bringForward(now: Date, savedAt: Date): Promise<void> {
    await this.#parts.db.write((tx) => bringForward(tx).run({ now, savedAt }))
    this.#lookout.lookAgain()
  }

  async #look(now: number): Promise<{ due: Due; expired: Expired[] }> {
    if (this.#state !== 'working') return { due: { claim: [], place: [] }, expired: [] }
    const due = await this.#lookout.findDue(now, this.#free)
    const expired = await this.#lookout.findExpired(now)
    return { due, expired: expired.filter(({ id, lease }) => !this.#running.holds(id, lease)) }
  }

  get #free(): number {
    return this.#parts.concurrency - this.#running.count
  }

  /** One timer for whatever comes next. */
  #arm(atLeastMs = 0): void {
    clearTimeout(this.#timer)
    if (this.#state !== 'working' && this.#state !== 'stopping') return
    const wanted = [this.#running.earliestExpiry() - this.#parts.leaseMs / 2, this.#running.nextReport()]
    if (this.#state === 'working') wanted.push(this.#lookout.nextLook(), this.#lanes.nextDue(this.#free))
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
