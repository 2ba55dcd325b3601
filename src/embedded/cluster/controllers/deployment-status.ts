import type { ControlPlane } from '../control-plane'
import type { Condition, Deployment, ReplicaSet, WorkloadStatus } from '../types'
import { changeStatus } from '../writes/update'
import { findCondition, without, withUpdatedCondition } from './conditions'
import { availableOf, boundsOf, sum } from './rollout'

const queue = 'deployments'

/** Counts what its ReplicaSets have, judges the rollout, and comes back when its deadline is due. */
export function writeDeploymentStatus(
  plane: ControlPlane,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  all: ReplicaSet[],
): void {
  const now = plane.timestamp()
  const counts = countsOf(deployment, current, all)
  let conditions = availability(deployment, counts, now)
  conditions = progress(plane, deployment, current, counts, conditions)
  const failure = current && findCondition(current.status?.conditions, 'ReplicaFailure')
  if (failure) {
    const { type, status, reason, message } = failure
    conditions = withUpdatedCondition(conditions, { type, status, reason, message }, now)
  } else conditions = without(conditions, 'ReplicaFailure')
  const { collisionCount } = deployment.status ?? {}
  const status: WorkloadStatus = {
    ...counts,
    observedGeneration: deployment.metadata.generation,
    ...(collisionCount ? { collisionCount } : {}),
    conditions,
  }
  changeStatus(plane, 'deployments', deployment, status)
}

function countsOf(deployment: Deployment, current: ReplicaSet | undefined, all: ReplicaSet[]): WorkloadStatus {
  const wanted = deployment.spec?.replicas ?? 1
  const total = sum(all, (set) => set.status?.replicas ?? 0)
  const available = sum(all, availableOf)
  const counts: WorkloadStatus = {
    replicas: total,
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum(all, (set) => set.status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, Math.max(total, wanted) - available),
  }
  // The API leaves counters of zero out.
  for (const key of Object.keys(counts)) if (counts[key] === 0) delete counts[key]
  counts.terminatingReplicas = sum(all, (set) => set.status?.terminatingReplicas ?? 0)
  return counts
}

function availability(deployment: Deployment, counts: WorkloadStatus, now: string): Condition[] {
  const minimum = (deployment.spec?.replicas ?? 1) - boundsOf(deployment).maxUnavailable
  const needed = deployment.spec?.strategy?.type === 'Recreate' ? (deployment.spec.replicas ?? 1) : minimum
  const enough = (counts.availableReplicas ?? 0) >= needed
  const condition: Condition = {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  }
  return withUpdatedCondition(deployment.status?.conditions, condition, now)
}

function progress(
  plane: ControlPlane,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  counts: WorkloadStatus,
  conditions: Condition[],
): Condition[] {
  if (!current) return conditions
  const now = plane.timestamp()
  const name = current.metadata.name
  const set = (status: 'True' | 'False', reason: string, message: string) =>
    withUpdatedCondition(conditions, { type: 'Progressing', status, reason, message }, now)
  const before = findCondition(conditions, 'Progressing')
  if (isComplete(deployment, counts)) {
    plane.queue.cancelAfter(queue, deployment.metadata.namespace ?? '', deployment.metadata.name)
    return set('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`)
  }
  const finished = before?.reason === 'NewReplicaSetAvailable' && before.message?.includes(`"${name}"`)
  if (finished) return conditions
  if (hasProgressed(deployment.status, counts)) {
    const moved = without(conditions, 'Progressing')
    const started = before?.status === 'True' ? before.lastTransitionTime : now
    const message = `ReplicaSet "${name}" is progressing.`
    const condition: Condition = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message }
    return [...moved, { ...condition, lastUpdateTime: now, lastTransitionTime: started }]
  }
  if (!before || before.reason === 'ProgressDeadlineExceeded') return conditions
  if (!isOverdue(plane, deployment, before)) return conditions
  return set('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`)
}

function isComplete({ spec }: Deployment, counts: WorkloadStatus): boolean {
  const wanted = spec?.replicas ?? 1
  const has = (count: number | undefined) => (count ?? 0) === wanted
  return has(counts.updatedReplicas) && has(counts.replicas) && has(counts.availableReplicas)
}

function hasProgressed(before: WorkloadStatus | undefined, now: WorkloadStatus): boolean {
  const grew = (key: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (now[key] ?? 0) > (before?.[key] ?? 0)
  const old = (status: WorkloadStatus | undefined) => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0)
  return grew('updatedReplicas') || grew('readyReplicas') || grew('availableReplicas') || old(now) < old(before)
}

function isOverdue(plane: ControlPlane, { metadata, spec }: Deployment, { lastUpdateTime }: Condition): boolean {
  const due = Date.parse(lastUpdateTime ?? '') + (spec?.progressDeadlineSeconds ?? 600) * 1_000
  const left = due - plane.clock.now().getTime()
  if (left <= 0) return true
  plane.queue.addAfter(left + 1, queue, metadata.namespace ?? '', metadata.name)
  return false
}
