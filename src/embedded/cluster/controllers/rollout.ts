import type { Deployment, ReplicaSet } from '../types'

/** How far a rollout may go above and below the wanted number of pods. */
interface RolloutBounds {
  maxSurge: number
  maxUnavailable: number
}

export function boundsOf({ spec }: Deployment): RolloutBounds {
  const replicas = spec?.replicas ?? 1
  if (spec?.strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: replicas }
  const maxSurge = Math.ceil(scaled(spec?.strategy?.rollingUpdate?.maxSurge ?? '25%', replicas))
  const maxUnavailable = Math.floor(scaled(spec?.strategy?.rollingUpdate?.maxUnavailable ?? '25%', replicas))
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable }
}

const scaled = (value: number | string, replicas: number): number =>
  typeof value === 'number' ? value : (Number.parseFloat(value) / 100) * replicas

export interface Step {
  set: ReplicaSet
  replicas: number
}

/** The next sizes on the way of a rolling update: first room for new pods, then old ones that can be missed. */
export function rollingSteps(deployment: Deployment, current: ReplicaSet, old: ReplicaSet[]): Step[] {
  const wanted = deployment.spec?.replicas ?? 1
  const { maxSurge, maxUnavailable } = boundsOf(deployment)
  const total = sizeOf(current) + sum(old, sizeOf)
  const steps: Step[] = []
  let size = sizeOf(current)
  if (size > wanted) size = wanted
  else if (size < wanted) size += Math.max(0, Math.min(wanted - size, wanted + maxSurge - total))
  if (size !== sizeOf(current)) steps.push({ set: current, replicas: size })
  return [...steps, ...scaleDownOld(wanted - maxUnavailable, current, old)]
}

function scaleDownOld(minAvailable: number, current: ReplicaSet, old: ReplicaSet[]): Step[] {
  const newUnavailable = sizeOf(current) - availableOf(current)
  let spare = sizeOf(current) + sum(old, sizeOf) - minAvailable - newUnavailable
  const steps: Step[] = []
  for (const set of old) {
    if (spare <= 0) break
    const size = sizeOf(set)
    // Pods that aren't available can go first: nobody misses them.
    const broken = Math.min(size - availableOf(set), spare)
    const healthy = Math.min(size - broken, spare - broken, Math.max(0, totalAvailable(current, old) - minAvailable))
    const gone = broken + healthy
    if (gone <= 0) continue
    spare -= gone
    steps.push({ set, replicas: size - gone })
  }
  return steps
}

const totalAvailable = (current: ReplicaSet, old: ReplicaSet[]): number => availableOf(current) + sum(old, availableOf)

export const sizeOf = ({ spec }: ReplicaSet): number => spec?.replicas ?? 0
export const availableOf = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0
export const sum = (sets: ReplicaSet[], amount: (set: ReplicaSet) => number): number =>
  sets.reduce((total, set) => total + amount(set), 0)
