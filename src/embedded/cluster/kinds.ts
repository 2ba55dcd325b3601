import type {
  Claim,
  Deployment,
  Ingress,
  KubeEvent,
  KubeObject,
  LimitRange,
  Namespace,
  Node,
  Pod,
  Quota,
  ReplicaSet,
  Role,
  RoleBinding,
  Service,
  StorageClass,
} from './types'

/** What is stored under which plural name; a plural is unique among the kinds served here. */
export interface ObjectTypes {
  namespaces: Namespace
  secrets: KubeObject
  configmaps: KubeObject
  persistentvolumeclaims: Claim
  persistentvolumes: KubeObject
  services: Service
  pods: Pod
  events: KubeEvent
  nodes: Node
  serviceaccounts: KubeObject
  resourcequotas: Quota
  limitranges: LimitRange
  deployments: Deployment
  replicasets: ReplicaSet
  ingresses: Ingress
  ingressclasses: KubeObject
  networkpolicies: KubeObject
  storageclasses: StorageClass
  endpointslices: KubeObject
  roles: Role
  rolebindings: RoleBinding
  clusterroles: Role
  clusterrolebindings: RoleBinding
}

export type Resource = keyof ObjectTypes

export interface Kind {
  resource: Resource
  kind: string
  group: string
  version: string
  /** `v1` or `apps/v1`. */
  apiVersion: string
  namespaced: boolean
  /** Status is written through its own subresource only. */
  hasStatus: boolean
  /** metadata.generation counts changes of the desired state. */
  hasGeneration: boolean
  /** What a delete answers with: these hand back the object, the others a Status. */
  returnsDeleted: boolean
}

interface Traits {
  cluster?: boolean
  status?: boolean
  generation?: boolean
  returnsDeleted?: boolean
}

const kind = (group: string, resource: Resource, name: string, traits: Traits = {}): Kind => ({
  resource,
  kind: name,
  group,
  version: 'v1',
  apiVersion: group === '' ? 'v1' : `${group}/v1`,
  namespaced: !traits.cluster,
  hasStatus: traits.status ?? false,
  hasGeneration: traits.generation ?? false,
  returnsDeleted: traits.returnsDeleted ?? false,
})

const workload = { status: true, generation: true }
const rbac = 'rbac.authorization.k8s.io'

export const kinds: Kind[] = [
  kind('', 'namespaces', 'Namespace', { cluster: true, status: true, returnsDeleted: true }),
  kind('', 'secrets', 'Secret'),
  kind('', 'configmaps', 'ConfigMap'),
  kind('', 'persistentvolumeclaims', 'PersistentVolumeClaim', { status: true, returnsDeleted: true }),
  kind('', 'persistentvolumes', 'PersistentVolume', {
    cluster: true,
    status: true,
    returnsDeleted: true,
  }),
  kind('', 'services', 'Service', { status: true, returnsDeleted: true }),
  kind('', 'pods', 'Pod', { status: true, generation: true, returnsDeleted: true }),
  kind('', 'events', 'Event'),
  kind('', 'nodes', 'Node', { cluster: true, status: true }),
  kind('', 'serviceaccounts', 'ServiceAccount', { returnsDeleted: true }),
  kind('', 'resourcequotas', 'ResourceQuota', { status: true, returnsDeleted: true }),
  kind('', 'limitranges', 'LimitRange'),
  kind('apps', 'deployments', 'Deployment', workload),
  kind('apps', 'replicasets', 'ReplicaSet', workload),
  kind('networking.k8s.io', 'ingresses', 'Ingress', { status: true, generation: true }),
  kind('networking.k8s.io', 'ingressclasses', 'IngressClass', { cluster: true, generation: true }),
  kind('networking.k8s.io', 'networkpolicies', 'NetworkPolicy', { generation: true }),
  kind('storage.k8s.io', 'storageclasses', 'StorageClass', { cluster: true, returnsDeleted: true }),
  kind('discovery.k8s.io', 'endpointslices', 'EndpointSlice', { generation: true }),
  kind(rbac, 'roles', 'Role'),
  kind(rbac, 'rolebindings', 'RoleBinding'),
  kind(rbac, 'clusterroles', 'ClusterRole', { cluster: true }),
  kind(rbac, 'clusterrolebindings', 'ClusterRoleBinding', { cluster: true }),
]

const byResource = new Map(kinds.map((each) => [each.resource, each]))
const byPath = new Map(kinds.map((each) => [`${each.apiVersion}/${each.resource}`, each]))

export const kindOf = (resource: Resource): Kind => byResource.get(resource)!
export const findKindByPath = (apiVersion: string, resource: string): Kind | undefined =>
  byPath.get(`${apiVersion}/${resource}`)

/** `deployments.apps`, as error messages name a resource. */
export const qualifiedResource = (each: Kind): string => (each.group ? `${each.resource}.${each.group}` : each.resource)
/** `Deployment.apps`, as validation messages name a kind. */
export const qualifiedKind = (each: Kind): string => (each.group ? `${each.kind}.${each.group}` : each.kind)
