/**
 * Makes src/embedded/cluster/schema/definitions.generated.json out of a real API server's OpenAPI document:
 *   kubectl get --raw /openapi/v2 > openapi.json && bun test/embedded/cluster/support/generate-schema.ts openapi.json
 * Every field is one short word; see schema/schema.ts for their grammar.
 */
interface Property {
  $ref?: string
  type?: string
  format?: string
  items?: Property
  additionalProperties?: Property
  'x-kubernetes-list-type'?: string
  'x-kubernetes-list-map-keys'?: string[]
  'x-kubernetes-map-type'?: string
}

interface Definition extends Property {
  properties?: Record<string, Property>
  required?: string[]
}

const roots = [
  ...['Namespace', 'Secret', 'ConfigMap', 'PersistentVolumeClaim', 'PersistentVolume', 'Service'],
  ...['Pod', 'Event', 'Node', 'ServiceAccount', 'ResourceQuota', 'LimitRange'],
].map((kind) => `io.k8s.api.core.v1.${kind}`)
roots.push(
  ...['Deployment', 'ReplicaSet'].map((kind) => `io.k8s.api.apps.v1.${kind}`),
  ...['Ingress', 'IngressClass', 'NetworkPolicy'].map((kind) => `io.k8s.api.networking.v1.${kind}`),
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map((kind) => `io.k8s.api.rbac.v1.${kind}`),
  'io.k8s.api.discovery.v1.EndpointSlice',
  'io.k8s.api.storage.v1.StorageClass',
)

const scalars: Record<string, string> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'o',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'x',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'x',
}

const source = process.argv[2]
if (!source) throw new Error('usage: generate-schema.ts openapi.json')
const { definitions } = (await Bun.file(source).json()) as { definitions: Record<string, Definition> }
const output: Record<string, Record<string, string>> = {}
for (const root of roots) define(root)
await Bun.write(
  new URL('../../../../src/embedded/cluster/schema/definitions.generated.json', import.meta.url),
  `{\n${Object.entries(output)
    .map(([name, fields]) => `${JSON.stringify(name)}:${JSON.stringify(fields)}`)
    .join(',\n')}\n}\n`,
)

function define(full: string): string {
  const name = full.split('.').slice(-1)[0]!
  const short = full === 'io.k8s.api.discovery.v1.EndpointPort' ? 'DiscoveryEndpointPort' : name
  if (output[short]) return short
  const fields: Record<string, string> = {}
  output[short] = fields
  const definition = definitions[full]!
  for (const [field, property] of Object.entries(definition.properties ?? {})) {
    const mark = definition.required?.includes(field) ? '*' : ''
    fields[field] = mark + wordOf(property)
  }
  return short
}

function wordOf(property: Property): string {
  if (property.$ref) {
    const full = property.$ref.replace('#/definitions/', '')
    const scalar = scalars[full]
    if (scalar) return scalar
    const target = definitions[full]!
    if (!target.properties) return 'x'
    const atomic = (property['x-kubernetes-map-type'] ?? target['x-kubernetes-map-type']) === 'atomic'
    return `${atomic ? '!' : ''}#${define(full)}`
  }
  if (property.type === 'array') return listOf(property)
  if (property.additionalProperties) {
    return `${property['x-kubernetes-map-type'] === 'atomic' ? '!' : ''}{}${wordOf(property.additionalProperties)}`
  }
  if (property.type === 'string') return property.format === 'byte' ? 'y' : 's'
  if (property.type === 'integer') return 'i'
  if (property.type === 'number') return 'n'
  if (property.type === 'boolean') return 'b'
  return 'x'
}

function listOf(property: Property): string {
  const kind = property['x-kubernetes-list-type']
  const item = wordOf(property.items!)
  if (kind === 'map') return `[${property['x-kubernetes-list-map-keys']!.join(',')}]${item}`
  return kind === 'set' ? `[=]${item}` : `[]${item}`
}
