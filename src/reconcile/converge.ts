import { isKubeError, type Kube, type Ref } from '../kube'
import type { Clock } from '../lib/clock'
import type { AppliedObjects } from './applied-objects'
import type { ClusterView } from './cluster-view'
import type { DesiredInstance, InstanceSource, Observation } from './desired-instance'
import { type DesiredObject, type PlatformSpec, renderInstance, renderNamespace, resourceOf } from './manifests'
import { observe, troubleMustLastMs } from './observe'
import { resourceOfKind } from './resource-of-kind'

/** A safety net under the watch for what is on its way somewhere. */
const checkAgainMs = 30_000
/** How soon to look again while something is being removed. */
const whileRemovingMs = 1_000

export interface Convergence {
  kube: Kube
  view: ClusterView
  applied: AppliedObjects
  source: InstanceSource
  platform: PlatformSpec
  clock: Clock
}

/** Brings one instance a step nearer to what is wanted. Doing it twice does nothing the second time. Says when to look again. */
export async function converge(parts: Convergence, id: string): Promise<number | undefined> {
  const wanted = await parts.source.load(id)
  if (!wanted) return undefined
  if (wanted.desiredState === 'DELETED') return removeInstance(parts, wanted)
  if (wanted.deployment > wanted.cleanedDeployment) return cleanUp(parts, wanted)
  const refused = await applyAll(parts, wanted)
  if (refused === 'not yet') return whileRemovingMs
  const observation = observe(parts.view, wanted, parts.clock.now())
  await save(parts, wanted, refused ? { ...observation, ...refused } : observation)
  return lookAgainAfter(parts, observation)
}

type Refusal = Pick<Observation, 'status' | 'reasonCode' | 'statusReason' | 'troubleSince'>

/** What the cluster will not take however often it is asked is told, not retried in silence. */
async function applyAll(parts: Convergence, wanted: DesiredInstance): Promise<Refusal | 'not yet' | undefined> {
  const { spec, tenant } = wanted
  if (parts.view.find('Namespace', { name: spec.namespace })?.deleting) return 'not yet'
  try {
    const [namespace, ...bounds] = renderNamespace(tenant, parts.platform)
    await parts.applied.apply(namespace!)
    const objects = renderInstance(spec, parts.platform)
    const first = objects.filter(({ kind }) => !isLast(kind))
    await Promise.all([...bounds, ...first].map((object) => parts.applied.apply(object)))
    await Promise.all(objects.filter(({ kind }) => isLast(kind)).map((object) => parts.applied.apply(object)))
    return undefined
  } catch (fault) {
    if (!isKubeError(fault) || fault.retryable || fault.message.includes('being terminated')) throw fault
    return {
      status: 'ERROR',
      reasonCode: fault.reason || 'Refused',
      statusReason: 'The cluster refuses the app’s configuration.',
      troubleSince: parts.clock.now(),
    }
  }
}

/** Pods start with the Deployment: by then what they mount and obey must stand. */
const isLast = (kind: DesiredObject['kind']): boolean => kind === 'Deployment' || kind === 'Ingress'

function lookAgainAfter({ clock }: Convergence, observation: Observation): number | undefined {
  if (observation.status === 'RUNNING' || observation.status === 'STOPPED') return undefined
  if (observation.status === 'ERROR') return checkAgainMs
  if (!observation.troubleSince) return checkAgainMs
  return Math.max(0, troubleMustLastMs - (clock.now().getTime() - observation.troubleSince.getTime())) + 50
}

/** After a failure a retry starts from clean ground; data stays once the app was ever ready. */
async function cleanUp(parts: Convergence, wanted: DesiredInstance): Promise<number> {
  const keepsData = wanted.last.everReady
  const left = await removeObjects(parts, wanted, (kind) => !(keepsData && kind === 'PersistentVolumeClaim'))
  if (left) return whileRemovingMs
  await save(parts, wanted, {
    ...unchanged(wanted),
    status: 'PENDING',
    cleanedDeployment: wanted.deployment,
    podName: null,
    restarts: 0,
    observedGeneration: 0,
  })
  return 0
}

async function removeInstance(parts: Convergence, wanted: DesiredInstance): Promise<number | undefined> {
  if (wanted.last.status === 'TERMINATED') return undefined
  if (await removeObjects(parts, wanted, () => true)) return whileRemovingMs
  // The last one out takes the namespace with it.
  if (wanted.tenant.plans.length === 0)
    await parts.applied.remove(resourceOfKind('Namespace'), { name: wanted.spec.namespace })
  await save(parts, wanted, {
    ...unchanged(wanted),
    status: 'TERMINATED',
    podName: null,
    observedGeneration: wanted.spec.generation,
    cleanedDeployment: wanted.deployment,
  })
  return undefined
}

const unchanged = (wanted: DesiredInstance) => ({
  reasonCode: null,
  statusReason: null,
  troubleSince: null,
  restarts: wanted.last.restarts,
})

/** Asks for the removal of what is there, or may be there unseen; says whether anything still is. */
async function removeObjects(
  parts: Convergence,
  { spec }: DesiredInstance,
  concerns: (kind: string) => boolean,
): Promise<boolean> {
  const seen = parts.view.objectsOf(spec.id).filter(({ kind }) => concerns(kind))
  const unseen = renderInstance(spec, parts.platform)
    .filter(({ kind, metadata }) => concerns(kind) && parts.applied.isFresh(kind, metadata))
    .map((object) => ({ resource: resourceOf(object), ref: object.metadata as Ref }))
  const doomed = seen
    .filter(({ deleting }) => !deleting)
    .map(({ kind, ref }) => ({ resource: resourceOfKind(kind), ref }))
  await Promise.all([...doomed, ...unseen].map(({ resource, ref }) => parts.applied.remove(resource, ref)))
  return seen.length > 0 || unseen.length > 0 || parts.view.podsOf(spec.id).length > 0
}

/** Writes an observation down only where it says something new. */
async function save(parts: Convergence, wanted: DesiredInstance, observation: Observation): Promise<void> {
  const { last } = wanted
  const same =
    last.status === observation.status &&
    last.reasonCode === observation.reasonCode &&
    last.podName === observation.podName &&
    last.restarts === observation.restarts &&
    last.observedGeneration === observation.observedGeneration &&
    last.troubleSince?.getTime() === observation.troubleSince?.getTime() &&
    wanted.cleanedDeployment === observation.cleanedDeployment
  if (!same) await parts.source.save(wanted.spec.id, wanted.spec.generation, observation)
}
