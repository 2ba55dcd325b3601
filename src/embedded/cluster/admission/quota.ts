import type { ControlPlane } from '../control-plane'
import { forbidden } from '../errors'
import { type Kind, kinds, qualifiedResource } from '../kinds'
import { formatQuantity, nanoOf } from '../quantity'
import type { Claim, DraftObject, KubeObject, Pod, PodSpec, Quota, Service } from '../types'

type Usage = Map<string, bigint>
const one = 1_000_000_000n

/** Refuses what would take a namespace over one of its quotas, or a pod that doesn't say what a quota counts. */
export function assertWithinQuota(plane: ControlPlane, kind: Kind, object: DraftObject, live?: KubeObject): void {
  const namespace = object.metadata.namespace
  if (!namespace || plane.store.count('resourcequotas', namespace) === 0) return
  const wanted = usageOf(kind, object as KubeObject)
  const before = live ? usageOf(kind, live) : new Map<string, bigint>()
  for (const quota of plane.store.list('resourcequotas', namespace)) {
    if (kind.resource === 'pods') assertSpecified(kind, object, quota)
    assertRoom(plane, kind, object, quota, difference(wanted, before))
  }
}

/** What a namespace's objects use of what the quota counts; written as its status. */
export function quotaUsage(plane: ControlPlane, quota: Quota): Record<string, string> {
  const hard = quota.spec?.hard
  if (!hard) return {}
  const used: Usage = new Map()
  for (const kind of countedKinds(hard)) {
    for (const object of plane.store.list(kind.resource, quota.metadata.namespace)) {
      for (const [name, amount] of usageOf(kind, object)) used.set(name, (used.get(name) ?? 0n) + amount)
    }
  }
  return Object.fromEntries(Object.keys(hard).map((name) => [name, shown(used.get(name) ?? 0n, name)]))
}

const computeNames = /^(requests\.|limits\.|cpu$|memory$|pods$|ephemeral-storage$)/
const countedBy = new WeakMap<object, Kind[]>()

/** Which kinds a quota counts at all; its limits are never changed in place, so this is found out once. */
function countedKinds(hard: Record<string, string>): Kind[] {
  const known = countedBy.get(hard)
  if (known) return known
  const names = Object.keys(hard)
  const counted = kinds.filter((kind) => {
    if (kind.resource === 'pods' && names.some((name) => computeNames.test(name))) return true
    if (kind.resource === 'persistentvolumeclaims' && names.some((name) => name.includes('storage'))) return true
    const own = [kind.resource, `count/${qualifiedResource(kind)}`]
    return names.some((name) => own.includes(name) || name.startsWith(`${kind.resource}.`))
  })
  countedBy.set(hard, counted)
  return counted
}

function usageOf(kind: Kind, object: KubeObject): Usage {
  const usage: Usage = new Map([[`count/${qualifiedResource(kind)}`, one]])
  if (kind.group === '' && kind.resource !== 'pods') usage.set(kind.resource, one)
  if (kind.resource === 'pods') addPod(usage, object as Pod)
  if (kind.resource === 'persistentvolumeclaims') addClaim(usage, object as Claim)
  if (kind.resource === 'services') addService(usage, object as Service)
  return usage
}

function addPod(usage: Usage, pod: Pod): void {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return
  usage.set('pods', one)
  for (const side of ['requests', 'limits'] as const) {
    for (const [name, amount] of podTotal(pod.spec!, side)) {
      usage.set(`${side}.${name}`, amount)
      if (side === 'requests') usage.set(name, amount)
    }
  }
}

/** What the containers take together; init containers run one after the other, so only the largest counts. */
export function podTotal(spec: PodSpec, side: 'requests' | 'limits'): Usage {
  const total: Usage = new Map()
  for (const { resources } of spec.containers) {
    const list = resources?.[side]
    for (const name in list) total.set(name, (total.get(name) ?? 0n) + nanoOf(list[name]))
  }
  for (const { resources } of spec.initContainers ?? []) {
    const list = resources?.[side]
    for (const name in list) {
      const amount = nanoOf(list[name])
      if (amount > (total.get(name) ?? 0n)) total.set(name, amount)
    }
  }
  return total
}

function addClaim(usage: Usage, claim: Claim): void {
  const storage = nanoOf(claim.spec?.resources?.requests?.storage)
  usage.set('requests.storage', storage)
  const storageClass = claim.spec?.storageClassName
  if (!storageClass) return
  usage.set(`${storageClass}.storageclass.storage.k8s.io/requests.storage`, storage)
  usage.set(`${storageClass}.storageclass.storage.k8s.io/persistentvolumeclaims`, one)
}

function addService(usage: Usage, service: Service): void {
  const type = service.spec?.type
  const ports = BigInt(service.spec?.ports?.length ?? 0)
  if (type === 'LoadBalancer') usage.set('services.loadbalancers', one)
  if (type === 'NodePort' || type === 'LoadBalancer') usage.set('services.nodeports', one * ports)
}

function assertSpecified(kind: Kind, object: DraftObject, quota: Quota): void {
  const spec = object.spec as PodSpec
  const missing = Object.keys(quota.spec?.hard ?? {}).flatMap((name) => {
    const side = name.startsWith('limits.') ? 'limits' : 'requests'
    const resource = name.replace(/^(requests|limits)\./, '')
    if (!['cpu', 'memory'].includes(resource)) return []
    const lacking = spec.containers.filter(({ resources }) => resources?.[side]?.[resource] === undefined)
    return lacking.length > 0 ? [`${name} for: ${lacking.map((each) => each.name).join(',')}`] : []
  })
  if (missing.length === 0) return
  const text = `failed quota: ${quota.metadata.name}: must specify ${missing.sort().join('; ')}`
  throw forbidden(kind, object.metadata.name, text)
}

function assertRoom(plane: ControlPlane, kind: Kind, object: DraftObject, quota: Quota, more: Usage): void {
  const hard = quota.spec?.hard ?? {}
  const names = Object.keys(hard).filter((name) => (more.get(name) ?? 0n) > 0n)
  if (names.length === 0) return
  const used = quotaUsage(plane, quota)
  const over = names.filter((name) => nanoOf(used[name]) + more.get(name)! > nanoOf(hard[name])).sort()
  if (over.length === 0) return
  const list = (amountOf: (name: string) => string | undefined) =>
    over.map((name) => `${name}=${amountOf(name)}`).join(',')
  const requested = list((name) => shown(more.get(name)!, name))
  const text = `exceeded quota: ${quota.metadata.name}, requested: ${requested}, used: ${list((name) => used[name])}, limited: ${list((name) => hard[name])}`
  throw forbidden(kind, object.metadata.name, text)
}

function difference(wanted: Usage, before: Usage): Usage {
  return new Map([...wanted].map(([name, amount]) => [name, amount - (before.get(name) ?? 0n)]))
}

const binaryNames = /memory|storage/
const shown = (nano: bigint, name: string): string => formatQuantity({ nano, binary: binaryNames.test(name) })
