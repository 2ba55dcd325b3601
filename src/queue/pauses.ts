import { eq } from 'drizzle-orm'
import type { Drizzle, Tx } from '../db'
import type { Clock } from '../lib/clock'
import { notFound } from '../lib/errors'
import { countJobs } from './counts'
import { cancelRefusal, type JobKind } from './job-kind'
import { listPaused } from './job-rows'
import type { JobQueue } from './queue'
import { type JobStatus, pausedKinds } from './tables'
import { oldestQueued } from './waiting-rows'

interface Parts {
  clock: Clock
  queue: JobQueue
}

/** One kind of jobs, and how many there are of it. */
export interface KindState {
  kind: string
  /** None where this program does not know the kind: what waits of it waits for one that does. */
  runs: { concurrency: number; maxAttempts: number; deadlineMs: number } | null
  /** Why it can't be cancelled. */
  cancelRefusal: string | undefined
  pausedAt: Date | null
  counts: Record<JobStatus, number>
  /** When the first of those that wait is or was due. */
  oldestDueAt: Date | null
}

/** Every kind that this program knows or that there is a job of; from kept counts and an index, however many there are. */
export async function listKinds({ queue }: Pick<Parts, 'queue'>, on: Drizzle | Tx): Promise<KindState[]> {
  const [counts, oldest, paused] = [
    await countJobs(on),
    new Map((await oldestQueued(on).all()).map(({ kind, runAt }) => [kind, runAt])),
    new Map((await listPaused(on).all()).map(({ kind, pausedAt }) => [kind, pausedAt])),
  ]
  const known = new Map(queue.kinds().map((lane) => [lane.kind.kind, lane]))
  const there = counts.filter(({ total }) => total > 0).map(({ kind }) => kind)
  return [...new Set([...known.keys(), ...paused.keys(), ...there])].sort().map((kind) => {
    const lane = known.get(kind)
    const due = oldest.get(kind)
    return {
      kind,
      runs: lane ? { concurrency: lane.concurrency, ...limitsOf(lane.kind) } : null,
      cancelRefusal: cancelRefusal(lane?.kind),
      pausedAt: paused.get(kind) ?? null,
      counts: { ...none, ...Object.fromEntries(counts.filter((each) => each.kind === kind).map(asEntry)) },
      oldestDueAt: due === undefined ? null : new Date(due),
    }
  })
}

const none: Record<JobStatus, number> = { QUEUED: 0, RUNNING: 0, DONE: 0, DEAD: 0, CANCELLED: 0 }
const asEntry = ({ status, total }: { status: JobStatus; total: number }): [JobStatus, number] => [status, total]
const limitsOf = ({ maxAttempts, deadlineMs }: JobKind) => ({ maxAttempts, deadlineMs })

/** Nothing of this kind is begun until it is resumed; what runs goes on. @throws AppError NOT_FOUND */
export async function pauseKind(parts: Parts, tx: Tx, kind: string): Promise<KindState> {
  const pausedAt = parts.clock.now()
  await getKind(parts, tx, kind)
  await tx.insert(pausedKinds).values({ kind, pausedAt }).onConflictDoNothing().run()
  return changed(parts, tx, kind)
}

/** @throws AppError NOT_FOUND */
export async function resumeKind(parts: Parts, tx: Tx, kind: string): Promise<KindState> {
  await getKind(parts, tx, kind)
  await tx.delete(pausedKinds).where(eq(pausedKinds.kind, kind)).run()
  return changed(parts, tx, kind)
}

function changed(parts: Parts, tx: Tx, kind: string): Promise<KindState> {
  tx.afterCommit(() => parts.queue.lookAtPauses())
  return getKind(parts, tx, kind)
}

async function getKind(parts: Pick<Parts, 'queue'>, tx: Tx, kind: string): Promise<KindState> {
  const found = (await listKinds(parts, tx)).find((state) => state.kind === kind)
  if (!found) throw notFound('Kind of jobs')
  return found
}
