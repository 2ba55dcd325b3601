import { type Kind, kinds, type Resource } from '../kinds'
import type { JsonObject } from '../types'

export const versionInfo = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.4+embedded',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'embedded',
}

const objectVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
/** What `kubectl get all` means. */
const usuallyShown = new Set<Resource>(['pods', 'services', 'deployments', 'replicasets', 'statefulsets'])
const reviewGroups = ['authorization.k8s.io', 'authentication.k8s.io']
const metricsGroup = 'metrics.k8s.io'

/** The lists a client builds its map of the API from; undefined for a path that is no list. */
export function findDiscovery(pathname: string): JsonObject | undefined {
  const path = pathname.replace(/\/$/, '')
  if (path === '/api') {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups().map(groupOf) }
  if (path === '/api/v1') return resourceList('v1', resourcesOf(''))
  const [, , group, version, ...more] = path.split('/')
  if (!path.startsWith('/apis/') || !group || more.length > 0 || !groups().includes(group)) return undefined
  if (!version) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) }
  return version === versionOf(group) ? resourceList(`${group}/${version}`, resourcesOf(group)) : undefined
}

const groups = (): string[] => [
  ...new Set(kinds.map((kind) => kind.group).filter(Boolean)),
  ...reviewGroups,
  metricsGroup,
]

const versionOf = (group: string): string => (group === metricsGroup ? 'v1beta1' : 'v1')

function groupOf(name: string): JsonObject {
  const version = versionOf(name)
  const entry = { groupVersion: `${name}/${version}`, version }
  return { name, versions: [entry], preferredVersion: entry }
}

const resourceList = (groupVersion: string, resources: JsonObject[]): JsonObject => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources,
})

function resourcesOf(group: string): JsonObject[] {
  if (group === metricsGroup) {
    return [
      { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
      { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
    ]
  }
  if (group === 'authorization.k8s.io') return ['SelfSubjectAccessReview', 'SubjectAccessReview'].map(review)
  if (group === 'authentication.k8s.io') return ['SelfSubjectReview'].map(review)
  return kinds.filter((kind) => kind.group === group).flatMap(describe)
}

const review = (kind: string): JsonObject => ({
  name: `${kind.toLowerCase()}s`,
  singularName: kind.toLowerCase(),
  namespaced: false,
  kind,
  verbs: ['create'],
})

function describe(kind: Kind): JsonObject[] {
  const sub = (name: string, verbs: string[], shown: JsonObject = { kind: kind.kind }): JsonObject => ({
    name: `${kind.resource}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...shown,
    verbs,
  })
  const listed: JsonObject[] = [
    {
      name: kind.resource,
      singularName: kind.kind.toLowerCase(),
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: objectVerbs,
      ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
      ...(usuallyShown.has(kind.resource) ? { categories: ['all'] } : {}),
    },
  ]
  const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' }
  const token = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }
  const eviction = { group: 'policy', version: 'v1', kind: 'Eviction' }
  if (kind.hasStatus) listed.push(sub('status', ['get', 'patch', 'update']))
  if (kind.hasScale) listed.push(sub('scale', ['get', 'patch', 'update'], scale))
  if (kind.resource === 'pods') listed.push(sub('log', ['get']), sub('eviction', ['create'], eviction))
  if (kind.resource === 'serviceaccounts') listed.push(sub('token', ['create'], token))
  if (kind.resource === 'namespaces') listed.push(sub('finalize', ['update']))
  return listed
}
