import { and, asc, count, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Tx } from '../../../db'
import { minute } from '../../../lib/clock'
import { AppError } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import type { JobKind } from '../../../queue'
import type { Gate } from '../control'
import { type Instance, instances, instanceUpdates, type Rollout, rollouts } from '../tables'
import { beginUpdate, type UpdateNeeds } from './begin'
import { beyondCursor } from './rollout'
import { rolloutJobKind } from './rollout-step'

/** So many apps are on their way at a time: a bad version is noticed before it has reached many. */
const mostPending = 3
/** So many roll-backs one after the other, and no further app is tried. */
const mostRollbacks = 3
/** Looked at in one transaction, so that nobody behind it waits noticeably. */
const atOnce = 20

type Needs = UpdateNeeds & Pick<Parts, 'db'>

/**
 * Brings the apps of older versions to the one that is sold, through an index, three at a time. Each step takes what there is room for and
 * ends; the end of an app's update enqueues the next one. So it goes on after a kill, and a step that is run twice takes nothing twice.
 */
export const rolloutJob = (parts: Needs, mayUpdate: Gate): JobKind<{ rolloutId: string }> => ({
  kind: rolloutJobKind,
  deadlineMs: 5 * minute,
  maxAttempts: 20,
  cancel: { refused: 'Stop the update of all apps instead' },
  run: async ({ rolloutId }, { signal }) => {
    while (await parts.db.write((tx) => step(parts, tx, rolloutId, mayUpdate))) signal.throwIfAborted()
  },
})

/** Says whether there is more to do at once. */
async function step(parts: Needs, tx: Tx, rolloutId: string, mayUpdate: Gate): Promise<boolean> {
  const rollout = await tx.select().from(rollouts).where(eq(rollouts.id, rolloutId)).get()
  if (rollout?.status !== 'RUNNING') return false
  const failed = await countLatestRollbacks(tx, rolloutId)
  if (failed >= mostRollbacks) return end(parts, tx, rolloutId, { status: 'STOPPED', reason: 'rolled-back' })
  const pending = await countPending(tx, rolloutId)
  // Where some have gone back, no more are tried than would make the number full.
  const room = mostPending - pending - failed
  if (room <= 0) return false
  const next = await tx
    .select()
    .from(instances)
    .where(beyondCursor(rollout))
    .orderBy(asc(instances.templateVersion), asc(instances.id))
    .limit(atOnce)
    .all()
  if (next.length === 0) return pending === 0 ? end(parts, tx, rolloutId, { status: 'DONE', reason: null }) : false
  return take(parts, tx, rollout, { apps: next, room, mayUpdate })
}

async function take(
  parts: Needs,
  tx: Tx,
  rollout: Rollout,
  { apps, room, mayUpdate }: { apps: Instance[]; room: number; mayUpdate: Gate },
): Promise<boolean> {
  let { skipped } = rollout
  let begun = 0
  let last = apps[0]!
  for (const app of apps) {
    if (begun === room) break
    last = app
    if (await tryUpdate(parts, tx, rollout, app, mayUpdate)) begun++
    else skipped++
  }
  const cursor = { cursorVersion: last.templateVersion, cursorId: last.id, skipped }
  await tx.update(rollouts).set(cursor).where(eq(rollouts.id, rollout.id)).run()
  return begun < room
}

/** An app that can't be updated as it is now stays as it is, and is offered the update. Refusals come before anything is written. */
async function tryUpdate(parts: Needs, tx: Tx, rollout: Rollout, app: Instance, mayUpdate: Gate): Promise<boolean> {
  try {
    await beginUpdate(parts, tx, app, { version: rollout.toVersion, rolloutId: rollout.id, mayUpdate })
    return true
  } catch (refusal) {
    if (!(refusal instanceof AppError)) throw refusal
    return false
  }
}

async function countPending(tx: Tx, rolloutId: string): Promise<number> {
  const open = and(eq(instanceUpdates.rolloutId, rolloutId), isNull(instanceUpdates.endedAt))
  return (await tx.select({ total: count() }).from(instanceUpdates).where(open).get())?.total ?? 0
}

/** In a row, counted from the last one that has ended. */
async function countLatestRollbacks(tx: Tx, rolloutId: string): Promise<number> {
  const latest = await tx
    .select({ status: instanceUpdates.status })
    .from(instanceUpdates)
    .where(and(eq(instanceUpdates.rolloutId, rolloutId), isNotNull(instanceUpdates.endedAt)))
    .orderBy(desc(instanceUpdates.endedAt))
    .limit(mostRollbacks)
    .all()
  const good = latest.findIndex(({ status }) => status !== 'ROLLED_BACK')
  return good === -1 ? latest.length : good
}

async function end(parts: Needs, tx: Tx, id: string, outcome: Pick<Rollout, 'status' | 'reason'>): Promise<false> {
  await tx
    .update(rollouts)
    .set({ ...outcome, endedAt: parts.clock.now() })
    .where(eq(rollouts.id, id))
    .run()
  return false
}
