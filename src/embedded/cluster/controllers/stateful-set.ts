import type { ControlPlane } from '../control-plane'
import { StatusError } from '../errors'
import type { EventRecorder } from '../events'
import { templateHash } from '../naming'
import type { Pod, StatefulSet, WorkloadStatus } from '../types'
import { createAs } from '../writes/create'
import { removeAs } from '../writes/delete'
import { changeStatus } from '../writes/update'
import { isEnded, isReady, podOf } from './pods'

const component = 'statefulset-controller'
const revisionLabel = 'controller-revision-hash'

/** Numbered pods with claims of their own: up from 0 one after the other, down and through updates from the highest. */
export function reconcileStatefulSet(
  plane: ControlPlane,
  events: EventRecorder,
  namespace: string,
  name: string,
): void {
  const set = plane.store.find('statefulsets', namespace, name)
  if (!set) return
  let failure: StatusError | undefined
  try {
    if (!set.metadata.deletionTimestamp) scale(plane, events, set)
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const message = `create Pod in StatefulSet ${name} failed error: ${error.message}`
    events.record('statefulsets', set, { type: 'Warning', reason: 'FailedCreate', message, component })
    failure = error
  }
  writeStatus(plane, namespace, name)
  if (failure) throw failure
}

function scale(plane: ControlPlane, events: EventRecorder, set: StatefulSet): void {
  const pods = numberedPods(plane, set)
  const wanted = set.spec?.replicas ?? 1
  const parallel = set.spec?.podManagementPolicy === 'Parallel'
  for (let ordinal = 0; ordinal < wanted; ordinal++) {
    const pod = pods.get(ordinal)
    if (!pod) createNumbered(plane, events, set, ordinal)
    else if (isEnded(pod)) removeAs(plane, 'pods', pod)
    if (!parallel && !(pod && isReady(pod) && !pod.metadata.deletionTimestamp)) {
      replaceStale(plane, set, pods, wanted, true)
      return
    }
  }
  const surplus = [...pods].filter(([ordinal]) => ordinal >= wanted).sort(([a], [b]) => b - a)
  for (const [, pod] of surplus) {
    if (!pod.metadata.deletionTimestamp) removeNumbered(plane, events, set, pod)
    if (!parallel) return
  }
  if (surplus.length === 0) replaceStale(plane, set, pods, wanted, false)
}

/** One pod of an old template at a time, from the highest number down; a broken one may be replaced out of turn. */
function replaceStale(plane: ControlPlane, set: StatefulSet, pods: Map<number, Pod>, wanted: number, broken: boolean) {
  if (set.spec?.updateStrategy?.type === 'OnDelete') return
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0
  const revision = revisionOf(set)
  for (let ordinal = wanted - 1; ordinal >= partition; ordinal--) {
    const pod = pods.get(ordinal)
    if (!pod || pod.metadata.deletionTimestamp) return
    const stale = pod.metadata.labels?.[revisionLabel] !== revision
    if (stale && (!broken || !isReady(pod))) {
      removeAs(plane, 'pods', pod)
      return
    }
    if (!isReady(pod) && !stale) return
  }
}

function createNumbered(plane: ControlPlane, events: EventRecorder, set: StatefulSet, ordinal: number): void {
  const name = `${set.metadata.name}-${ordinal}`
  const volumes = ensureClaims(plane, set, name)
  const draft = podOf(set, set.spec!.template)
  const labels = {
    ...draft.metadata.labels,
    'apps.kubernetes.io/pod-index': String(ordinal),
    [revisionLabel]: revisionOf(set),
    'statefulset.kubernetes.io/pod-name': name,
  }
  const own = (draft.spec.volumes ?? []).filter((volume) => !volumes.some((each) => each.name === volume.name))
  const spec = {
    ...draft.spec,
    hostname: name,
    ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
    ...(own.length + volumes.length > 0 ? { volumes: [...volumes, ...own] } : {}),
  }
  createAs(plane, 'pods', { ...draft, metadata: { ...draft.metadata, name, labels }, spec })
  const message = `create Pod ${name} in StatefulSet ${set.metadata.name} successful`
  events.record('statefulsets', set, { type: 'Normal', reason: 'SuccessfulCreate', message, component })
}

function ensureClaims(plane: ControlPlane, set: StatefulSet, pod: string) {
  const { namespace } = set.metadata
  return (set.spec?.volumeClaimTemplates ?? []).map(({ metadata, spec }) => {
    const name = `${metadata.name}-${pod}`
    if (!plane.store.find('persistentvolumeclaims', namespace!, name)) {
      const labels = { ...metadata.labels, ...set.spec?.selector.matchLabels }
      const draft = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { ...metadata, name, namespace, labels },
      }
      createAs(plane, 'persistentvolumeclaims', { ...draft, spec: { ...spec } })
    }
    return { name: metadata.name!, persistentVolumeClaim: { claimName: name } }
  })
}

function removeNumbered(plane: ControlPlane, events: EventRecorder, set: StatefulSet, pod: Pod): void {
  removeAs(plane, 'pods', pod)
  const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`
  events.record('statefulsets', set, { type: 'Normal', reason: 'SuccessfulDelete', message, component })
}

function numberedPods(plane: ControlPlane, set: StatefulSet): Map<number, Pod> {
  const pods = plane.store.ownedBy(set.metadata.uid, 'pods')
  return new Map(pods.map((pod) => [Number(pod.metadata.name.slice(set.metadata.name.length + 1)), pod]))
}

const revisionOf = (set: StatefulSet): string => `${set.metadata.name}-${templateHash(set.spec!.template)}`

function writeStatus(plane: ControlPlane, namespace: string, name: string): void {
  const set = plane.store.find('statefulsets', namespace, name)
  if (!set) return
  const pods = [...numberedPods(plane, set).values()]
  const ready = pods.filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp).length
  const revision = revisionOf(set)
  const updated = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision).length
  const done = updated === pods.length
  const status: WorkloadStatus = {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    availableReplicas: ready,
    collisionCount: 0,
    currentRevision: done ? revision : ((set.status?.currentRevision as string | undefined) ?? revision),
    updateRevision: revision,
  }
  if (ready > 0) status.readyReplicas = ready
  if (updated > 0) status.updatedReplicas = updated
  const current = done ? updated : pods.length - updated
  if (current > 0) status.currentReplicas = current
  changeStatus(plane, 'statefulsets', set, status)
}
