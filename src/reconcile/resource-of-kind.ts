import {
  configMaps,
  deployments,
  ingresses,
  type KubeObject,
  limitRanges,
  namespaces,
  networkPolicies,
  persistentVolumeClaims,
  type Resource,
  resourceQuotas,
  secrets,
  services,
} from '../kube'

/** What a tenant's apps are made of, beside their Deployments and pods. */
export const plainKinds: readonly Resource<KubeObject>[] = [
  namespaces,
  resourceQuotas,
  limitRanges,
  networkPolicies,
  secrets,
  configMaps,
  persistentVolumeClaims,
  services,
  ingresses,
]

const byKind = new Map<string, Resource<KubeObject>>(
  [...plainKinds, deployments].map((resource) => [resource.kind, resource]),
)

/** The collection that an object we watch lives in. */
export function resourceOfKind(kind: string): Resource<KubeObject> {
  const resource = byKind.get(kind)
  if (!resource) throw new Error(`no resource of kind ${kind} is ours`)
  return resource
}
