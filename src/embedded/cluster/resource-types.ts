import type { Condition, JsonObject, KubeObject, ResourceList } from './types'

export interface ClaimSpec {
  accessModes?: string[]
  storageClassName?: string
  volumeName?: string
  volumeMode?: string
  resources?: { requests?: ResourceList }
  [field: string]: unknown
}

interface ClaimStatus {
  phase?: string
  accessModes?: string[]
  capacity?: ResourceList
  conditions?: Condition[]
}

export type Claim = KubeObject<ClaimSpec, ClaimStatus>

export interface ServicePort {
  name?: string
  port: number
  protocol?: string
  targetPort?: number | string
  nodePort?: number
}

export interface ServiceSpec {
  type?: string
  clusterIP?: string
  clusterIPs?: string[]
  ports?: ServicePort[]
  selector?: Record<string, string>
  externalName?: string
  publishNotReadyAddresses?: boolean
  [field: string]: unknown
}

export type Service = KubeObject<ServiceSpec>

interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } }
}

export interface IngressSpec {
  ingressClassName?: string
  defaultBackend?: IngressBackend
  tls?: { hosts?: string[]; secretName?: string }[]
  rules?: { host?: string; http?: { paths: { path?: string; pathType?: string; backend: IngressBackend }[] } }[]
}

export type Ingress = KubeObject<IngressSpec>

export interface NamespaceSpec {
  finalizers?: string[]
}

interface NamespaceStatus {
  phase?: string
  conditions?: Condition[]
}

export type Namespace = KubeObject<NamespaceSpec, NamespaceStatus>

interface NodeSpec {
  unschedulable?: boolean
  taints?: { key: string; value?: string; effect: string }[]
}

interface NodeStatus {
  capacity?: ResourceList
  allocatable?: ResourceList
  conditions?: Condition[]
  [field: string]: unknown
}

export type Node = KubeObject<NodeSpec, NodeStatus>

export interface StorageClass extends KubeObject {
  provisioner: string
  volumeBindingMode?: string
  reclaimPolicy?: string
  allowVolumeExpansion?: boolean
}

interface QuotaSpec {
  hard?: ResourceList
}

interface QuotaStatus {
  hard?: ResourceList
  used?: ResourceList
}

export type Quota = KubeObject<QuotaSpec, QuotaStatus>

export interface LimitItem {
  type: string
  default?: ResourceList
  defaultRequest?: ResourceList
  max?: ResourceList
  min?: ResourceList
}

export type LimitRange = KubeObject<{ limits?: LimitItem[] }>

export interface PolicyRule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

export interface Role extends KubeObject {
  rules?: PolicyRule[]
}

export interface RoleBinding extends KubeObject {
  roleRef: { apiGroup: string; kind: string; name: string }
  subjects?: { kind: string; name: string; namespace?: string }[]
}

export interface KubeEvent extends KubeObject {
  reason: string
  message: string
  type: string
  count?: number
  firstTimestamp: string | null
  lastTimestamp: string | null
  involvedObject: JsonObject
}
