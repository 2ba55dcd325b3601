import { type ApplyOptions, apply } from './apply'
import type { Connection } from './connection'
import { type Informer, type InformerHandlers, type InformerOptions, startInformer } from './informer'
import { type Listing, type ListOptions, list } from './list'
import { type LogLine, type LogOptions, logs } from './logs'
import { findPodMetrics, type PodMetrics } from './metrics'
import { type RemoveOptions, remove } from './remove'
import type { Resource } from './resources'
import { type CallOptions, type KubeOptions, Transport } from './transport'
import type { KubeObject, Manifest, Ref } from './types'

type O = KubeObject

/** One API server. Every call fails with a KubeError and nothing else; the verbs' own files say what each promises. */
export interface Kube {
  apply<T extends O>(resource: Resource<T>, manifest: Manifest<T>, options?: ApplyOptions): Promise<T>
  remove<T extends O>(resource: Resource<T>, ref: Ref, options?: RemoveOptions): Promise<boolean>
  list<T extends O>(resource: Resource<T>, options?: ListOptions & { maxItems?: number }): Promise<Listing<T>>
  informer<T extends O, S = T>(
    resource: Resource<T>,
    options: InformerOptions<T, S>,
    handlers?: InformerHandlers<S>,
  ): Informer<S>
  logs(pod: Ref, options?: LogOptions): AsyncIterableIterator<LogLine, void>
  findPodMetrics(pod: Ref, options?: CallOptions): Promise<PodMetrics | undefined>
  /** Closes idle connections; streams and informers are stopped by their own signals. */
  close(): void
}

export function createKube(connection: Connection, options: KubeOptions = {}): Kube {
  const transport = new Transport(connection, options)
  return {
    apply: (resource, manifest, options) => apply(transport, resource, manifest, options),
    remove: (resource, ref, options) => remove(transport, resource, ref, options),
    list: (resource, options) => list(transport, resource, options),
    informer: (resource, options, handlers) => startInformer(transport, resource, options, handlers),
    logs: (pod, options) => logs(transport, pod, options),
    findPodMetrics: (pod, options) => findPodMetrics(transport, pod, options),
    close: () => transport.close(),
  }
}
