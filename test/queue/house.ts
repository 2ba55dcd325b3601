import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asc, eq } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { type Database, openDatabase } from '../../src/db'
import { type Clock, systemClock } from '../../src/lib/clock'
import type { Logger } from '../../src/lib/log'
import { createQueue, type JobKind, type JobQueue, jobs, type QueueParts } from '../../src/queue'
import { placeDatabase } from '../support/fresh-database'

export { eventually } from '../support/until'

const quiet = () => {}
export const noLog: Logger = { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet, fatal: quiet }

export interface House {
  url: string
  db: Database
  clock: Clock
  registry: Registry
  queue: JobQueue
  /** A further queue on the same database, as another process would have it. */
  anotherQueue(options?: Partial<QueueParts>): JobQueue
  enqueue(kind: string, key: string, payload?: object, runAt?: Date): Promise<void>
  /** Several in one transaction. */
  enqueueAll(all: readonly Parameters<JobQueue['enqueue']>[1][]): Promise<void>
  job(key: string): Promise<typeof jobs.$inferSelect>
  all(): Promise<(typeof jobs.$inferSelect)[]>
  close(): Promise<void>
}

/** A real database file with the real migrations, and a queue on it that has not been started. */
export async function openHouse(options: Partial<QueueParts> = {}): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'queue-'))
  const path = join(folder, 'test.db')
  const url = `file:${path}`
  await placeDatabase(path)
  const db = await openDatabase({ url })
  const clock = options.clock ?? systemClock
  const registry = new Registry()
  const queues: JobQueue[] = []
  const build = (more: Partial<QueueParts>) => {
    const queue = createQueue({ db, clock, log: noLog, registry: new Registry(), ...options, ...more })
    queues.push(queue)
    return queue
  }
  const queue = build({ registry })
  return {
    url,
    db,
    clock,
    registry,
    queue,
    anotherQueue: (more = {}) => build(more),
    enqueue: (kind, key, payload, runAt) => db.write((tx) => queue.enqueue(tx, { kind, key, payload, runAt })),
    enqueueAll: (all) =>
      db.write(async (tx) => {
        for (const job of all) await queue.enqueue(tx, job)
      }),
    async job(key) {
      const found = await db.read.select().from(jobs).where(eq(jobs.key, key)).get()
      if (!found) throw new Error(`no job ${key}`)
      return found
    },
    all: () => db.read.select().from(jobs).orderBy(asc(jobs.id)).all(),
    async close() {
      await Promise.all(queues.map((each) => each.stop(0)))
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A kind whose runs are kept in a list. */
export function recording(kind: string, more: Partial<JobKind> = {}): JobKind & { runs: object[] } {
  const runs: object[] = []
  const run: JobKind['run'] = async (payload, context) => {
    runs.push(payload)
    await more.run?.(payload, context)
  }
  return { kind, deadlineMs: 5_000, maxAttempts: 3, backoff: { firstMs: 1, maxMs: 10 }, ...more, run, runs }
}
