import {
  type ConfigMap,
  configMaps,
  type Deployment,
  deployments,
  type Ingress,
  ingresses,
  type KubeObject,
  type LimitRange,
  limitRanges,
  type Manifest,
  type Namespace,
  type NetworkPolicy,
  namespaces,
  networkPolicies,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  type Resource,
  type ResourceQuota,
  resourceQuotas,
  type Secret,
  type Service,
  secrets,
  services,
} from '../../kube'

interface Kinds {
  Namespace: Namespace
  Secret: Secret
  ConfigMap: ConfigMap
  PersistentVolumeClaim: PersistentVolumeClaim
  Service: Service
  Deployment: Deployment
  Ingress: Ingress
  NetworkPolicy: NetworkPolicy
  ResourceQuota: ResourceQuota
  LimitRange: LimitRange
}

type Kind = keyof Kinds

interface DesiredMeta {
  name: string
  namespace?: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

type Body<K extends Kind> = Omit<Manifest<Kinds[K]>, 'apiVersion' | 'kind' | 'metadata'>

export type Desired<K extends Kind> = Body<K> & { apiVersion: string; kind: K; metadata: DesiredMeta }

/** One object as we want it, ready for a server-side apply; told apart by `kind`. */
export type DesiredObject = { [K in Kind]: Desired<K> }[Kind]

export const specHashAnnotation = 'minispod.io/spec-hash'

const resources: { [K in Kind]: Resource<Kinds[K]> } = {
  Namespace: namespaces,
  Secret: secrets,
  ConfigMap: configMaps,
  PersistentVolumeClaim: persistentVolumeClaims,
  Service: services,
  Deployment: deployments,
  Ingress: ingresses,
  NetworkPolicy: networkPolicies,
  ResourceQuota: resourceQuotas,
  LimitRange: limitRanges,
}

/** How the cluster client addresses an object that was rendered here. */
export const resourceOf = (object: DesiredObject): Resource<KubeObject> => resources[object.kind]

export type Head = Omit<DesiredMeta, 'annotations'> & { annotations?: Record<string, string> }

/** Puts an object together and stamps it with the hash of all the rest of it. */
export function desire<K extends Kind>(kind: K, head: Head, body: Body<K>): Desired<K> {
  const unstamped = { apiVersion: resources[kind].apiVersion, kind, metadata: head, ...body }
  const annotations = { ...head.annotations, [specHashAnnotation]: hashOf(unstamped) }
  return { ...unstamped, metadata: { ...head, annotations } }
}

/** Half a SHA-256 over the JSON; every renderer writes its keys in one order, so equal content is equal text. */
export const hashOf = (content: unknown): string =>
  new Bun.CryptoHasher('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)
