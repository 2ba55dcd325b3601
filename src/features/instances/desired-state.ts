import { and, eq, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import type { Parts } from '../../parts'
import type { DesiredInstance, InstanceSource, Observation } from '../../reconcile'
import { getUser } from '../accounts'
import { findTemplateOf } from '../app-templates'
import { erasedContent } from './erase'
import type { Observer } from './observed'
import { findInstance } from './read'
import { allInputs, openSecrets } from './sealed-secrets'
import { isStanding, listStandingIds } from './standing'
import { type Instance, instances } from './tables'

type Needs = Pick<Parts, 'db' | 'clock' | 'sealer'>

/** The door between the business and the reconciler: rows become desired state, observations become rows. */
export const createInstanceSource = (parts: Needs, observers: readonly Observer[]): InstanceSource => ({
  load: (id) => load(parts, id),
  listIds: (customerId) => listStandingIds(parts.db.read, customerId),
  save: (id, generation, observation) =>
    parts.db.write((tx) => save(parts, tx, observers, id, generation, observation)),
})

const tenantSizes = prepared((db) =>
  db
    .select({
      cpuMillicores: instances.cpuMillicores,
      memoryMb: instances.memoryMb,
      storageGb: instances.storageGb,
      templateName: instances.templateName,
      templateVersion: instances.templateVersion,
      desiredState: instances.desiredState,
    })
    .from(instances)
    .where(and(eq(instances.userId, sql.placeholder('userId')), isStanding))
    .prepare(),
)

async function load(parts: Needs, id: string): Promise<DesiredInstance | undefined> {
  const instance = await findInstance(parts.db.read, id)
  const template = instance && (await findTemplateOf(parts.db.read, instance))
  if (!instance || !template) return undefined
  const sealed = openSecrets(parts, instance)
  const neighbours = await tenantSizes(parts.db.read).all({ userId: instance.userId })
  const staying = neighbours.filter(({ desiredState }) => desiredState !== 'DELETED')
  const made = await Promise.all(staying.map((other) => findTemplateOf(parts.db.read, other)))
  const needsBaseline = made.some((other) => other?.podSecurity.level === 'baseline')
  return {
    spec: {
      id: instance.id,
      subscriptionId: instance.subscriptionId,
      customerId: instance.userId,
      namespace: instance.namespace,
      name: instance.name,
      subdomain: instance.subdomain,
      template,
      plan: { cpuMillicores: instance.cpuMillicores, memoryMb: instance.memoryMb, storageGb: instance.storageGb },
      storageClass: instance.storageClass ?? undefined,
      inputs: allInputs(instance, sealed),
      secrets: sealed.generated,
      replicas: instance.desiredState === 'RUNNING' ? 1 : 0,
      restartedAt: instance.restartedAt?.toISOString(),
      generation: instance.generation,
    },
    tenant: {
      namespace: instance.namespace,
      customerId: instance.userId,
      plans: staying,
      podSecurity: needsBaseline ? 'baseline' : 'restricted',
    },
    desiredState: instance.desiredState,
    deployment: instance.deployment,
    cleanedDeployment: instance.cleanedDeployment,
    last: {
      status: instance.status,
      reasonCode: instance.reasonCode,
      statusReason: instance.statusReason,
      podName: instance.podName,
      restarts: instance.restarts,
      troubleSince: instance.troubleSince,
      everReady: instance.readyAt !== null,
      observedGeneration: instance.observedGeneration,
    },
  }
}

/** Observers act in the same transaction; an outdated observation is dropped, and nobody is told. */
async function save(
  parts: Needs,
  tx: Tx,
  observers: readonly Observer[],
  id: string,
  generation: number,
  seen: Observation,
): Promise<void> {
  const instance = await findInstance(tx, id)
  if (!instance || instance.generation !== generation) return
  const at = parts.clock.now()
  // Confirmed gone: what its owner had told it goes too, if they have gone themselves.
  const erase = seen.status === 'TERMINATED' && (await getUser(tx, instance.userId)).status === 'CLOSED'
  const firstReady = seen.status === 'RUNNING' && instance.readyAt === null
  const changed = {
    ...seen,
    ...(erase ? await erasedContent(parts, tx, instance) : {}),
    readyAt: firstReady ? at : instance.readyAt,
    statusChangedAt: seen.status === instance.status ? instance.statusChangedAt : at,
    updatedAt: at,
  }
  await tx.update(instances).set(changed).where(eq(instances.id, id)).run()
  let now: Instance = { ...instance, ...changed }
  for (const observe of observers) {
    await observe(tx, { before: instance, now })
    now = (await findInstance(tx, id))!
  }
}
