import type {
  CoreV1Event,
  V1EndpointSlice,
  V1PersistentVolume,
  V1ReplicaSet,
  V1ServiceAccount,
} from '@kubernetes/client-node'
import { type Connection, createKube, isKubeError, type Kube, type KubeOptions, type Manifest } from '../../src/kube'
import { type ListOptions, listPages, type Page } from '../../src/kube/list'
import { collectionOf, pathOf, type Resource, resource } from '../../src/kube/resources'
import { closable } from '../../src/kube/stream'
import { Transport } from '../../src/kube/transport'
import type { KubeObject, Ref, Stored } from '../../src/kube/types'
import { type WatchEvent, type WatchOptions, watchOnce } from '../../src/kube/watch'

export { nodes } from '../../src/kube'
export type { WatchEvent } from '../../src/kube/watch'

/** What the product never asks for, and a test looks at. */
export const replicaSets = resource<Stored<V1ReplicaSet>>('apps/v1', 'ReplicaSet', 'replicasets')
export const serviceAccounts = resource<Stored<V1ServiceAccount>>('v1', 'ServiceAccount', 'serviceaccounts')
export const persistentVolumes = resource<Stored<V1PersistentVolume>>(
  'v1',
  'PersistentVolume',
  'persistentvolumes',
  false,
)
export const events = resource<Stored<CoreV1Event>>('v1', 'Event', 'events')
export const endpointSlices = resource<Stored<V1EndpointSlice>>(
  'discovery.k8s.io/v1',
  'EndpointSlice',
  'endpointslices',
)

type O = KubeObject
type Watching = WatchOptions & { signal?: AbortSignal }
type How = { signal?: AbortSignal; timeoutMs?: number }

/** Another hand on the cluster: the product's client, and what a test arranges, disturbs and looks at beside it. */
export interface Hand extends Kube {
  create<T extends O>(resource: Resource<T>, manifest: Manifest<T>): Promise<T>
  get<T extends O>(resource: Resource<T>, ref: Ref, how?: How): Promise<T>
  find<T extends O>(resource: Resource<T>, ref: Ref): Promise<T | undefined>
  mergePatch<T extends O>(resource: Resource<T>, ref: Ref, patch: object): Promise<T>
  listPages<T extends O>(resource: Resource<T>, options?: ListOptions): AsyncGenerator<Page<T>, void>
  /** One connection's worth. */
  watch<T extends O>(resource: Resource<T>, options?: Watching): AsyncIterableIterator<WatchEvent<T>, void>
}

export function createHand(connection: Connection, options: KubeOptions = {}): Hand {
  const transport = new Transport(connection, options)
  const get = <T extends O>(kind: Resource<T>, ref: Ref, how: How = {}) =>
    transport.json<T>({
      method: 'GET',
      path: pathOf(kind, ref),
      verb: 'get',
      resource: kind.plural,
      idempotent: true,
      ...how,
    })
  return {
    ...createKube(connection, options),
    get,
    find: (kind, ref) =>
      get(kind, ref).catch((fault) => {
        if (isKubeError(fault, 'not-found')) return undefined
        throw fault
      }),
    create: (kind, manifest) =>
      transport.json({
        method: 'POST',
        path: `${collectionOf(kind, manifest.metadata.namespace)}?fieldValidation=Strict`,
        verb: 'create',
        resource: kind.plural,
        body: JSON.stringify({ apiVersion: kind.apiVersion, kind: kind.kind, ...manifest }),
        idempotent: false,
      }),
    mergePatch: (kind, ref, patch) =>
      transport.json({
        method: 'PATCH',
        path: `${pathOf(kind, ref)}?fieldManager=hand`,
        verb: 'patch',
        resource: kind.plural,
        body: JSON.stringify(patch),
        contentType: 'application/merge-patch+json',
        idempotent: true,
      }),
    listPages: (kind, how) => listPages(transport, kind, how),
    watch: (kind, { signal, ...what } = {}) => closable((inner) => watchOnce(transport, kind, what, inner), signal),
  }
}
