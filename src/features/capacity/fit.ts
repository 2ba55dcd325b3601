import { AppError } from '../../lib/errors'
import type { PlanSize, Template } from '../../templates'
import { type ClusterFacts, classFor } from './facts'
import type { Room } from './tables'

/**
 * Why no node, or not the storage class, could ever hold an app of this size: whatever else runs there now, and whether nodes are
 * ready or cordoned for now. Undefined where it could, or where nothing is known of the cluster.
 */
export function findMisfit(
  facts: ClusterFacts | undefined,
  storageClass: string | undefined,
  template: Pick<Template, 'volumes'>,
  size: PlanSize,
): AppError | undefined {
  if (!facts) return undefined
  const keepsData = template.volumes.length > 0
  const chosen = keepsData ? classFor(facts.storageClasses, storageClass) : undefined
  if (keepsData && !chosen) {
    return insufficient('The cluster has no storage class for the data of this app', {
      storageClass: storageClass ?? null,
    })
  }
  const diskGb = chosen?.onNode ? size.storageGb : 0
  if (facts.largest.some((room) => holds(room, size, diskGb))) return undefined
  if (facts.largest.some((room) => holds(room, size, 0))) {
    return insufficient('No node of the cluster has a disk for so much data', { storageGb: size.storageGb })
  }
  const { cpuMillicores, memoryMb } = size
  return insufficient('No node of the cluster is large enough for this plan', {
    cpuMillicores,
    memoryMb,
    largest: facts.largest,
  })
}

const holds = (room: Room, { cpuMillicores, memoryMb }: PlanSize, diskGb: number): boolean =>
  room.cpuMillicores >= cpuMillicores && room.memoryMb >= memoryMb && (room.diskGb ?? diskGb) >= diskGb

const insufficient = (message: string, details: Record<string, unknown>): AppError =>
  new AppError('INSUFFICIENT_RESOURCES', message, details)

/** What a customer should know of the storage behind a plan. Null where the app keeps no data, or nothing is known of its class. */
export function storageTruthOf(
  facts: ClusterFacts | undefined,
  storageClass: string | undefined,
  template: Pick<Template, 'volumes'>,
): { enforced: boolean | null; growable: boolean } | null {
  const chosen = facts && template.volumes.length > 0 ? classFor(facts.storageClasses, storageClass) : undefined
  return chosen ? { enforced: chosen.enforced, growable: chosen.growable } : null
}
