import { Counter, Gauge, type Registry } from 'prom-client'
import type { Database } from '../db'
import type { Clock } from '../lib/clock'
import { countJobs } from './counts'
import { listPaused } from './job-rows'
import { oldestQueued } from './waiting-rows'

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
    help: 'Jobs by kind and status',
    labelNames: ['kind', 'status'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { kind, status, total } of await countJobs(db.read))
        this.set({ kind, status: status.toLowerCase() }, total)
    },
  })
  new Gauge({
    name: 'minispod_jobs_oldest_due_seconds',
    help: 'How long the oldest due job of a kind has been waiting',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      this.reset()
      const now = clock.now().getTime()
      for (const { kind, runAt } of await oldestQueued(db.read).all()) {
        this.set({ kind }, Math.max(0, (now - runAt) / 1000))
      }
    },
  })
  new Gauge({
    name: 'minispod_job_kind_paused',
    help: 'Kinds of jobs of which nothing is begun',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { kind } of await listPaused(db.read).all()) this.set({ kind }, 1)
    },
  })
  return { done: (kind) => done.inc({ kind }), failed: (kind) => failed.inc({ kind }) }
}
