import { Counter, Gauge, type Registry } from 'prom-client'
import { countByStatus, type Database } from '../db'
import type { Clock } from '../lib/clock'
import { oldestQueued } from './job-rows'
import type { JobStatus } from './tables'

const shown = ['QUEUED', 'RUNNING', 'DEAD'] as const satisfies JobStatus[]

export interface QueueMetrics {
  done(kind: string): void
  failed(kind: string): void
}

/** What ended is counted as it ends, by this process. */
export function createQueueMetrics(registry: Registry, db: Database, clock: Clock): QueueMetrics {
  const done = new Counter({
    name: 'minispod_jobs_done_total',
    help: 'Jobs that ended well',
    labelNames: ['kind'],
    registers: [registry],
  })
  const failed = new Counter({
    name: 'minispod_job_attempts_failed_total',
    help: 'Attempts of jobs that failed',
    labelNames: ['kind'],
    registers: [registry],
  })
  new Gauge({
    name: 'minispod_jobs',
    help: 'Jobs by status',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      const counts = await countByStatus(db.read, 'jobs')
      for (const status of shown) this.set({ status: status.toLowerCase() }, counts.get(status) ?? 0)
    },
  })
  new Gauge({
    name: 'minispod_jobs_oldest_due_seconds',
    help: 'How long the oldest due job has been waiting',
    registers: [registry],
    async collect() {
      const oldest = (await oldestQueued(db.read).get())?.runAt
      this.set(oldest == null ? 0 : Math.max(0, (clock.now().getTime() - Number(oldest)) / 1000))
    },
  })
  return { done: (kind) => done.inc({ kind }), failed: (kind) => failed.inc({ kind }) }
}
