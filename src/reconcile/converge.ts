import { isKubeError, type Kube, type Ref } from '../kube'
import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/log'
import type { AppliedObjects } from './applied-objects'
import type { ClusterView } from './cluster-view'
import type { DesiredInstance, InstanceSource, Observation } from './desired-instance'
import { type DesiredObject, type PlatformSpec, renderInstance, renderNamespace, resourceOf } from './manifests'
import { hasLasted, observe, troubleMustLastMs } from './observe'
import { resourceOfKind } from './resource-of-kind'
import { findRefusal, isShrinking, type Trouble } from './trouble'

/** A safety net under the watch for what is on its way somewhere. */
const checkAgainMs = 30_000
/** How soon to look again while something is being removed. */
const whileRemovingMs = 1_000
const whileRefusedMs = 5_000

interface Convergence {
  kube: Kube
  view: ClusterView
  applied: AppliedObjects
  source: InstanceSource
  platform: PlatformSpec
  clock: Clock
  log: Logger
}

/** Brings one instance a step nearer to what is wanted. Doing it twice does nothing the second time. Says when to look again. */
export async function converge(parts: Convergence, id: string): Promise<number | undefined> {
  const wanted = await parts.source.load(id)
  if (!wanted) return undefined
  if (wanted.desiredState === 'DELETED') return removeInstance(parts, wanted)
  if (wanted.deployment > wanted.cleanedDeployment) return cleanUp(parts, wanted)
  const isLeaving = parts.view.find('Namespace', { name: wanted.spec.namespace })?.deleting === true
  const refusal = isLeaving ? undefined : await applyAll(parts, wanted)
  const seen = observe(parts.view, wanted, parts.clock.now())
  const observation = refusal ? refused(parts, wanted, seen, refusal) : seen
  await save(parts, wanted, observation)
  return isLeaving ? whileRemovingMs : lookAgainAfter(parts, observation, refusal !== undefined)
}

/** What the cluster will not take however often it is asked is told, not retried in silence. */
async function applyAll(parts: Convergence, { spec, tenant, last }: DesiredInstance): Promise<Trouble | undefined> {
  const [namespace, ...bounds] = renderNamespace(tenant, parts.platform)
  try {
    await parts.applied.apply(namespace!)
    // What grows is counted against the quota: that has to have grown before.
    await applyTogether(parts, bounds)
    const objects = renderInstance(spec, parts.platform)
    await applyTogether(
      parts,
      objects.filter(({ kind }) => !isLast(kind)),
    )
    await applyTogether(
      parts,
      objects.filter(({ kind }) => isLast(kind)),
    )
    return undefined
  } catch (fault) {
    const refusal = isKubeError(fault) ? findRefusal(fault) : undefined
    if (!refusal) throw fault
    parts.log.warn({ instanceId: spec.id, code: refusal.code, err: fault }, 'the cluster refuses an app')
    if (refusal.code === 'QuotaExceeded' && last.reasonCode !== refusal.code) await recountQuota(parts, bounds)
    return refusal
  }
}

/** Returns only when none is under way any more: one that is overtaken by a removal would bring its object back. */
async function applyTogether({ applied }: Convergence, objects: DesiredObject[]): Promise<void> {
  const outcomes = await Promise.allSettled(objects.map((object) => applied.apply(object)))
  const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
  // A volume never shrinks: what it has grown to stays, and is in nobody's way.
  const failed = faults.filter((fault) => !isShrinking(fault))
  if (failed.length > 0) throw failed[0]
}

/** A call that was cut off may stay counted for minutes, without its object. A quota made anew counts what is there. */
async function recountQuota({ applied }: Convergence, bounds: DesiredObject[]): Promise<void> {
  for (const { kind, metadata } of bounds)
    if (kind === 'ResourceQuota') await applied.remove(resourceOfKind(kind), metadata)
}

/** Where a quota refuses, it may only have counted wrongly: that has to last before it is an error. */
function refused(
  { clock }: Convergence,
  wanted: DesiredInstance,
  seen: Observation,
  { code, words }: Trouble,
): Observation {
  const troubleSince = wanted.last.troubleSince ?? clock.now()
  const isError = code !== 'QuotaExceeded' || hasLasted(wanted, troubleSince, clock.now())
  const told = { ...seen, reasonCode: code, statusReason: words, troubleSince }
  return isError ? { ...told, status: 'ERROR' } : told
}

/** Pods start with the Deployment: by then what they mount and obey must stand. */
const isLast = (kind: DesiredObject['kind']): boolean => kind === 'Deployment' || kind === 'Ingress'

function lookAgainAfter({ clock }: Convergence, observation: Observation, isRefused: boolean): number | undefined {
  if (observation.status === 'ERROR') return checkAgainMs
  if (isRefused) return whileRefusedMs
  if (observation.status === 'RUNNING' || observation.status === 'STOPPED') return undefined
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
    status: wanted.desiredState === 'STOPPED' ? 'STOPPING' : 'PENDING',
    cleanedDeployment: wanted.deployment,
    podName: null,
    restarts: 0,
    observedGeneration: 0,
  })
  return 0
}

async function removeInstance(parts: Convergence, wanted: DesiredInstance): Promise<number | undefined> {
  // Also of one that is long gone: what a late answer or another hand brought back has no business there.
  if (await removeObjects(parts, wanted, () => true)) return whileRemovingMs
  if (wanted.last.status === 'TERMINATED') return undefined
  // The last one out takes the namespace with it, unless somebody has come in meanwhile.
  const current = await parts.source.load(wanted.spec.id)
  if (current?.tenant.plans.length === 0)
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
    .filter(({ kind, metadata }) => concerns(kind) && parts.applied.isUnseen(kind, metadata))
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
