import type { ClusterView, SeenDeployment, SeenPod } from './cluster-view'
import type { DesiredInstance, Observation, RunStatus } from './desired-instance'
import { findTrouble } from './trouble'

/** Trouble shorter than this is not told: a first pull, or a crash at start that heals itself. */
export const troubleMustLastMs = 60_000

/** *The* pod of an instance is the newest by creation, whatever its phase. */
export function newestPod(pods: SeenPod[]): SeenPod | undefined {
  let newest: SeenPod | undefined
  for (const pod of pods) {
    if (
      !newest ||
      pod.createdAt > newest.createdAt ||
      (pod.createdAt === newest.createdAt && pod.ref.name > newest.ref.name)
    ) {
      newest = pod
    }
  }
  return newest
}

/** What is seen of an instance that shall run or stand still, set beside what is wished. Decides nothing else. */
export function observe(view: ClusterView, wanted: DesiredInstance, now: Date): Observation {
  const { spec } = wanted
  const pods = view.podsOf(spec.id)
  const deployment = view.findDeployment({ name: spec.name, namespace: spec.namespace })
  const pod = newestPod(pods)
  const seen = {
    podName: wanted.desiredState === 'STOPPED' ? null : (pod?.ref.name ?? null),
    restarts: pod ? restartsOf(pod) : 0,
    observedGeneration: deployment?.appGeneration ?? 0,
    cleanedDeployment: wanted.cleanedDeployment,
  }
  const calm = { reasonCode: null, statusReason: null, troubleSince: null }
  if (wanted.desiredState === 'STOPPED') {
    // Once it has come to rest, a change of what stands still does not set it moving.
    const settled = isCurrent(deployment, wanted) || wanted.last.status === 'STOPPED'
    return { ...seen, ...calm, status: settled && !pods.some(isAlive) ? 'STOPPED' : 'STOPPING' }
  }
  if (isReady(deployment, pod, wanted)) return { ...seen, ...calm, status: 'RUNNING' }
  const trouble = isCurrent(deployment, wanted) ? findTrouble(deployment, pod) : undefined
  if (!trouble) return { ...seen, ...calm, ...keepError(wanted), status: waitingStatus(wanted) }
  const troubleSince = wanted.last.troubleSince ?? now
  const lasts = hasLasted(wanted, troubleSince, now)
  return {
    ...seen,
    troubleSince,
    reasonCode: trouble.code,
    statusReason: trouble.words,
    status: lasts ? 'ERROR' : waitingStatus(wanted),
  }
}

/** Whether trouble is to be told by now; where there is an error already, another kind of it is told at once. */
export const hasLasted = ({ last }: DesiredInstance, since: Date, now: Date): boolean =>
  last.status === 'ERROR' || now.getTime() - since.getTime() >= troubleMustLastMs

/** The Deployment that we see is the one that we want, and its controller has looked at it. */
function isCurrent(deployment: SeenDeployment | undefined, { spec }: DesiredInstance): deployment is SeenDeployment {
  if (!deployment || deployment.deleting || deployment.appGeneration !== spec.generation) return false
  return (deployment.status.observedGeneration ?? 0) >= (deployment.generation ?? 0)
}

function isReady(deployment: SeenDeployment | undefined, pod: SeenPod | undefined, wanted: DesiredInstance): boolean {
  if (!isCurrent(deployment, wanted) || !pod || pod.deleting) return false
  const { replicas, updatedReplicas, readyReplicas, availableReplicas } = deployment.status
  const rolledOut = replicas === 1 && updatedReplicas === 1 && readyReplicas === 1 && availableReplicas === 1
  return rolledOut && pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
}

/** A pod that was evicted, or ended for good, stays listed until its owner is gone: nothing of it runs. */
const isAlive = ({ status }: SeenPod): boolean => status.phase !== 'Failed' && status.phase !== 'Succeeded'

const restartsOf = ({ status }: SeenPod): number =>
  (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0)

const inBetween: ReadonlySet<RunStatus> = new Set(['PROVISIONING', 'STARTING', 'RESTARTING', 'ERROR'])

function waitingStatus({ last }: DesiredInstance): RunStatus {
  // An error is over when the app is ready, or when its owner does something about it: not between two crashes.
  if (inBetween.has(last.status)) return last.status
  if (last.status === 'PENDING') return 'PROVISIONING'
  return last.everReady ? 'STARTING' : 'PROVISIONING'
}

const keepError = ({ last }: DesiredInstance) =>
  last.status === 'ERROR'
    ? { reasonCode: last.reasonCode, statusReason: last.statusReason, troubleSince: last.troubleSince }
    : {}
