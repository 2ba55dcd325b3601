import type { Registry } from 'prom-client'
import type { Database, Tx } from '../db'
import type { Clock } from '../lib/clock'
import { newId } from '../lib/ids'
import type { Logger } from '../lib/log'
import type { JobKind } from './job-kind'
import { insertJob } from './job-rows'
import { createQueueMetrics } from './queue-metrics'
import { Worker } from './worker'

const defaultConcurrency = 16
const defaultLeaseMs = 20_000

interface NewJob {
  kind: string
  /** Unique within the kind for as long as the row exists, also after the job has ended. */
  key: string
  /** Ids, not secrets: it is kept as it is. */
  payload?: object
  /** Now, if not given. */
  runAt?: Date
}

export interface JobQueue {
  /** Part of the caller's transaction; the worker hears of it after the commit. The same kind and key again changes nothing. */
  enqueue(tx: Tx, job: NewJob): Promise<void>
  register<P extends object>(kind: JobKind<P>): void
  /** Looks for due jobs of this kind now: for those who changed a row by other means than enqueue(). */
  wake(kind: string): void
  start(): void
  /** Takes nothing more, lets what runs end within `ms`, then aborts it; what was cut short is queued again at once. */
  stop(ms: number): Promise<void>
}

export interface QueueParts {
  db: Database
  clock: Clock
  log: Logger
  registry: Registry
  concurrency?: number
  leaseMs?: number
  /** Awaited before each job: lets the jobs stand back while requests are busy. */
  pace?: () => Promise<void>
  random?: () => number
}

/** A queue that lives in the database: what was enqueued in a committed transaction is run until it succeeds or is dead. */
export function createQueue(parts: QueueParts): JobQueue {
  const { db, clock, log } = parts
  const worker = new Worker({
    db,
    clock,
    log,
    metrics: createQueueMetrics(parts.registry, db, clock),
    random: parts.random ?? Math.random,
    concurrency: parts.concurrency ?? defaultConcurrency,
    leaseMs: parts.leaseMs ?? defaultLeaseMs,
    pace: parts.pace ?? (async () => {}),
  })
  return {
    async enqueue(tx, { kind, key, payload = {}, runAt }) {
      const createdAt = clock.now()
      const due = runAt ?? createdAt
      await insertJob(tx).run({ id: newId('job', createdAt.getTime()), kind, key, payload, runAt: due, createdAt })
      tx.afterCommit(() => worker.expect(kind, due.getTime()))
    },
    register: (kind) => worker.add(kind),
    wake: (kind) => worker.expect(kind, clock.now().getTime()),
    start: () => worker.start(),
    stop: (ms) => worker.stop(ms),
  }
}
