import type {
  V1ConfigMap,
  V1Deployment,
  V1Ingress,
  V1LimitRange,
  V1Namespace,
  V1NetworkPolicy,
  V1Node,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ResourceQuota,
  V1Secret,
  V1Service,
  V1StorageClass,
} from '@kubernetes/client-node'
import type { KubeObject, Ref, Stored } from './types'

export interface Resource<T extends KubeObject> {
  readonly kind: string
  readonly apiVersion: string
  readonly plural: string
  readonly namespaced: boolean
  /** `/api/v1` or `/apis/<group>/<version>`. */
  readonly root: string
  /** Carries the type only; never set. */
  readonly object?: T
}

export type Namespace = Stored<V1Namespace>
export type Secret = Stored<V1Secret>
export type ConfigMap = Stored<V1ConfigMap>
export type PersistentVolumeClaim = Stored<V1PersistentVolumeClaim>
export type Service = Stored<V1Service>
export type Pod = Stored<V1Pod>
export type ResourceQuota = Stored<V1ResourceQuota>
export type LimitRange = Stored<V1LimitRange>
export type Deployment = Stored<V1Deployment>
export type Ingress = Stored<V1Ingress>
export type NetworkPolicy = Stored<V1NetworkPolicy>
export type Node = Stored<V1Node>
export type StorageClass = Stored<V1StorageClass>

export const namespaces = resource<Namespace>('v1', 'Namespace', 'namespaces', false)
export const secrets = resource<Secret>('v1', 'Secret', 'secrets')
export const configMaps = resource<ConfigMap>('v1', 'ConfigMap', 'configmaps')
export const persistentVolumeClaims = resource<PersistentVolumeClaim>(
  'v1',
  'PersistentVolumeClaim',
  'persistentvolumeclaims',
)
export const services = resource<Service>('v1', 'Service', 'services')
export const nodes = resource<Node>('v1', 'Node', 'nodes', false)
export const pods = resource<Pod>('v1', 'Pod', 'pods')
export const resourceQuotas = resource<ResourceQuota>('v1', 'ResourceQuota', 'resourcequotas')
export const limitRanges = resource<LimitRange>('v1', 'LimitRange', 'limitranges')
export const deployments = resource<Deployment>('apps/v1', 'Deployment', 'deployments')
export const ingresses = resource<Ingress>('networking.k8s.io/v1', 'Ingress', 'ingresses')
export const networkPolicies = resource<NetworkPolicy>('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies')
/** What the cluster says of an object, as far as it is shown. */
export type KubeEvent = KubeObject & {
  type?: string
  reason?: string
  message?: string
  count?: number
  involvedObject?: { kind?: string; name?: string }
}
export const kubeEvents = resource<KubeEvent>('v1', 'Event', 'events')
export const storageClasses = resource<StorageClass>('storage.k8s.io/v1', 'StorageClass', 'storageclasses', false)

export function pathOf<T extends KubeObject>(resource: Resource<T>, ref: Ref): string {
  return `${collectionOf(resource, ref.namespace)}/${encodeURIComponent(ref.name)}`
}

/** The collection's path; without a namespace that of all namespaces. */
export function collectionOf<T extends KubeObject>(resource: Resource<T>, namespace?: string): string {
  if (!resource.namespaced || namespace === undefined) return `${resource.root}/${resource.plural}`
  return `${resource.root}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}`
}

export function resource<T extends KubeObject>(
  apiVersion: string,
  kind: string,
  plural: string,
  namespaced = true,
): Resource<T> {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  return { kind, apiVersion, plural, namespaced, root }
}
