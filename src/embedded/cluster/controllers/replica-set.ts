import type { ControlPlane } from '../control-plane'
import { StatusError } from '../errors'
import type { EventRecorder } from '../events'
import type { Pod, ReplicaSet, WorkloadStatus } from '../types'
import { createAs } from '../writes/create'
import { removeAs } from '../writes/delete'
import { changeStatus } from '../writes/update'
import { withCondition, without } from './conditions'
import { byExpendability, isActive, isReady, podOf } from './pods'

const component = 'replicaset-controller'
/** Pods started or stopped in one go; the rest follows when their events come back. */
const maxBurst = 500

/** Keeps as many pods as wanted; when they can't be created says why and throws, so that it is tried again. */
export function reconcileReplicaSet(plane: ControlPlane, events: EventRecorder, namespace: string, name: string): void {
  const set = plane.store.find('replicasets', namespace, name)
  if (!set) return
  const owned = plane.store.ownedBy(set.metadata.uid, 'pods')
  let failure: StatusError | undefined
  if (!set.metadata.deletionTimestamp) failure = scale(plane, events, set, owned.filter(isActive))
  writeStatus(plane, namespace, name, failure)
  if (failure) throw failure
}

function scale(plane: ControlPlane, events: EventRecorder, set: ReplicaSet, active: Pod[]): StatusError | undefined {
  const missing = (set.spec?.replicas ?? 1) - active.length
  if (missing < 0) {
    for (const pod of active.sort(byExpendability).slice(0, Math.min(-missing, maxBurst))) {
      removeAs(plane, 'pods', pod)
      const message = `Deleted pod: ${pod.metadata.name}`
      events.record('replicasets', set, { type: 'Normal', reason: 'SuccessfulDelete', message, component })
    }
    return undefined
  }
  for (let count = 0; count < Math.min(missing, maxBurst); count++) {
    const failure = createPod(plane, events, set)
    if (failure) return failure
  }
  return undefined
}

function createPod(plane: ControlPlane, events: EventRecorder, set: ReplicaSet): StatusError | undefined {
  try {
    const pod = createAs(plane, 'pods', podOf(set, set.spec!.template))
    const message = `Created pod: ${pod.metadata.name}`
    events.record('replicasets', set, { type: 'Normal', reason: 'SuccessfulCreate', message, component })
    return undefined
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const message = `Error creating: ${error.message}`
    events.record('replicasets', set, { type: 'Warning', reason: 'FailedCreate', message, component })
    return error
  }
}

function writeStatus(plane: ControlPlane, namespace: string, name: string, failure: StatusError | undefined): void {
  const set = plane.store.find('replicasets', namespace, name)
  if (!set) return
  const owned = plane.store.ownedBy(set.metadata.uid, 'pods')
  const active = owned.filter(isActive)
  const ready = active.filter(isReady).length
  const status: WorkloadStatus = {
    replicas: active.length,
    terminatingReplicas: owned.filter((pod) => pod.metadata.deletionTimestamp).length,
    observedGeneration: set.metadata.generation,
  }
  if (active.length > 0) status.fullyLabeledReplicas = active.length
  if (ready > 0) {
    status.readyReplicas = ready
    status.availableReplicas = ready
  }
  const conditions = conditionsOf(plane, set, failure)
  if (conditions.length > 0) status.conditions = conditions
  changeStatus(plane, 'replicasets', set, status)
}

function conditionsOf(plane: ControlPlane, { status }: ReplicaSet, failure: StatusError | undefined) {
  if (!failure) return without(status?.conditions, 'ReplicaFailure')
  const wanted = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: failure.message } as const
  const before = status?.conditions?.find((condition) => condition.type === wanted.type)
  // The pod's random name is in the message: the first one stands, or every retry would be a new version.
  return before ? status!.conditions! : withCondition(status?.conditions, wanted, plane.timestamp())
}
