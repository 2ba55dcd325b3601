import type { ControlPlane } from '../control-plane'
import type { EventRecorder } from '../events'
import type { Container, ContainerStatus, Pod } from '../types'
import { remove } from '../writes/delete'
import { changeStatus } from '../writes/update'
import { missingVolume } from './behaviour'
import { crashed, nextStep, type Step } from './container-steps'
import { createdStatus, withReadiness } from './pod-status'

const component = 'kubelet'

interface Plan {
  /** Names the stage: while it stays the same a pending timer is left alone. */
  stage: string
  afterMs: number
  run: (pod: Pod) => void
}

interface Turn {
  container: Container
  status: ContainerStatus
  init: boolean
  step: Step
}

/** All nodes' kubelets in one: for every pod at most one timer, for the next thing that is going to happen to it. */
export class Kubelet {
  #stages = new Map<string, string>()

  constructor(
    private readonly plane: ControlPlane,
    private readonly events: EventRecorder,
  ) {}

  reconcile(namespace: string, name: string): void {
    const pod = this.plane.store.find('pods', namespace, name)
    if (!pod) return
    const { uid } = pod.metadata
    const plan = this.#plan(pod)
    if (!plan) this.forget(uid)
    if (!plan || this.#stages.get(uid) === plan.stage) return
    this.#stages.set(uid, plan.stage)
    this.plane.timers.set(timerOf(uid), plan.afterMs, () => {
      this.#stages.delete(uid)
      const live = this.plane.store.find('pods', namespace, name)
      if (live?.metadata.uid === uid) plan.run(live)
      // A run that changed nothing makes no event that would bring the pod back here.
      this.plane.queue.add('kubelet', namespace, name)
    })
  }

  forget(uid: string): void {
    if (!this.#stages.delete(uid)) return
    this.plane.timers.cancel(timerOf(uid))
  }

  clear(): void {
    this.#stages.clear()
  }

  #plan(pod: Pod): Plan | undefined {
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
    if (!pod.spec?.nodeName) return undefined
    if (deletionTimestamp) {
      const grace = (deletionGracePeriodSeconds ?? 0) * 1_000
      const afterMs = Math.min(this.plane.timing.terminateMs, grace)
      return { stage: 'terminate', afterMs, run: (live) => this.#terminate(live) }
    }
    if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') return undefined
    if (!pod.status?.podIP) return this.#planCreation(pod)
    return this.#planContainers(pod)
  }

  #planCreation(pod: Pod): Plan {
    const missing = missingVolume(this.plane, pod)
    if (!missing) return { stage: 'create', afterMs: this.plane.timing.createMs, run: (live) => this.#create(live) }
    const event = { type: 'Warning', reason: 'FailedMount', message: missing, component } as const
    const run = (live: Pod) => this.events.record('pods', live, event)
    return { stage: `mount ${missing}`, afterMs: this.plane.timing.retryMs, run }
  }

  #planContainers(pod: Pod): Plan | undefined {
    const turns = this.#turns(pod)
    if (turns.length === 0) return undefined
    const soonest = turns.reduce((first, turn) => (turn.step.afterMs < first.step.afterMs ? turn : first))
    const { name, afterMs } = soonest.step
    const names = turns.filter((turn) => turn.step.name === name).map((turn) => turn.container.name)
    const stage = `${name} ${names} ${soonest.status.restartCount}`
    return { stage, afterMs, run: (live) => this.#take(live, name) }
  }

  /** Containers something is going to happen to: init containers one by one, then all others together. */
  #turns(pod: Pod): Turn[] {
    const { spec, status } = pod
    const turnOf = (container: Container, each: ContainerStatus, init: boolean): Turn[] => {
      const step = nextStep(this.plane, pod, container, each, init)
      return step ? [{ container, status: each, init, step }] : []
    }
    const inits = status?.initContainerStatuses ?? []
    const current = inits.findIndex((each) => each.state.terminated?.exitCode !== 0)
    if (current >= 0) return turnOf(spec!.initContainers![current]!, inits[current]!, true)
    return (status?.containerStatuses ?? []).flatMap((each, index) => turnOf(spec!.containers[index]!, each, false))
  }

  #create(pod: Pod): void {
    const podIP = this.plane.addresses.pods.take()
    if (!podIP) throw new Error('no more pod addresses')
    const node = this.plane.store.find('nodes', '', pod.spec!.nodeName!)
    const addresses = (node?.status?.addresses ?? []) as { type: string; address: string }[]
    const hostIP = addresses.find((each) => each.type === 'InternalIP')?.address ?? '127.0.0.1'
    for (const { image } of pod.spec!.containers) {
      const message = `Pulling image "${image}"`
      this.events.record('pods', pod, { type: 'Normal', reason: 'Pulling', message, component })
    }
    changeStatus(this.plane, 'pods', pod, createdStatus(pod, podIP, hostIP, this.plane.timestamp()))
  }

  #take(pod: Pod, name: string): void {
    const turns = this.#turns(pod).filter((turn) => turn.step.name === name)
    if (turns.length === 0) return
    const changed = new Map(turns.map((turn) => [turn.status, this.#changed(pod, turn)]))
    const replace = (each: ContainerStatus) => changed.get(each) ?? each
    const status = { ...pod.status, containerStatuses: pod.status?.containerStatuses?.map(replace) }
    if (pod.status?.initContainerStatuses) {
      status.initContainerStatuses = pod.status.initContainerStatuses.map(replace)
    }
    changeStatus(this.plane, 'pods', pod, withReadiness(pod, status, this.plane.timestamp()))
  }

  #changed(pod: Pod, { container, status, step }: Turn): ContainerStatus {
    if (step.name === 'crash') {
      const { name } = pod.metadata
      const message = `Back-off restarting failed container ${container.name} in pod ${name}_${pod.metadata.namespace}(${pod.metadata.uid})`
      this.events.record('pods', pod, { type: 'Warning', reason: 'BackOff', message, component })
      return crashed(this.plane, pod, container, status)
    }
    if (step.event) this.events.record('pods', pod, { ...step.event, component })
    return { ...status, ...step.change }
  }

  #terminate(pod: Pod): void {
    if (pod.metadata.finalizers?.length) return
    remove(this.plane, 'pods', pod)
  }
}

const timerOf = (uid: string): string => `pod ${uid}`
