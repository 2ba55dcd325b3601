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

const byKind = new Map<string, Resource<KubeObject>>(
  [
    namespaces,
    resourceQuotas,
    limitRanges,
    networkPolicies,
    secrets,
    configMaps,
    persistentVolumeClaims,
    services,
    ingresses,
    deployments,
  ].map((resource) => [resource.kind, resource]),
)

/** The collection that an object we watch lives in. */
export function resourceOfKind(kind: string): Resource<KubeObject> {
  const resource = byKind.get(kind)
  if (!resource) throw new Error(`no resource of kind ${kind} is ours`)
  return resource
}
