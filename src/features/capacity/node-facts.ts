import type { Node } from '../../kube'
import { parseCpu, parseMemory } from '../../kube/quantity'
import type { NodeFacts, Room } from './tables'

const mib = 2 ** 20
const gib = 2 ** 30
/** Put on nodes that are in trouble or being taken away, and taken off again: they say nothing of what could ever run there. */
const passingTaint =
  /^(node\.kubernetes\.io\/|node\.cloudprovider\.kubernetes\.io\/|ToBeDeletedByClusterAutoscaler$|DeletionCandidateOfClusterAutoscaler$)/

export function nodeFactsOf({ metadata, spec, status }: Node): NodeFacts {
  const room = status?.allocatable ?? {}
  const disk = room['ephemeral-storage']
  return {
    name: metadata.name,
    cpuMillicores: Math.floor(parseCpu(room.cpu ?? '0')),
    memoryMb: Math.floor(parseMemory(room.memory ?? '0') / mib),
    diskGb: disk === undefined ? null : Math.floor(parseMemory(disk) / gib),
    pods: Number(room.pods ?? 0),
    ready: status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false,
    cordoned: spec?.unschedulable === true,
    reserved: (spec?.taints ?? []).some(({ key, effect }) => effect !== 'PreferNoSchedule' && !passingTaint.test(key)),
  }
}

/** Of all nodes that apps may run on, those that no other surpasses in everything: what fits on any, fits on one of these. */
export function largestOf(nodes: NodeFacts[]): Room[] {
  const largest: Room[] = []
  const byCpu = nodes.filter(({ reserved }) => !reserved).sort((a, b) => b.cpuMillicores - a.cpuMillicores)
  for (const { cpuMillicores, memoryMb, diskGb } of byCpu) {
    const room = { cpuMillicores, memoryMb, diskGb }
    if (!largest.some((other) => surpasses(other, room))) {
      const kept = largest.filter((other) => !surpasses(room, other))
      largest.splice(0, largest.length, ...kept, room)
    }
  }
  return largest
}

/** An unknown disk counts as large enough. */
const surpasses = (a: Room, b: Room): boolean =>
  a.cpuMillicores >= b.cpuMillicores &&
  a.memoryMb >= b.memoryMb &&
  (a.diskGb ?? Number.POSITIVE_INFINITY) >= (b.diskGb ?? Number.POSITIVE_INFINITY)
