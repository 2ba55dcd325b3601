import { podTotal } from '../admission/quota'
import type { ControlPlane } from '../control-plane'
import type { EventRecorder } from '../events'
import { nanoOf } from '../quantity'
import type { Change } from '../store'
import type { Claim, Node, Pod, PodSpec } from '../types'
import { changeObject } from '../writes/update'
import { findCondition, withCondition } from './conditions'
import { isEnded } from './pods'
import { selectedNode } from './volumes'

const component = 'default-scheduler'

interface Room {
  cpu: bigint
  memory: bigint
  pods: number
}

/** Gives pods nodes. Keeps account of what every node has given away, so that a pod costs a few comparisons. */
export class Scheduler {
  #taken = new Map<string, Room>()
  /** Pods that found no place, by namespace. */
  #waiting = new Map<string, Set<string>>()

  constructor(
    private readonly plane: ControlPlane,
    private readonly events: EventRecorder,
  ) {}

  observe({ resource, object, previous, type }: Change): void {
    if (resource === 'pods') {
      const before = previous as Pod | undefined
      const after = type === 'DELETED' ? undefined : (object as Pod)
      this.#account(before, -1)
      this.#account(after, 1)
      if (type === 'DELETED' || (after && isEnded(after))) this.#retryAll()
    } else if (resource === 'nodes') this.#retryAll()
    else if (resource === 'persistentvolumeclaims') this.#retry(object.metadata.namespace!)
  }

  reconcile(namespace: string, name: string): void {
    const pod = this.plane.store.find('pods', namespace, name)
    this.#stopWaiting(namespace, name)
    if (!pod || pod.spec?.nodeName || pod.metadata.deletionTimestamp || isEnded(pod)) return
    const nodes = this.plane.store.list('nodes')
    const blocked = this.#claimProblem(pod)
    const node = blocked ? unavailable(nodes, [blocked]) : this.#choose(pod, nodes)
    if (typeof node === 'string') this.#refuse(pod, node)
    else if (this.#claimsBound(pod, node.metadata.name)) this.#bind(pod, node.metadata.name)
  }

  #retryAll(): void {
    for (const namespace of this.#waiting.keys()) this.#retry(namespace)
  }

  #retry(namespace: string): void {
    for (const name of this.#waiting.get(namespace) ?? []) this.plane.queue.add('scheduler', namespace, name)
  }

  #stopWaiting(namespace: string, name: string): void {
    const names = this.#waiting.get(namespace)
    names?.delete(name)
    if (names?.size === 0) this.#waiting.delete(namespace)
  }

  clear(): void {
    this.#taken.clear()
    this.#waiting.clear()
  }

  #account(pod: Pod | undefined, sign: 1 | -1): void {
    if (!pod?.spec?.nodeName || isEnded(pod)) return
    const room = this.#taken.get(pod.spec.nodeName) ?? { cpu: 0n, memory: 0n, pods: 0 }
    const total = requestsOf(pod.spec)
    room.cpu += total.cpu * BigInt(sign)
    room.memory += total.memory * BigInt(sign)
    room.pods += sign
    this.#taken.set(pod.spec.nodeName, room)
  }

  /** The emptiest node that can take the pod, or why none can. */
  #choose(pod: Pod, nodes: Node[]): Node | string {
    const reasons = new Map<string, number>()
    let best: Node | undefined
    for (const node of nodes) {
      const reason = this.#mismatch(pod, node)
      if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      else if (!best || this.#podsOn(node) < this.#podsOn(best)) best = node
    }
    if (best) return best
    const told = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort()
    return unavailable(nodes, told)
  }

  #podsOn = (node: Node): number => this.#taken.get(node.metadata.name)?.pods ?? 0

  #mismatch({ spec, metadata }: Pod, node: Node): string | undefined {
    if (node.spec?.unschedulable) return 'node(s) were unschedulable'
    const taint = untolerated(spec!, node)
    if (taint) return `node(s) had untolerated taint(s)`
    for (const [key, value] of Object.entries(spec?.nodeSelector ?? {})) {
      if (node.metadata.labels?.[key] !== value) return "node(s) didn't match Pod's node affinity/selector"
    }
    for (const claim of this.#claimsOf(spec!, metadata.namespace!)) {
      const pinned = claim && selectedNode(claim)
      if (pinned && pinned !== node.metadata.name) return "node(s) didn't match PersistentVolume's node affinity"
    }
    const taken = this.#taken.get(node.metadata.name) ?? { cpu: 0n, memory: 0n, pods: 0 }
    const room = node.status?.allocatable ?? {}
    const wanted = requestsOf(spec!)
    if (taken.pods + 1 > Number(room.pods ?? 0)) return 'Too many pods'
    if (taken.cpu + wanted.cpu > nanoOf(room.cpu)) return 'Insufficient cpu'
    if (taken.memory + wanted.memory > nanoOf(room.memory)) return 'Insufficient memory'
    return undefined
  }

  #claimsOf(spec: PodSpec, namespace: string): (Claim | undefined)[] {
    return claimNames(spec).map((name) => this.plane.store.find('persistentvolumeclaims', namespace, name))
  }

  #claimProblem({ spec, metadata }: Pod): string | undefined {
    for (const name of claimNames(spec!)) {
      const claim = this.plane.store.find('persistentvolumeclaims', metadata.namespace!, name)
      if (!claim) return `persistentvolumeclaim "${name}" not found`
      if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`
      const storageClass = this.plane.store.find('storageclasses', '', claim.spec?.storageClassName ?? '')
      if (claim.status?.phase !== 'Bound' && storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') {
        return 'pod has unbound immediate PersistentVolumeClaims'
      }
    }
    return undefined
  }

  /** Tells claims that wait for their first consumer which node it is; false while one of them is not bound yet. */
  #claimsBound(pod: Pod, node: string): boolean {
    let bound = true
    for (const claim of this.#claimsOf(pod.spec!, pod.metadata.namespace!)) {
      if (!claim || claim.status?.phase === 'Bound') continue
      bound = false
      if (selectedNode(claim)) continue
      const annotations = { ...claim.metadata.annotations, 'volume.kubernetes.io/selected-node': node }
      changeObject(this.plane, 'persistentvolumeclaims', claim, { metadata: { annotations } })
    }
    if (!bound) this.#wait(pod)
    return bound
  }

  #bind(pod: Pod, node: string): void {
    const now = this.plane.timestamp()
    const conditions = withCondition(pod.status?.conditions, { type: 'PodScheduled', status: 'True' }, now)
    const spec = { ...pod.spec, nodeName: node }
    // Binding is no change of the desired state: the generation stays.
    this.plane.store.put('pods', { ...pod, spec, status: { ...pod.status, conditions } } as Pod)
    const { namespace, name } = pod.metadata
    const message = `Successfully assigned ${namespace}/${name} to ${node}`
    this.events.record('pods', pod, { type: 'Normal', reason: 'Scheduled', message, component })
  }

  #refuse(pod: Pod, message: string): void {
    this.#wait(pod)
    if (findCondition(pod.status?.conditions, 'PodScheduled')?.message === message) return
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const
    const conditions = withCondition(pod.status?.conditions, condition, this.plane.timestamp())
    this.plane.store.put('pods', { ...pod, status: { ...pod.status, conditions } } as Pod)
    this.events.record('pods', pod, { type: 'Warning', reason: 'FailedScheduling', message, component })
  }

  #wait({ metadata }: Pod): void {
    const names = this.#waiting.get(metadata.namespace!) ?? new Set()
    this.#waiting.set(metadata.namespace!, names.add(metadata.name))
  }
}

/** Told as the scheduler tells it, preemption included. */
const unavailable = ({ length }: Node[], reasons: string[]): string =>
  `0/${length} nodes are available: ${reasons.join(', ')}. no new claims to deallocate, preemption: 0/${length} nodes are available: ${length} Preemption is not helpful for scheduling.`

const totals = new WeakMap<object, { cpu: bigint; memory: bigint }>()

/** Specs share their containers through a pod's whole life, so the sum is done once. */
function requestsOf(spec: PodSpec): { cpu: bigint; memory: bigint } {
  const known = totals.get(spec.containers)
  if (known) return known
  const total = podTotal(spec, 'requests')
  const requests = { cpu: total.get('cpu') ?? 0n, memory: total.get('memory') ?? 0n }
  totals.set(spec.containers, requests)
  return requests
}

export const claimNames = (spec: PodSpec): string[] =>
  (spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? [])

function untolerated(spec: PodSpec, node: Node): string | undefined {
  const taint = node.spec?.taints?.find(
    ({ key, value, effect }) =>
      effect !== 'PreferNoSchedule' &&
      !(spec.tolerations ?? []).some(
        (each) =>
          (!each.key || each.key === key) &&
          (!each.effect || each.effect === effect) &&
          (each.operator === 'Exists' || (each.value ?? '') === (value ?? '')),
      ),
  )
  return taint?.key
}
