import type { ControlPlane } from '../control-plane'
import { StatusError } from '../errors'
import type { EventRecorder } from '../events'
import { templateHash } from '../naming'
import type { Deployment, ReplicaSet } from '../types'
import { createAs } from '../writes/create'
import { removeAs } from '../writes/delete'
import { changeObject, changeStatus } from '../writes/update'
import { withUpdatedCondition } from './conditions'
import { writeDeploymentStatus } from './deployment-status'
import { controllerRef } from './pods'
import { boundsOf, rollingSteps, type Step, sizeOf } from './rollout'

const component = 'deployment-controller'
const revisionKey = 'deployment.kubernetes.io/revision'
const hashLabel = 'pod-template-hash'

export function reconcileDeployment(plane: ControlPlane, events: EventRecorder, namespace: string, name: string): void {
  const deployment = plane.store.find('deployments', namespace, name)
  if (!deployment) return
  const { uid, deletionTimestamp } = deployment.metadata
  if (!deletionTimestamp && !deployment.spec?.paused) {
    if (deployment.spec?.strategy?.type === 'Recreate') recreate(plane, events, deployment)
    else roll(plane, events, deployment)
  }
  const latest = plane.store.find('deployments', namespace, name)
  if (!latest) return
  const sets = plane.store.ownedBy(uid, 'replicasets')
  const current = sets.find((set) => isCurrent(latest, set))
  if (!deletionTimestamp) forgetOldSets(plane, latest, sets, current)
  writeDeploymentStatus(plane, latest, current, sets)
}

/** All old pods go, really go, before the first new one comes: two of them would fight over one volume. */
function recreate(plane: ControlPlane, events: EventRecorder, deployment: Deployment): void {
  const { current, old } = setsOf(plane, deployment)
  let busy = false
  for (const set of old) {
    if (sizeOf(set) > 0) resize(plane, events, deployment, { set, replicas: 0 })
    if (plane.store.ownedBy(set.metadata.uid, 'pods').length > 0) busy = true
  }
  if (busy) return
  const wanted = deployment.spec?.replicas ?? 1
  const set = current ?? createSet(plane, events, deployment, old, wanted)
  if (!set) return
  noteRevision(plane, deployment, set, old)
  const fresh = plane.store.find('replicasets', set.metadata.namespace!, set.metadata.name)
  if (fresh && sizeOf(fresh) !== wanted) resize(plane, events, deployment, { set: fresh, replicas: wanted })
}

function roll(plane: ControlPlane, events: EventRecorder, deployment: Deployment): void {
  const { current, old } = setsOf(plane, deployment)
  const wanted = deployment.spec?.replicas ?? 1
  const busy = old.reduce((total, set) => total + sizeOf(set), 0)
  const room = Math.max(0, Math.min(wanted, wanted + boundsOf(deployment).maxSurge - busy))
  const set = current ?? createSet(plane, events, deployment, old, room)
  if (!set) return
  noteRevision(plane, deployment, set, old)
  const fresh = plane.store.find('replicasets', set.metadata.namespace!, set.metadata.name)
  if (!fresh) return
  for (const step of rollingSteps(deployment, fresh, old)) resize(plane, events, deployment, step)
}

function setsOf(plane: ControlPlane, deployment: Deployment): { current: ReplicaSet | undefined; old: ReplicaSet[] } {
  const sets = plane.store.ownedBy(deployment.metadata.uid, 'replicasets')
  const current = sets.find((set) => isCurrent(deployment, set))
  return { current, old: sets.filter((set) => set !== current && !set.metadata.deletionTimestamp) }
}

const isCurrent = (deployment: Deployment, set: ReplicaSet): boolean =>
  set.metadata.labels?.[hashLabel] === templateHash(deployment.spec!.template) && !set.metadata.deletionTimestamp

const revisionOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[revisionKey] ?? 0)

function createSet(
  plane: ControlPlane,
  events: EventRecorder,
  deployment: Deployment,
  old: ReplicaSet[],
  replicas: number,
): ReplicaSet | undefined {
  const { template, selector } = deployment.spec!
  const hash = templateHash(template)
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  const revision = String(1 + Math.max(0, ...old.map(revisionOf)))
  try {
    const set = createAs(plane, 'replicasets', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace,
        labels,
        annotations: annotationsOf(deployment, revision),
        ownerReferences: [controllerRef(deployment)],
      },
      spec: {
        replicas,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    })
    announce(plane, deployment, set)
    tellScaled(events, deployment, set, 0, replicas)
    return set
  } catch (error) {
    // A namespace on its way out takes nothing new; whatever else refuses is tried again.
    if (error instanceof StatusError && error.code === 403) return undefined
    throw error
  }
}

function announce(plane: ControlPlane, deployment: Deployment, set: ReplicaSet): void {
  const now = plane.timestamp()
  const message = `Created new replica set "${set.metadata.name}"`
  const condition = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated', message } as const
  const conditions = withUpdatedCondition(deployment.status?.conditions, condition, now)
  changeStatus(plane, 'deployments', deployment, { ...deployment.status, conditions })
}

const annotationsOf = (deployment: Deployment, revision: string): Record<string, string> => {
  const replicas = deployment.spec?.replicas ?? 1
  return {
    'deployment.kubernetes.io/desired-replicas': String(replicas),
    'deployment.kubernetes.io/max-replicas': String(replicas + boundsOf(deployment).maxSurge),
    [revisionKey]: revision,
  }
}

/** Brings revision and sizes in the annotations up to date; going back to an old template makes it the newest again. */
function noteRevision(plane: ControlPlane, { metadata }: Deployment, set: ReplicaSet, old: ReplicaSet[]): void {
  const deployment = plane.store.find('deployments', metadata.namespace!, metadata.name)
  if (!deployment) return
  const newest = Math.max(0, ...old.map(revisionOf))
  const revision = String(revisionOf(set) > newest ? revisionOf(set) : newest + 1)
  const annotations = { ...set.metadata.annotations, ...annotationsOf(deployment, revision) }
  changeObject(plane, 'replicasets', set, { metadata: { annotations } })
  if (deployment.metadata.annotations?.[revisionKey] === revision) return
  const noted = { ...deployment.metadata.annotations, [revisionKey]: revision }
  changeObject(plane, 'deployments', deployment, { metadata: { annotations: noted } })
}

function resize(plane: ControlPlane, events: EventRecorder, deployment: Deployment, { set, replicas }: Step): void {
  const live = plane.store.find('replicasets', set.metadata.namespace!, set.metadata.name)
  if (!live) return
  const before = sizeOf(live)
  changeObject(plane, 'replicasets', live, { spec: { ...live.spec, replicas } })
  tellScaled(events, deployment, live, before, replicas)
}

function tellScaled(events: EventRecorder, deployment: Deployment, set: ReplicaSet, from: number, to: number): void {
  if (from === to) return
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`
  events.record('deployments', deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message, component })
}

function forgetOldSets(
  plane: ControlPlane,
  { spec }: Deployment,
  sets: ReplicaSet[],
  current: ReplicaSet | undefined,
): void {
  const idle = sets.filter((set) => set !== current && sizeOf(set) === 0 && !set.status?.replicas)
  const surplus = idle.length - (spec?.revisionHistoryLimit ?? 10)
  if (surplus <= 0) return
  idle.sort((a, b) => revisionOf(a) - revisionOf(b))
  for (const set of idle.slice(0, surplus)) removeAs(plane, 'replicasets', set)
}
