import { and, eq, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import type { Parts } from '../../parts'
import type { DesiredInstance, InstanceSource, Observation } from '../../reconcile'
import { findTemplate } from '../../templates'
import { getUser } from '../accounts'
import { enqueueMail } from '../mails'
import { markFirstReady, settleUpgrade } from '../subscriptions'
import { type SealedSecrets, sealContext } from './desire'
import { erasedContent } from './erase'
import { findInstance, type Instance, instanceUrls } from './read'
import { isStanding, listStandingIds } from './standing'
import { instances } from './tables'

type Needs = Pick<Parts, 'db' | 'clock' | 'sealer' | 'platform' | 'queue' | 'config' | 'publicUrl' | 'reconciler'>

/** The door between the business and the reconciler: rows become desired state, observations become rows. */
export const createInstanceSource = (parts: Needs): InstanceSource => ({
  load: (id) => load(parts, id),
  listIds: (customerId) => listStandingIds(parts.db.read, customerId),
  save: (id, generation, observation) => parts.db.write((tx) => save(parts, tx, id, generation, observation)),
})

const tenantSizes = prepared((db) =>
  db
    .select({
      cpuMillicores: instances.cpuMillicores,
      memoryMb: instances.memoryMb,
      storageGb: instances.storageGb,
      templateName: instances.templateName,
      desiredState: instances.desiredState,
    })
    .from(instances)
    .where(and(eq(instances.userId, sql.placeholder('userId')), isStanding))
    .prepare(),
)

async function load(parts: Needs, id: string): Promise<DesiredInstance | undefined> {
  const instance = await findInstance(parts.db.read, id)
  const template = instance && findTemplate(instance.templateName)
  if (!instance || !template) return undefined
  const sealed = JSON.parse(parts.sealer.open(instance.sealedSecrets, sealContext(id))) as SealedSecrets
  const neighbours = await tenantSizes(parts.db.read).all({ userId: instance.userId })
  const staying = neighbours.filter(({ desiredState }) => desiredState !== 'DELETED')
  const needsBaseline = staying.some((other) => findTemplate(other.templateName)?.podSecurity.level === 'baseline')
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
      inputs: { ...(instance.inputs as SealedSecrets['inputs']), ...sealed.inputs },
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

/** Status, the subscription's first readiness and the mail about it are one transaction; an overtaken observation is dropped. */
async function save(parts: Needs, tx: Tx, id: string, generation: number, seen: Observation): Promise<void> {
  const instance = await findInstance(tx, id)
  if (!instance || instance.generation !== generation) return
  const now = parts.clock.now()
  // Confirmed gone: what its owner had told it goes too, if they have gone themselves.
  const erase = seen.status === 'TERMINATED' && (await getUser(tx, instance.userId)).status === 'CLOSED'
  const firstReady = seen.status === 'RUNNING' && instance.readyAt === null
  const changed = {
    ...seen,
    ...(erase ? erasedContent(parts, instance) : {}),
    readyAt: firstReady ? now : instance.readyAt,
    statusChangedAt: seen.status === instance.status ? instance.statusChangedAt : now,
    updatedAt: now,
  }
  await tx.update(instances).set(changed).where(eq(instances.id, id)).run()
  if (firstReady) await tellReady(parts, tx, instance, now)
  const isUndone = await settleUpgrade(parts, tx, { ...instance, ...changed })
  // An app that goes back to the size it ran at has not failed.
  const isNews = seen.status === 'ERROR' && instance.status !== 'ERROR' && !isUndone
  if (isNews) await tellFailed(parts, tx, instance, seen)
}

async function tellReady(parts: Needs, tx: Tx, instance: Instance, at: Date): Promise<void> {
  await markFirstReady(tx, instance.subscriptionId, at)
  const urls = instanceUrls(parts, instance)
  await enqueueMail(parts, tx, {
    key: `app-ready:${instance.id}`,
    userId: instance.userId,
    template: 'app-ready',
    data: { service: titleOf(instance), url: urls.public ?? parts.publicUrl, adminUrl: urls.admin },
  })
}

async function tellFailed(parts: Needs, tx: Tx, instance: Instance, seen: Observation): Promise<void> {
  await enqueueMail(parts, tx, {
    key: `app-failed:${instance.id}:${instance.generation}`,
    userId: instance.userId,
    template: 'app-failed',
    data: { service: titleOf(instance), reason: seen.statusReason ?? '' },
  })
}

const titleOf = ({ templateName, name }: Instance): string => findTemplate(templateName)?.title ?? name
