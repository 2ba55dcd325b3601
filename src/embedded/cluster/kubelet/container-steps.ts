import type { ControlPlane } from '../control-plane'
import type { EventText } from '../events'
import { fractionOf } from '../naming'
import type { Container, ContainerState, ContainerStatus, Pod } from '../types'
import { behaviourOf, isImageName, missingReference } from './behaviour'

/** The next thing that happens to a container, and when. */
export interface Step {
  name: string
  afterMs: number
  change: Partial<ContainerStatus>
  event?: Pick<EventText, 'type' | 'reason' | 'message'>
}

export function nextStep(
  plane: ControlPlane,
  pod: Pod,
  container: Container,
  status: ContainerStatus,
  init: boolean,
): Step | undefined {
  const { waiting, running } = status.state
  if (running) return init ? endInit(plane, pod, container, status) : nextWhileRunning(plane, pod, container, status)
  switch (waiting?.reason) {
    case 'ContainerCreating':
    case 'PodInitializing':
    case 'CreateContainerConfigError':
      return start(plane, pod, container, status, waiting.reason)
    case 'ErrImagePull':
      return {
        name: 'pull-back-off',
        afterMs: plane.timing.pullMs,
        change: {
          state: wait('ImagePullBackOff', `Back-off pulling image "${container.image}": ErrImagePull: not found`),
        },
        event: { type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${container.image}"` },
      }
    case 'CrashLoopBackOff':
      return { ...run(plane, pod, container, status), afterMs: backOffMs(plane, status.restartCount) }
    default:
      return undefined
  }
}

const wait = (reason: string, message?: string): ContainerState => ({
  waiting: { reason, ...(message ? { message } : {}) },
})

const backOffMs = ({ timing }: ControlPlane, restarts: number): number =>
  Math.min(timing.backOffMs * 2 ** Math.max(0, Math.min(restarts, 20) - 1), timing.maxBackOffMs)

function start(
  plane: ControlPlane,
  pod: Pod,
  container: Container,
  status: ContainerStatus,
  waiting: string,
): Step | undefined {
  const image = container.image ?? ''
  if (!isImageName(image)) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`
    const event = { type: 'Warning', reason: 'InspectFailed', message } as const
    return { name: 'bad-name', afterMs: 0, change: { state: wait('InvalidImageName', message) }, event }
  }
  if (behaviourOf(pod, container) === 'missing-image') {
    const message = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
    const event = { type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": ${message}` } as const
    return {
      name: 'pull-failed',
      afterMs: plane.timing.pullMs,
      change: { state: wait('ErrImagePull', message) },
      event,
    }
  }
  const missing = missingReference(plane, pod, container)
  if (!missing) return run(plane, pod, container, status)
  const known = waiting === 'CreateContainerConfigError' && status.state.waiting?.message === missing
  const event = { type: 'Warning', reason: 'Failed', message: `Error: ${missing}` } as const
  return {
    name: 'bad-config',
    afterMs: waiting === 'CreateContainerConfigError' ? plane.timing.retryMs : plane.timing.startMs,
    change: { state: wait('CreateContainerConfigError', missing) },
    ...(known ? {} : { event }),
  }
}

function run(plane: ControlPlane, pod: Pod, container: Container, status: ContainerStatus): Step {
  const { timing } = plane
  const well = behaviourOf(pod, container) === 'well'
  // A container that has crashed proves itself first: it is ready only while it behaves well.
  const ready = status.restartCount === 0 ? behaviourOf(pod, container) !== 'never-ready' : well
  return {
    name: 'start',
    afterMs: timing.startMs + timing.startSpreadMs * fractionOf(pod.metadata.uid),
    change: {
      state: { running: { startedAt: plane.timestamp() } },
      imageID: container.image ?? '',
      containerID: `containerd://${new Bun.CryptoHasher('sha256').update(`${pod.metadata.uid}/${container.name}/${status.restartCount}`).digest('hex')}`,
      started: true,
      ready,
    },
    event: { type: 'Normal', reason: 'Started', message: `Started container ${container.name}` },
  }
}

function nextWhileRunning(
  { timing }: ControlPlane,
  pod: Pod,
  container: Container,
  status: ContainerStatus,
): Step | undefined {
  const behaviour = behaviourOf(pod, container)
  if (behaviour === 'crash' || behaviour === 'out-of-memory') {
    return { name: 'crash', afterMs: timing.crashMs, change: {} }
  }
  const ready = behaviour !== 'never-ready'
  if (ready === status.ready) return undefined
  const message = 'Readiness probe failed: connection refused'
  return {
    name: ready ? 'ready' : 'unready',
    afterMs: timing.readyMs,
    change: { ready },
    ...(ready ? {} : { event: { type: 'Warning', reason: 'Unhealthy', message } }),
  }
}

function endInit(plane: ControlPlane, pod: Pod, container: Container, status: ContainerStatus): Step {
  const behaviour = behaviourOf(pod, container)
  if (behaviour === 'crash' || behaviour === 'out-of-memory') {
    return { name: 'crash', afterMs: plane.timing.crashMs, change: {} }
  }
  const startedAt = status.state.running!.startedAt
  const terminated = { exitCode: 0, reason: 'Completed', startedAt, finishedAt: plane.timestamp() }
  return {
    name: 'init-done',
    afterMs: plane.timing.readyMs,
    change: { state: { terminated }, ready: true, started: false },
  }
}

/** How a container looks after it has crashed: ended for good where its pod says so, else waiting to be started again. */
export function crashed(plane: ControlPlane, pod: Pod, container: Container, status: ContainerStatus): ContainerStatus {
  const memory = behaviourOf(pod, container) === 'out-of-memory'
  const terminated = {
    exitCode: memory ? 137 : 1,
    reason: memory ? 'OOMKilled' : 'Error',
    startedAt: status.state.running?.startedAt ?? plane.timestamp(),
    finishedAt: plane.timestamp(),
  }
  if (pod.spec?.restartPolicy === 'Never') return { ...status, ready: false, started: false, state: { terminated } }
  const { name, namespace, uid } = pod.metadata
  const restartCount = status.restartCount + 1
  const seconds = Math.max(1, Math.round(backOffMs(plane, restartCount) / 1_000))
  const message = `back-off ${seconds}s restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`
  return {
    ...status,
    ready: false,
    started: false,
    restartCount,
    lastState: { terminated },
    state: wait('CrashLoopBackOff', message),
  }
}
