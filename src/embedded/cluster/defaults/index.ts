import type { Resource } from '../kinds'
import type {
  ClaimSpec,
  DeploymentSpec,
  DraftObject,
  LimitItem,
  NamespaceSpec,
  PodSpec,
  ResourceList,
  ServiceSpec,
  WorkloadSpec,
} from '../types'
import { defaultPodSpec } from './pod'

type Defaulter = (object: DraftObject) => void

/** Fills in what the API server fills in for the kind; in place, and only what is missing. */
export function applyDefaults(resource: Resource, object: DraftObject): void {
  defaulters[resource]?.(object)
}

const specOf = <T>(object: DraftObject): T => {
  object.spec ??= {}
  return object.spec as T
}

const defaulters: Partial<Record<Resource, Defaulter>> = {
  namespaces(object) {
    const spec = specOf<NamespaceSpec>(object)
    spec.finalizers ??= ['kubernetes']
    object.status ??= { phase: 'Active' }
  },
  secrets(object) {
    object.type ??= 'Opaque'
    const plain = object.stringData as Record<string, string> | undefined
    if (!plain) return
    const encoded = Object.entries(plain).map(([key, value]) => [key, Buffer.from(value).toString('base64')])
    object.data = { ...(object.data as object | undefined), ...Object.fromEntries(encoded) }
    delete object.stringData
  },
  pods(object) {
    const spec = specOf<PodSpec>(object)
    defaultPodSpec(spec)
    spec.enableServiceLinks ??= true
  },
  deployments(object) {
    const spec = specOf<DeploymentSpec>(object)
    spec.replicas ??= 1
    spec.strategy ??= {}
    spec.strategy.type ??= 'RollingUpdate'
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {}
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%'
      spec.strategy.rollingUpdate.maxSurge ??= '25%'
    }
    spec.revisionHistoryLimit ??= 10
    spec.progressDeadlineSeconds ??= 600
    if (spec.template?.spec) defaultPodSpec(spec.template.spec)
  },
  replicasets(object) {
    const spec = specOf<WorkloadSpec>(object)
    spec.replicas ??= 1
    if (spec.template?.spec) defaultPodSpec(spec.template.spec)
  },
  services: (object) => defaultService(specOf<ServiceSpec>(object)),
  persistentvolumeclaims(object) {
    specOf<ClaimSpec>(object).volumeMode ??= 'Filesystem'
  },
  persistentvolumes(object) {
    const spec = specOf<Record<string, unknown>>(object)
    spec.volumeMode ??= 'Filesystem'
    spec.persistentVolumeReclaimPolicy ??= 'Retain'
  },
  networkpolicies(object) {
    type Rule = { ports?: { protocol?: string }[] }
    const spec = specOf<{ policyTypes?: string[]; ingress?: Rule[]; egress?: Rule[] }>(object)
    spec.policyTypes ??= spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of rule.ports ?? []) port.protocol ??= 'TCP'
    }
  },
  storageclasses(object) {
    object.reclaimPolicy ??= 'Delete'
    object.volumeBindingMode ??= 'Immediate'
  },
  limitranges(object) {
    for (const item of specOf<{ limits?: LimitItem[] }>(object).limits ?? []) defaultLimits(item)
  },
  rolebindings: defaultBinding,
  clusterrolebindings: defaultBinding,
}

function defaultService(spec: ServiceSpec): void {
  spec.type ??= 'ClusterIP'
  spec.sessionAffinity ??= 'None'
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP'
    if (spec.type !== 'ExternalName') port.targetPort ??= port.port
  }
  if (spec.type === 'ExternalName') return
  spec.ipFamilies ??= ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
  spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ??= 'Cluster'
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
}

function defaultLimits(item: LimitItem): void {
  if (item.type !== 'Container') return
  const limits: ResourceList = { ...item.max, ...item.default }
  const requests: ResourceList = { ...item.min, ...limits, ...item.defaultRequest }
  if (Object.keys(limits).length > 0) item.default = limits
  if (Object.keys(requests).length > 0) item.defaultRequest = requests
}

function defaultBinding(object: DraftObject): void {
  const subjects = object.subjects as { kind: string; apiGroup?: string }[] | undefined
  for (const subject of subjects ?? []) {
    if (subject.kind !== 'ServiceAccount') subject.apiGroup ??= 'rbac.authorization.k8s.io'
  }
}
