import { isKubeError } from './errors'
import { parseCpu, parseMemory } from './quantity'
import type { CallOptions, Transport } from './transport'
import type { Ref } from './types'

const root = '/apis/metrics.k8s.io/v1beta1'

export interface PodMetrics {
  namespace: string
  name: string
  /** When the window ended, ISO 8601. */
  timestamp: string
  /** The length of time measured over, as Kubernetes writes it (`15.123s`). */
  window: string
  containers: { name: string; cpuMillicores: number; memoryBytes: number }[]
}

interface RawMetrics {
  metadata: { name: string; namespace?: string }
  timestamp: string
  window: string
  containers?: { name: string; usage: { cpu?: string; memory?: string } }[] | null
}

/**
 * Use of one pod; undefined where there is no metrics API to ask, or it has no answer yet: in a pod's first half minute too,
 * which is not the same as using nothing.
 */
export async function findPodMetrics(
  transport: Transport,
  { namespace = '', name }: Ref,
  options: CallOptions = {},
): Promise<PodMetrics | undefined> {
  const path = `${root}/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`
  try {
    // A metrics API that is down answers 503 for as long as it is: waiting and asking again would only hold the caller.
    const call = { method: 'GET' as const, path, verb: 'metrics', resource: 'pods', idempotent: false }
    return podMetricsOf(await transport.json<RawMetrics>({ ...call, ...options }))
  } catch (fault) {
    if (isKubeError(fault) && (fault.status === 404 || fault.status === 503)) return undefined
    throw fault
  }
}

const podMetricsOf = (raw: RawMetrics): PodMetrics => ({
  namespace: raw.metadata.namespace ?? '',
  name: raw.metadata.name,
  timestamp: raw.timestamp,
  window: raw.window,
  containers: (raw.containers ?? []).map(({ name, usage }) => ({
    name,
    cpuMillicores: parseCpu(usage.cpu ?? '0'),
    memoryBytes: parseMemory(usage.memory ?? '0'),
  })),
})
