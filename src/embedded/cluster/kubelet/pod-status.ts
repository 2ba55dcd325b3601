import { withCondition } from '../controllers/conditions'
import type { Condition, Container, ContainerStatus, Pod, PodStatus } from '../types'

/** The status a pod has once its kubelet has taken it: an address, and containers that wait to be created. */
export function createdStatus(pod: Pod, podIP: string, hostIP: string, now: string): PodStatus {
  const { containers, initContainers } = pod.spec!
  const first = initContainers?.length ? 'PodInitializing' : 'ContainerCreating'
  const status: PodStatus = {
    ...pod.status,
    phase: 'Pending',
    containerStatuses: containers.map((container) => fresh(container, first)),
    hostIP,
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
  }
  if (initContainers?.length) {
    status.initContainerStatuses = initContainers.map((container, index) =>
      fresh(container, index === 0 ? 'ContainerCreating' : 'PodInitializing'),
    )
  }
  return withReadiness(pod, status, now)
}

const fresh = ({ name, image }: Container, reason: string): ContainerStatus => ({
  name,
  image: image ?? '',
  imageID: '',
  ready: false,
  started: false,
  restartCount: 0,
  lastState: {},
  state: { waiting: { reason } },
})

/** Phase and conditions as they follow from the containers. */
export function withReadiness(pod: Pod, status: PodStatus, now: string): PodStatus {
  const containers = status.containerStatuses ?? []
  const initialized = (status.initContainerStatuses ?? []).every((each) => each.state.terminated?.exitCode === 0)
  const unready = containers.filter((each) => !each.ready).map((each) => each.name)
  let conditions = status.conditions
  const set = (type: string, good: boolean, reason?: string, message?: string) => {
    const condition: Condition = { type, status: good ? 'True' : 'False' }
    if (!good && reason) Object.assign(condition, { reason, message })
    conditions = withCondition(conditions, condition, now)
  }
  set('Initialized', initialized, 'ContainersNotInitialized', 'containers with incomplete status')
  const message = `containers with unready status: [${unready.join(' ')}]`
  set('Ready', unready.length === 0, 'ContainersNotReady', message)
  set('ContainersReady', unready.length === 0, 'ContainersNotReady', message)
  return { ...status, conditions, phase: phaseOf(pod, status) }
}

function phaseOf(pod: Pod, { containerStatuses, phase }: PodStatus): string {
  const all = containerStatuses ?? []
  const ended = all.every((each) => each.state.terminated)
  if (ended && all.length > 0 && pod.spec?.restartPolicy !== 'Always') {
    return all.some((each) => each.state.terminated!.exitCode !== 0) ? 'Failed' : 'Succeeded'
  }
  if (phase === 'Running') return phase
  const started = all.every((each) => each.state.running || each.state.terminated || each.restartCount > 0)
  return started ? 'Running' : 'Pending'
}
