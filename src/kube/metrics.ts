import { isKubeError } from './errors'
import { parseCpu, parseMemory } from './quantity'
import { query } from './query'
import type { Transport } from './transport'
import type { CallOptions } from './write'

const root = '/apis/metrics.k8s.io/v1beta1'

export interface Usage {
  cpuMillicores: number
  memoryBytes: number
}

export interface PodMetrics {
  namespace: string
  name: string
  /** When the window ended, ISO 8601. */
  timestamp: string
  /** The length of time measured over, as Kubernetes writes it (`15.123s`). */
  window: string
  containers: (Usage & { name: string })[]
}

export interface NodeMetrics extends Usage {
  name: string
  timestamp: string
  window: string
}

interface RawUsage {
  cpu?: string
  memory?: string
}

interface RawMetrics {
  metadata: { name: string; namespace?: string }
  timestamp: string
  window: string
  usage?: RawUsage
  containers?: { name: string; usage: RawUsage }[] | null
}

/** Usage of the pods selected; undefined where there is no metrics API to ask, or it has no answer yet. */
export async function podMetrics(
  transport: Transport,
  namespace?: string,
  labelSelector?: string,
  options: CallOptions = {},
): Promise<PodMetrics[] | undefined> {
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  const answer = await ask<{ items?: RawMetrics[] | null }>(
    transport,
    `${root}${within}/pods${query({ labelSelector })}`,
    'pods',
    options,
  )
  return answer && (answer.items ?? []).map(podMetricsOf)
}

/** Usage of one pod; undefined also in a pod's first half minute, which is not the same as using nothing. */
export async function findPodMetrics(
  transport: Transport,
  pod: { namespace?: string; name: string },
  options: CallOptions = {},
): Promise<PodMetrics | undefined> {
  const path = `${root}/namespaces/${encodeURIComponent(pod.namespace ?? '')}/pods/${encodeURIComponent(pod.name)}`
  const answer = await ask<RawMetrics>(transport, path, 'pods', options)
  return answer && podMetricsOf(answer)
}

export async function nodeMetrics(transport: Transport, options: CallOptions = {}): Promise<NodeMetrics[] | undefined> {
  const answer = await ask<{ items?: RawMetrics[] | null }>(transport, `${root}/nodes`, 'nodes', options)
  return answer?.items?.map((raw) => ({
    name: raw.metadata.name,
    timestamp: raw.timestamp,
    window: raw.window,
    ...usageOf(raw.usage ?? {}),
  }))
}

async function ask<T>(
  transport: Transport,
  path: string,
  resource: string,
  options: CallOptions,
): Promise<T | undefined> {
  try {
    // A metrics API that is down answers 503 for as long as it is: waiting and asking again would only hold the caller.
    return await transport.json<T>({ method: 'GET', path, verb: 'metrics', resource, idempotent: false, ...options })
  } catch (fault) {
    if (isKubeError(fault) && (fault.status === 404 || fault.status === 503)) return undefined
    throw fault
  }
}

function podMetricsOf(raw: RawMetrics): PodMetrics {
  return {
    namespace: raw.metadata.namespace ?? '',
    name: raw.metadata.name,
    timestamp: raw.timestamp,
    window: raw.window,
    containers: (raw.containers ?? []).map(({ name, usage }) => ({ name, ...usageOf(usage) })),
  }
}

function usageOf(usage: RawUsage): Usage {
  return { cpuMillicores: parseCpu(usage.cpu ?? '0'), memoryBytes: parseMemory(usage.memory ?? '0') }
}
