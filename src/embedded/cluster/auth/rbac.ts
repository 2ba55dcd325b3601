import type { Store } from '../store'
import type { PolicyRule, RoleBinding } from '../types'
import type { Identity } from './identity'

export interface Attributes {
  verb: string
  group: string
  resource: string
  subresource?: string
  name?: string
  namespace?: string
}

const publicPaths = new Set(['/version', '/livez', '/readyz', '/healthz'])
const discoveryPaths = /^\/(api|apis|openapi|version)(\/|$)/

/** Role-based access as the API server decides it: any rule that matches allows, nothing forbids. */
export function isAllowed(store: Store, identity: Identity, wanted: Attributes): boolean {
  if (identity.groups.includes('system:masters')) return true
  if (isSelfReview(identity, wanted)) return true
  const allowed = (rule: PolicyRule) => ruleAllows(rule, wanted)
  for (const binding of store.list('clusterrolebindings')) {
    if (isSubject(binding, identity, undefined) && rulesOf(store, binding, undefined).some(allowed)) return true
  }
  if (!wanted.namespace) return false
  for (const binding of store.list('rolebindings', wanted.namespace)) {
    if (isSubject(binding, identity, wanted.namespace) && rulesOf(store, binding, wanted.namespace).some(allowed)) {
      return true
    }
  }
  return false
}

export function isPathAllowed({ groups }: Identity, path: string): boolean {
  if (groups.includes('system:masters') || publicPaths.has(path)) return true
  return groups.includes('system:authenticated') && discoveryPaths.test(path)
}

/** Everybody who is somebody may ask what they may do. */
const isSelfReview = ({ groups }: Identity, { group, resource, verb }: Attributes): boolean =>
  groups.includes('system:authenticated') &&
  verb === 'create' &&
  ((group === 'authorization.k8s.io' && resource.startsWith('selfsubject')) ||
    (group === 'authentication.k8s.io' && resource === 'selfsubjectreviews'))

function isSubject(binding: RoleBinding, identity: Identity, namespace: string | undefined): boolean {
  return (binding.subjects ?? []).some((subject) => {
    if (subject.kind === 'Group') return identity.groups.includes(subject.name)
    if (subject.kind === 'User') return identity.name === subject.name
    return identity.name === `system:serviceaccount:${subject.namespace ?? namespace ?? ''}:${subject.name}`
  })
}

function rulesOf(store: Store, { roleRef }: RoleBinding, namespace: string | undefined): PolicyRule[] {
  const role =
    roleRef.kind === 'ClusterRole'
      ? store.find('clusterroles', '', roleRef.name)
      : store.find('roles', namespace ?? '', roleRef.name)
  return role?.rules ?? []
}

function ruleAllows(rule: PolicyRule, wanted: Attributes): boolean {
  const resource = wanted.subresource ? `${wanted.resource}/${wanted.subresource}` : wanted.resource
  return (
    includes(rule.verbs, wanted.verb) &&
    includes(rule.apiGroups, wanted.group) &&
    (includes(rule.resources, resource) ||
      (!!wanted.subresource && rule.resources?.includes(`*/${wanted.subresource}`) === true)) &&
    (!rule.resourceNames?.length || (wanted.name !== undefined && rule.resourceNames.includes(wanted.name)))
  )
}

const includes = (list: string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(value))
