import { and, count, eq, isNull } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { minute } from '../../../lib/clock'
import { AppError, notFound } from '../../../lib/errors'
import { newId, randomBytes } from '../../../lib/ids'
import type { Parts } from '../../../parts'
import { findShortfalls, generateSecrets } from '../../../templates'
import { recordAct } from '../../audit'
import { inputsFor } from '../admin/preview'
import { getVersion } from '../admin/read'
import type { Try } from '../admin/schema'
import { type TemplateTrial, templateTrials } from '../tables'
import { trialJob } from './job'
import { isStanding, sealedPlaceOf } from './source'

/** At a time: each takes room in the cluster that customers pay for. */
const mostTrials = 2
/** The slowest of the images that we know needs a third of it, its first pull included. */
const longestTrialMs = 15 * minute

type Needs = Pick<Parts, 'clock' | 'config' | 'queue' | 'reconciler' | 'sealer'>

/**
 * Runs a version in the cluster, in a namespace of its own, until it is ready, has failed or its time is over.
 * @throws AppError NOT_FOUND, INVALID_STATE while it is tried already or two others are, INSUFFICIENT_RESOURCES, VALIDATION_ERROR
 */
export async function beginTrial(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  { templateName, version }: { templateName: string; version: number },
  { plan, config = {} }: Try,
) {
  const { body: template } = await getVersion(tx, templateName, version)
  await assertRoom(tx, templateName, version)
  const size = { ...template.minimum, ...plan }
  const missing = findShortfalls(template, size)
  if (missing.length > 0)
    throw new AppError('INSUFFICIENT_RESOURCES', 'This plan is too small for its app', { missing })
  const now = parts.clock.now()
  const id = newId('trial', now.getTime())
  const values = { inputs: inputsFor(template, config), secrets: generateSecrets(template, randomBytes) }
  const deadlineAt = new Date(now.getTime() + longestTrialMs)
  const trial = {
    ...{ id, name: templateName, templateVersion: version, ...size, deadlineAt },
    namespace: `${parts.config.namespacePrefix}trial-${id.slice('trl_'.length)}`,
    sealedValues: parts.sealer.seal(JSON.stringify(values), sealedPlaceOf(id)),
    desiredState: 'RUNNING' as const,
    status: 'PENDING' as const,
    events: [],
    createdBy: actor.userId,
    createdAt: now,
  }
  await tx.insert(templateTrials).values(trial).run()
  await parts.queue.enqueue(tx, trialJob(id, 'deadline', deadlineAt))
  await recordAct(tx, {
    actor,
    action: 'template.try',
    target: { kind: 'template', id: templateName },
    after: { version, trialId: id },
    at: now,
  })
  tx.afterCommit(() => parts.reconciler.wake(id))
  return getTrial(tx, templateName, id)
}

async function assertRoom(tx: Tx, templateName: string, version: number): Promise<void> {
  const own = and(
    isNull(templateTrials.removedAt),
    eq(templateTrials.name, templateName),
    eq(templateTrials.templateVersion, version),
  )
  const same = await tx.select({ id: templateTrials.id }).from(templateTrials).where(own).get()
  if (same) throw new AppError('INVALID_STATE', 'This version is being tried already', { trialId: same.id })
  const running = await tx.select({ total: count() }).from(templateTrials).where(isStanding).get()
  if ((running?.total ?? 0) >= mostTrials)
    throw new AppError('INVALID_STATE', 'Two versions are being tried already: wait until one of them has ended')
}

/** @throws AppError NOT_FOUND */
export async function getTrial(on: Drizzle | Tx, templateName: string, id: string) {
  const trial = await on
    .select()
    .from(templateTrials)
    .where(and(eq(templateTrials.id, id), eq(templateTrials.name, templateName)))
    .get()
  if (!trial) throw notFound('Trial')
  return viewOf(trial)
}

function viewOf({ createdAt, endedAt, removedAt, deadlineAt, ...trial }: TemplateTrial) {
  const { id, name, templateVersion, namespace, status, outcome, trouble, statusReason, events } = trial
  return {
    ...{ id, name, version: templateVersion, namespace, status, events },
    outcome: outcome ?? ('PENDING' as const),
    trouble: trouble ?? (outcome === null ? statusReason : null),
    readyAfterSeconds:
      outcome === 'READY' && endedAt ? Math.round((endedAt.getTime() - createdAt.getTime()) / 1000) : null,
    createdAt: createdAt.toISOString(),
    deadlineAt: deadlineAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    removedAt: removedAt?.toISOString() ?? null,
  }
}
