import type { Store } from '../store'
import type { PolicyRule, RoleBinding } from '../types'
import type { Identity } from './identity'

interface Attributes {
  verb: string
  group: string
  resource: string
  subresource?: string
  name?: string
  namespace?: string
}

/** Role-based access as the API server decides it: any rule that matches allows, nothing forbids. */
export function isAllowed(store: Store, identity: Identity, wanted: Attributes): boolean {
  if (identity.groups.includes('system:masters')) return true
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
