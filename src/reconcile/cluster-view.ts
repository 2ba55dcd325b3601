import {
  type Change,
  type Deployment,
  deployments,
  type Informer,
  type Kube,
  type KubeObject,
  type Pod,
  pods,
  type Ref,
} from '../kube'
import { customerLabel, instanceLabel, managedBy, managedByLabel, specHashAnnotation } from './manifests'
import { isTouchedByOthers, ownedFieldsOf } from './owned-fields'
import { plainKinds } from './resource-of-kind'

/** What is kept of an object: enough to see that it is there, whose it is, and that it is as we want it. */
export interface SeenObject {
  kind: string
  ref: Ref
  uid: string
  hash: string | undefined
  generation: number | undefined
  /** The API server counts its writes with it: of two the larger is the later. */
  version: number
  ownedFields: string
  touchedByOthers: boolean
  deleting: boolean
  instanceId: string | undefined
  customerId: string | undefined
}

export interface SeenDeployment extends SeenObject {
  appGeneration: number
  status: NonNullable<Deployment['status']>
}

export interface SeenPod {
  ref: Ref
  instanceId: string | undefined
  createdAt: string
  deleting: boolean
  status: NonNullable<Pod['status']>
}

const ourSelector = `${managedByLabel}=${managedBy}`
const generationAnnotation = 'minispod.io/generation'
interface ViewHandlers {
  onInstance(instanceId: string): void
  onTenant(customerId: string): void
  onDeleted(kind: string, ref: Ref): void
  onConnected(connected: boolean): void
}

/** A copy of everything of ours in the cluster, kept by watching. Nothing here decides anything. */
export class ClusterView {
  readonly #plain = new Map<string, Informer<SeenObject>>()
  readonly #deployments: Informer<SeenDeployment>
  readonly #pods: Informer<SeenPod>

  constructor(kube: Kube, handlers: ViewHandlers) {
    const options = { labelSelector: ourSelector, indexLabel: instanceLabel }
    const connection = { onConnected: (connected: boolean) => handlers.onConnected(connected) }
    for (const resource of plainKinds) {
      const trim = (object: KubeObject) => seenOf(resource.kind, object)
      const onChange = (change: Change<SeenObject>) => tellPlain(handlers, change)
      this.#plain.set(resource.kind, kube.informer(resource, { ...options, trim }, { onChange }))
    }
    this.#deployments = kube.informer<Deployment, SeenDeployment>(
      deployments,
      { ...options, trim: seenDeploymentOf },
      { onChange: (change) => tell(handlers, change), ...connection },
    )
    this.#pods = kube.informer<Pod, SeenPod>(
      pods,
      { ...options, trim: seenPodOf },
      { onChange: ({ object }) => object.instanceId && handlers.onInstance(object.instanceId) },
    )
  }

  /** Everything was listed once. Never settles while the cluster is away. */
  async synced(): Promise<void> {
    await Promise.all([...this.#all()].map(({ synced }) => synced))
  }

  get connected(): boolean {
    return this.#deployments.connected
  }

  find(kind: string, ref: Ref): SeenObject | undefined {
    return kind === 'Deployment' ? this.#deployments.get(ref) : this.#plain.get(kind)?.get(ref)
  }

  findDeployment(ref: Ref): SeenDeployment | undefined {
    return this.#deployments.get(ref)
  }

  objectsOf(instanceId: string): SeenObject[] {
    const found: SeenObject[] = this.#deployments.byLabel(instanceId)
    for (const informer of this.#plain.values()) found.push(...informer.byLabel(instanceId))
    return found
  }

  podsOf(instanceId: string): SeenPod[] {
    return this.#pods.byLabel(instanceId)
  }

  stop(): void {
    for (const informer of this.#all()) informer.stop()
  }

  *#all(): Iterable<Informer<unknown>> {
    yield* this.#plain.values()
    yield this.#deployments
    yield this.#pods
  }
}

/** What changes only its status (a quota counts, a claim binds) is no news: how the app fares, its Deployment and pod tell. */
function tellPlain(handlers: ViewHandlers, change: Change<SeenObject>): void {
  if (change.type === 'modified' && isUnchanged(change.before, change.object)) return
  tell(handlers, change)
}

const isUnchanged = (before: SeenObject, now: SeenObject): boolean =>
  before.uid === now.uid &&
  before.hash === now.hash &&
  before.ownedFields === now.ownedFields &&
  before.deleting === now.deleting

function tell(handlers: ViewHandlers, { type, object }: Change<SeenObject>): void {
  if (type === 'deleted') handlers.onDeleted(object.kind, object.ref)
  if (object.instanceId) handlers.onInstance(object.instanceId)
  // A tenant's objects are made by us alone: only their loss or a change by others is of interest.
  else if (type !== 'added' && object.customerId) handlers.onTenant(object.customerId)
}

function seenOf(kind: string, { metadata }: KubeObject): SeenObject {
  return {
    kind,
    ref: { name: metadata.name, namespace: metadata.namespace },
    uid: metadata.uid,
    hash: metadata.annotations?.[specHashAnnotation],
    generation: metadata.generation,
    version: Number(metadata.resourceVersion),
    ownedFields: ownedFieldsOf(metadata),
    touchedByOthers: isTouchedByOthers(kind, metadata),
    deleting: metadata.deletionTimestamp !== undefined,
    instanceId: metadata.labels?.[instanceLabel],
    customerId: metadata.labels?.[customerLabel],
  }
}

const seenDeploymentOf = (object: Deployment): SeenDeployment => ({
  ...seenOf('Deployment', object),
  appGeneration: Number(object.metadata.annotations?.[generationAnnotation]) || 0,
  status: object.status ?? {},
})

const seenPodOf = ({ metadata, status }: Pod): SeenPod => ({
  ref: { name: metadata.name, namespace: metadata.namespace },
  instanceId: metadata.labels?.[instanceLabel],
  createdAt: metadata.creationTimestamp,
  deleting: metadata.deletionTimestamp !== undefined,
  status: status ?? {},
})
