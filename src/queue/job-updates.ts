import type { Tx } from '../db'
import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/log'
import { type JobOutcome, recordEnd, renew, takeBack } from './job-outcome'
import { claimJob, saveProgress } from './job-rows'
import type { Lanes } from './lanes'
import type { Expired } from './lookout'
import type { QueueMetrics } from './queue-metrics'
import type { RunningJob, RunningJobs } from './running-jobs'
import type { JobStatus } from './tables'

const longestProgress = 200

interface Parts {
  clock: Clock
  log: Logger
  metrics: QueueMetrics
  leaseMs: number
  name: string
}

/** What a worker has to hear of. */
interface WorkerEvents {
  expect(kind: string, at: number): void
  claimFailed(): void
}

/** What a worker writes of its jobs, each part of one transaction, and what follows once that is committed. */
export class JobUpdates {
  readonly #parts: Parts
  readonly #lanes: Lanes
  readonly #running: RunningJobs
  readonly #worker: WorkerEvents

  constructor(parts: Parts, lanes: Lanes, running: RunningJobs, worker: WorkerEvents) {
    this.#parts = parts
    this.#lanes = lanes
    this.#running = running
    this.#worker = worker
  }

  async renew(tx: Tx, job: RunningJob, now: Date): Promise<void> {
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

  async saveProgress(tx: Tx, job: RunningJob, now: Date): Promise<void> {
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

  async recordEnd(tx: Tx, outcome: JobOutcome, now: Date): Promise<void> {
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
    else if (status && inLine) this.#lanes.find(kind)?.expect(this.#parts.clock.now().getTime())
  }

  async takeBack(tx: Tx, job: Expired, now: Date): Promise<void> {
    const status = await takeBack(tx, job, { kind: this.#lanes.find(job.kind)?.kind, now })
    if (!status) return
    tx.afterCommit(() => {
      this.#parts.log.warn({ jobId: job.id, kind: job.kind, status }, 'the job of a lost worker was taken back')
      this.#worker.expect(job.kind, now.getTime())
    })
  }

  async claim(tx: Tx, id: string, now: Date): Promise<void> {
    const leaseUntil = now.getTime() + this.#parts.leaseMs
    const claimed = await claimJob(tx).get({ id, leaseUntil, now, worker: this.#parts.name })
    if (!claimed) {
      // Another worker was faster, or another process has paused the kind.
      tx.afterCommit(() => this.#worker.claimFailed())
      return
    }
    const lane = this.#lanes.find(claimed.kind)!
    tx.afterCommit(() => this.#running.begin(claimed, lane, leaseUntil))
  }
}
