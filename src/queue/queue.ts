import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Registry } from 'prom-client'
import type { Database, Tx } from '../db'
import type { Clock } from '../lib/clock'
import { newId } from '../lib/ids'
import type { Logger } from '../lib/log'
import type { JobKind } from './job-kind'
import type { Lane } from './lanes'
import { createQueueMetrics } from './queue-metrics'
import { insertJob } from './waiting-rows'
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
  /**
   * What it is about, if order matters: jobs of one kind about one subject run one after the other, as they were enqueued. One that
   * waits, for its time or for its next try, holds up those behind it until it is done, dead, cancelled or gone.
   */
  subject?: string
  /** The account it is done for: where many wait, accounts take turns. */
  owner?: string
}

export interface JobQueue {
  /** Part of the caller's transaction; the worker hears of it after the commit. The same kind and key again changes nothing. */
  enqueue(tx: Tx, job: NewJob): Promise<void>
  register<P extends object>(kind: JobKind<P>): void
  /** What this process can run. */
  kinds(): readonly Pick<Lane, 'kind' | 'concurrency'>[]
  find(kind: string): JobKind | undefined
  /** Looks for due jobs of this kind now: for those who changed a row by other means than enqueue(). */
  wake(kind: string): void
  /** A kind was paused or resumed in the database. */
  lookAtPauses(): void
  /** Aborts a job that was marked to be cancelled, if it runs in this process. */
  cancel(id: string): void
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
  /** What this process is called in the rows of the jobs that it runs. */
  name?: string
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
    name: parts.name ?? `${hostname()}:${process.pid}:${randomBytes(3).toString('hex')}`,
  })
  return {
    async enqueue(tx, { kind, key, payload = {}, runAt, subject = null, owner = null }) {
      const createdAt = clock.now()
      const due = runAt ?? createdAt
      const id = newId('job', createdAt.getTime())
      await insertJob(tx).run({ id, kind, key, payload, runAt: due, createdAt, subject, owner })
      tx.afterCommit(() => worker.expect(kind, due.getTime()))
    },
    register: (kind) => worker.add(kind as JobKind),
    kinds: () => worker.lanes(),
    find: (kind) => worker.find(kind),
    lookAtPauses: () => worker.lookAtPauses(),
    cancel: (id) => worker.cancel(id),
    wake: (kind) => worker.expect(kind, clock.now().getTime()),
    start: () => worker.start(),
    stop: (ms) => worker.stop(ms),
  }
}
