import { Counter, Gauge, type Registry } from 'prom-client'
import type { Database } from '../db'
import type { Clock } from '../lib/clock'
import { countDead, countQueued, countRunning, oldestQueued } from './job-rows'

export interface QueueMetrics {
  done(kind: string): void
  failed(kind: string): void
}

/** What waits and runs is counted when somebody asks; what ended is counted as it ends. */
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
      for (const [status, count] of await counts(db)) this.set({ status }, count)
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

async function counts(db: Database): Promise<[string, number][]> {
  const [queued, running, dead] = await Promise.all([
    countQueued(db.read).get(),
    countRunning(db.read).get(),
    countDead(db.read).get(),
  ])
  return [
    ['queued', Number(queued?.count ?? 0)],
    ['running', Number(running?.count ?? 0)],
    ['dead', Number(dead?.count ?? 0)],
  ]
}
