import type { ControlPlane } from '../control-plane'
import { forbidden } from '../errors'
import { kindOf } from '../kinds'
import { formatQuantity, nanoOf } from '../quantity'
import type { ClaimSpec, Container, DraftObject, LimitItem, PodSpec, ResourceList } from '../types'

/** Gives containers the namespace's default requests and limits. Replaces what it changes, because specs are shared. */
export function applyLimitRanges(plane: ControlPlane, pod: DraftObject): void {
  const items = limitsOf(plane, pod.metadata.namespace!, 'Container')
  if (items.length === 0) return
  const spec = pod.spec as PodSpec
  const notes: string[] = []
  const fill = (container: Container) => fillContainer(container, items, notes)
  pod.spec = {
    ...spec,
    containers: spec.containers.map(fill),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(fill) } : {}),
  }
  if (notes.length === 0) return
  const note = `LimitRanger plugin set: ${notes.join('; ')}`
  pod.metadata.annotations = { ...pod.metadata.annotations, 'kubernetes.io/limit-ranger': note }
}

export function assertWithinLimits(plane: ControlPlane, pod: DraftObject): void {
  const namespace = pod.metadata.namespace!
  const spec = pod.spec as PodSpec
  const problems: string[] = []
  for (const item of limitsOf(plane, namespace, 'Container')) {
    for (const { resources } of [...(spec.initContainers ?? []), ...spec.containers]) {
      problems.push(...boundProblems(item, 'Container', resources?.requests ?? {}, resources?.limits ?? {}))
    }
  }
  for (const item of limitsOf(plane, namespace, 'Pod')) {
    problems.push(...boundProblems(item, 'Pod', totalOf(spec, 'requests'), totalOf(spec, 'limits')))
  }
  if (problems.length > 0) throw forbidden(kindOf('pods'), pod.metadata.name, joined(problems))
}

export function assertClaimWithinLimits(plane: ControlPlane, claim: DraftObject): void {
  const requests = (claim.spec as ClaimSpec).resources?.requests ?? {}
  const problems = limitsOf(plane, claim.metadata.namespace!, 'PersistentVolumeClaim').flatMap((item) => [
    ...tooMuch(item, 'PersistentVolumeClaim', requests, 'request'),
    ...tooLittle(item, 'PersistentVolumeClaim', requests),
  ])
  if (problems.length > 0) {
    throw forbidden(kindOf('persistentvolumeclaims'), claim.metadata.name, joined(problems))
  }
}

function limitsOf(plane: ControlPlane, namespace: string, type: string): LimitItem[] {
  const ranges = plane.store.list('limitranges', namespace)
  return ranges.flatMap((range) => range.spec?.limits?.filter((item) => item.type === type) ?? [])
}

function fillContainer(container: Container, items: LimitItem[], notes: string[]): Container {
  const limits: ResourceList = { ...container.resources?.limits }
  const requests: ResourceList = { ...container.resources?.requests }
  const added = { request: [] as string[], limit: [] as string[] }
  for (const item of items) {
    fill(limits, item.default, added.limit)
    fill(requests, item.defaultRequest, added.request)
  }
  if (added.limit.length + added.request.length === 0) return container
  for (const side of ['request', 'limit'] as const) {
    if (added[side].length > 0) notes.push(`${added[side].sort().join(', ')} ${side} for container ${container.name}`)
  }
  return { ...container, resources: { ...container.resources, limits, requests } }
}

function fill(list: ResourceList, defaults: ResourceList | undefined, added: string[]): void {
  for (const name in defaults) {
    if (list[name] !== undefined) continue
    list[name] = defaults[name]!
    added.push(name)
  }
}

function boundProblems(item: LimitItem, type: string, requests: ResourceList, limits: ResourceList): string[] {
  return [...tooLittle(item, type, requests), ...tooMuch(item, type, limits, 'limit')]
}

function tooLittle(item: LimitItem, type: string, requests: ResourceList): string[] {
  return Object.entries(item.min ?? {}).flatMap(([name, bound]) => {
    const wanted = requests[name]
    if (wanted === undefined) return [`minimum ${name} usage per ${type} is ${bound}.  No request is specified`]
    return nanoOf(wanted) < nanoOf(bound)
      ? [`minimum ${name} usage per ${type} is ${bound}, but request is ${wanted}`]
      : []
  })
}

function tooMuch(item: LimitItem, type: string, amounts: ResourceList, side: string): string[] {
  return Object.entries(item.max ?? {}).flatMap(([name, bound]) => {
    const wanted = amounts[name]
    if (wanted === undefined) return [`maximum ${name} usage per ${type} is ${bound}.  No ${side} is specified`]
    return nanoOf(wanted) > nanoOf(bound)
      ? [`maximum ${name} usage per ${type} is ${bound}, but ${side} is ${wanted}`]
      : []
  })
}

function totalOf(spec: PodSpec, side: 'requests' | 'limits'): ResourceList {
  const total: Record<string, bigint> = {}
  for (const { resources } of spec.containers) {
    for (const [name, amount] of Object.entries(resources?.[side] ?? {}))
      total[name] = (total[name] ?? 0n) + nanoOf(amount)
  }
  return Object.fromEntries(
    Object.entries(total).map(([name, nano]) => [name, formatQuantity({ nano, binary: name !== 'cpu' })]),
  )
}

const joined = (problems: string[]): string => (problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`)
