import { asc, desc, eq, gt, lt, lte } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { day, minute } from '../../lib/clock'
import type { Parts } from '../../parts'
import type { Downtime } from './deadline'
import { downtimes, heartbeat } from './tables'

/** Shorter ones are a restart, or a slow minute. */
const leastDowntimeMs = 10 * minute
/** No deadline is longer. */
const keptMs = 400 * day
const maxDowntimes = 1_000

type Needs = Pick<Parts, 'clock' | 'log'>

/**
 * Writes down that this system is at work, and since when it was not. To be called at the start, before anything is decided by the
 * clock.
 * @param goneMs how long nobody was at work by a clock that nobody sets; at the start it follows from what was written last
 */
export async function recordHeartbeat({ clock, log }: Needs, tx: Tx, goneMs?: number): Promise<void> {
  const now = clock.now()
  const last = await tx.select().from(heartbeat).where(eq(heartbeat.id, 1)).get()
  await tx
    .insert(heartbeat)
    .values({ id: 1, seenAt: now })
    .onConflictDoUpdate({ target: heartbeat.id, set: { seenAt: now } })
    .run()
  // Written under a clock that was wrong: it has been set back since.
  await tx.delete(downtimes).where(gt(downtimes.endedAt, now)).run()
  const gone = goneMs ?? (last ? now.getTime() - last.seenAt.getTime() : 0)
  if (gone < leastDowntimeMs) return
  const startedAt = new Date(now.getTime() - gone)
  await tx.insert(downtimes).values({ startedAt, endedAt: now }).onConflictDoNothing().run()
  await forgetOld(tx, now)
  log.warn({ from: startedAt, until: now }, 'nobody was at work: what customers have time for is prolonged by it')
}

async function forgetOld(tx: Tx, now: Date): Promise<void> {
  await tx
    .delete(downtimes)
    .where(lt(downtimes.endedAt, new Date(now.getTime() - keptMs)))
    .run()
  const oldestKept = await tx
    .select({ startedAt: downtimes.startedAt })
    .from(downtimes)
    .orderBy(desc(downtimes.startedAt))
    .limit(1)
    .offset(maxDowntimes)
    .get()
  if (oldestKept) await tx.delete(downtimes).where(lte(downtimes.startedAt, oldestKept.startedAt)).run()
}

const all = prepared((db) => db.select().from(downtimes).orderBy(asc(downtimes.startedAt)).prepare())

/**
 * Notes every minute that this system is at work. It was frozen where far more time has passed since the last note by the machine's own
 * clock, which nobody moves but the machine: a test's clock, or that of a sandbox, may jump and nobody was away.
 * @returns what stops it
 */
export function startHeartbeat(parts: Needs & Pick<Parts, 'db'>, machineNow: () => number = Date.now): () => void {
  let last = machineNow()
  const note = () => {
    const now = machineNow()
    const goneMs = Math.max(0, now - last)
    last = now
    parts.db
      .write((tx) => recordHeartbeat(parts, tx, goneMs))
      .catch((error) => parts.log.error({ err: error }, 'heartbeat could not be noted'))
  }
  const timer = setInterval(note, minute)
  return () => clearInterval(timer)
}

/** The downtimes that are remembered, oldest first: a few rows. */
export const listDowntimes = (on: Drizzle | Tx): Promise<Downtime[]> => all(on).all()
