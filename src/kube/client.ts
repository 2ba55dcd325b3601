import type { Connection } from './connection'
import { type Informer, type InformerHandlers, type InformerOptions, startInformer } from './informer'
import { type Listing, type ListOptions, list, listPages, type Page } from './list'
import { type LogLine, type LogOptions, logs } from './logs'
import { findPodMetrics, type NodeMetrics, nodeMetrics, type PodMetrics, podMetrics } from './metrics'
import { find, get } from './read'
import { type DeleteOptions, deleteObject, remove } from './remove'
import type { Resource } from './resources'
import { canI, createToken, type Deed, ready, type ServerVersion, type ServiceAccountToken, version } from './server'
import { type KubeOptions, Transport } from './transport'
import type { KubeObject, Manifest, Ref } from './types'
import { type WatchEvent, type WatchOptions, watch } from './watch'
import {
  type ApplyOptions,
  apply,
  type CallOptions,
  create,
  mergePatch,
  replace,
  type Scalable,
  scale,
  type WriteOptions,
} from './write'

type O = KubeObject

/** One API server. Every call fails with a KubeError and nothing else; the verbs' own files say what each promises. */
export interface Kube {
  apply<T extends O>(resource: Resource<T>, manifest: Manifest<T>, options?: ApplyOptions): Promise<T>
  create<T extends O>(resource: Resource<T>, manifest: Manifest<T>, options?: WriteOptions): Promise<T>
  replace<T extends O>(resource: Resource<T>, manifest: Manifest<T>, options?: WriteOptions): Promise<T>
  mergePatch<T extends O>(resource: Resource<T>, ref: Ref, patch: object, options?: WriteOptions): Promise<T>
  scale<T extends Scalable>(resource: Resource<T>, ref: Ref, replicas: number, options?: WriteOptions): Promise<number>
  delete<T extends O>(resource: Resource<T>, ref: Ref, options?: DeleteOptions): Promise<void>
  remove<T extends O>(resource: Resource<T>, ref: Ref, options?: DeleteOptions): Promise<boolean>
  get<T extends O>(resource: Resource<T>, ref: Ref, options?: CallOptions): Promise<T>
  find<T extends O>(resource: Resource<T>, ref: Ref, options?: CallOptions): Promise<T | undefined>
  list<T extends O>(resource: Resource<T>, options?: ListOptions & { maxItems?: number }): Promise<Listing<T>>
  listPages<T extends O>(resource: Resource<T>, options?: ListOptions): AsyncGenerator<Page<T>, void>
  watch<T extends O>(resource: Resource<T>, options?: WatchOptions): AsyncIterableIterator<WatchEvent<T>, void>
  informer<T extends O, S = T>(
    resource: Resource<T>,
    options: InformerOptions<T, S>,
    handlers?: InformerHandlers<S>,
  ): Informer<S>
  logs(pod: Ref, options?: LogOptions): AsyncIterableIterator<LogLine, void>
  podMetrics(namespace?: string, labelSelector?: string, options?: CallOptions): Promise<PodMetrics[] | undefined>
  findPodMetrics(pod: Ref, options?: CallOptions): Promise<PodMetrics | undefined>
  nodeMetrics(options?: CallOptions): Promise<NodeMetrics[] | undefined>
  createToken(serviceAccount: Ref, expirationSeconds: number, options?: CallOptions): Promise<ServiceAccountToken>
  canI(deed: Deed, options?: CallOptions): Promise<boolean>
  version(options?: CallOptions): Promise<ServerVersion>
  ready(options?: CallOptions): Promise<boolean>
  /** Closes idle connections; streams and informers are stopped by their own signals. */
  close(): void
}

export function createKube(connection: Connection, options: KubeOptions = {}): Kube {
  const transport = new Transport(connection, options)
  return {
    apply: (resource, manifest, options) => apply(transport, resource, manifest, options),
    create: (resource, manifest, options) => create(transport, resource, manifest, options),
    replace: (resource, manifest, options) => replace(transport, resource, manifest, options),
    mergePatch: (resource, ref, patch, options) => mergePatch(transport, resource, ref, patch, options),
    scale: (resource, ref, replicas, options) => scale(transport, resource, ref, replicas, options),
    delete: (resource, ref, options) => deleteObject(transport, resource, ref, options),
    remove: (resource, ref, options) => remove(transport, resource, ref, options),
    get: (resource, ref, options) => get(transport, resource, ref, options),
    find: (resource, ref, options) => find(transport, resource, ref, options),
    list: (resource, options) => list(transport, resource, options),
    listPages: (resource, options) => listPages(transport, resource, options),
    watch: (resource, options) => watch(transport, resource, options),
    informer: (resource, options, handlers) => startInformer(transport, resource, options, handlers),
    logs: (pod, options) => logs(transport, pod, options),
    podMetrics: (namespace, selector, options) => podMetrics(transport, namespace, selector, options),
    findPodMetrics: (pod, options) => findPodMetrics(transport, pod, options),
    nodeMetrics: (options) => nodeMetrics(transport, options),
    createToken: (account, seconds, options) => createToken(transport, account, seconds, options),
    canI: (deed, options) => canI(transport, deed, options),
    version: (options) => version(transport, options),
    ready: (options) => ready(transport, options),
    close: () => transport.close(),
  }
}
