import { and, count, desc, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { AppError, notFound } from '../../../lib/errors'
import { newId } from '../../../lib/ids'
import type { Parts } from '../../../parts'
import { findCurrent, findCurrentVersion } from '../../app-templates'
import { recordAct } from '../../audit'
import { instances, instanceUpdates, type Rollout, rollouts } from '../tables'
import { rolloutStep } from './rollout-step'

type On = Parameters<typeof findCurrent>[0]

/** @throws AppError NOT_FOUND, INVALID_STATE where one is under way */
export async function startRollout(parts: Pick<Parts, 'clock' | 'queue'>, tx: Tx, actor: Actor, templateName: string) {
  const current = await findCurrent(tx, templateName)
  if (!current) throw notFound('Template')
  const running = await findRunning(tx, templateName)
  if (running) throw new AppError('INVALID_STATE', 'All apps of this template are being updated already')
  const createdAt = parts.clock.now()
  const id = newId('rollout', createdAt.getTime())
  const toVersion = current.version
  await tx
    .insert(rollouts)
    .values({ id, templateName, toVersion, status: 'RUNNING', createdBy: actor.userId, createdAt })
    .run()
  const target = { kind: 'template', id: templateName } as const
  await recordAct(tx, {
    actor,
    action: 'template.update-all',
    target,
    after: { rolloutId: id, toVersion },
    at: createdAt,
  })
  await parts.queue.enqueue(tx, rolloutStep(id, 'begin'))
  return viewOfNewest(tx, templateName)
}

/** Updates under way go on to their end; one that has ended stays as it is. @throws AppError NOT_FOUND where there was none yet */
export async function stopRollout(parts: Pick<Parts, 'clock'>, tx: Tx, actor: Actor, templateName: string) {
  const running = await findRunning(tx, templateName)
  if (!running) return viewOfNewest(tx, templateName)
  const endedAt = parts.clock.now()
  await tx
    .update(rollouts)
    .set({ status: 'STOPPED', reason: 'asked', endedAt })
    .where(eq(rollouts.id, running.id))
    .run()
  const target = { kind: 'template', id: templateName } as const
  await recordAct(tx, {
    actor,
    action: 'template.stop-update-all',
    target,
    after: { rolloutId: running.id },
    at: endedAt,
  })
  return viewOfNewest(tx, templateName)
}

const findRunning = (on: On, templateName: string): Promise<Rollout | undefined> =>
  on
    .select()
    .from(rollouts)
    .where(and(eq(rollouts.templateName, templateName), sql`${rollouts.status} = 'RUNNING'`))
    .get()

/** How far the newest one has come; null where there was none yet. @throws AppError NOT_FOUND for a template that is not there */
export async function findNewestRollout(on: On, templateName: string) {
  const newest = await readNewest(on, templateName)
  if (newest) return viewOf(on, newest)
  if ((await findCurrentVersion(on, templateName)) === null) throw notFound('Template')
  return null
}

async function viewOfNewest(on: On, templateName: string) {
  const rollout = await readNewest(on, templateName)
  if (!rollout) throw notFound('Update of all apps')
  return viewOf(on, rollout)
}

const readNewest = (on: On, templateName: string): Promise<Rollout | undefined> =>
  on
    .select()
    .from(rollouts)
    .where(eq(rollouts.templateName, templateName))
    .orderBy(desc(rollouts.createdAt))
    .limit(1)
    .get()

async function viewOf(on: On, rollout: Rollout) {
  const counted = await countUpdates(on, rollout.id)
  return {
    id: rollout.id,
    toVersion: rollout.toVersion,
    status: rollout.status,
    stoppedBecause: rollout.reason,
    done: counted.get('DONE') ?? 0,
    rolledBack: counted.get('ROLLED_BACK') ?? 0,
    pending: counted.get('PENDING') ?? 0,
    skipped: rollout.skipped,
    left: rollout.status === 'RUNNING' ? await countLeft(on, rollout) : 0,
    createdAt: rollout.createdAt.toISOString(),
    endedAt: rollout.endedAt?.toISOString() ?? null,
  }
}

async function countUpdates(on: On, rolloutId: string): Promise<Map<string, number>> {
  const rows = await on
    .select({ status: instanceUpdates.status, total: count() })
    .from(instanceUpdates)
    .where(eq(instanceUpdates.rolloutId, rolloutId))
    .groupBy(instanceUpdates.status)
    .all()
  return new Map(rows.map(({ status, total }) => [status, total]))
}

/** Apps that it has not come to yet: found in the index of those that are not gone. */
export const beyondCursor = ({ templateName, toVersion, cursorVersion, cursorId }: Rollout) =>
  and(
    eq(instances.templateName, templateName),
    sql`${instances.status} <> 'TERMINATED'`,
    sql`${instances.templateVersion} < ${toVersion}`,
    sql`(${instances.templateVersion}, ${instances.id}) > (${cursorVersion}, ${cursorId})`,
  )

async function countLeft(on: On, rollout: Rollout): Promise<number> {
  const left = await on.select({ total: count() }).from(instances).where(beyondCursor(rollout)).get()
  return left?.total ?? 0
}
