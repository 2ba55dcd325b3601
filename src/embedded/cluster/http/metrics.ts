import type { ControlPlane } from '../control-plane'
import { notFound, unknownResource } from '../errors'
import { kindOf } from '../kinds'
import { containerUsage, nodeUsage } from '../kubelet/usage'
import { parseLabelSelector } from '../selectors'
import type { JsonObject, KubeObject, Pod } from '../types'
import { answer } from './call'
import type { ApiPath } from './paths'

const windowSeconds = 15
const apiVersion = 'metrics.k8s.io/v1beta1'

/** metrics.k8s.io: use of containers and nodes. A pod that has just started, or does not run, has no figures yet. */
export function answerMetrics(plane: ControlPlane, path: ApiPath, query: URLSearchParams): Response {
  const matches = parseLabelSelector(query.get('labelSelector'))
  if (path.resource === 'pods') {
    if (path.name) return answer(getPodMetrics(plane, path))
    const pods = plane.store.list('pods', path.namespace || undefined).filter((pod) => !matches || matches(pod))
    const items = pods.flatMap((pod) => podMetrics(plane, pod) ?? [])
    return answer({ kind: 'PodMetricsList', apiVersion, metadata: {}, items })
  }
  if (path.resource !== 'nodes') throw unknownResource()
  if (path.name) {
    const node = plane.store.find('nodes', '', path.name)
    if (!node) throw notFound(kindOf('nodes'), path.name)
    return answer({ kind: 'NodeMetrics', apiVersion, ...nodeMetrics(plane, node) })
  }
  const nodes = plane.store.list('nodes').filter((node) => !matches || matches(node))
  return answer({
    kind: 'NodeMetricsList',
    apiVersion,
    metadata: {},
    items: nodes.map((node) => nodeMetrics(plane, node)),
  })
}

function getPodMetrics(plane: ControlPlane, { namespace, name }: ApiPath): JsonObject {
  const pod = plane.store.find('pods', namespace, name)
  const found = pod && podMetrics(plane, pod)
  if (!found) throw notFound(kindOf('pods'), name)
  return { kind: 'PodMetrics', apiVersion, ...found }
}

function podMetrics(plane: ControlPlane, pod: Pod): JsonObject | undefined {
  const now = sampledAt(plane)
  const containers = (pod.spec?.containers ?? []).flatMap((container) => {
    const usage = containerUsage(pod, container, now, plane.timing.metricsDelayMs)
    return usage ? [{ name: container.name, usage }] : []
  })
  if (containers.length === 0 || containers.length < (pod.spec?.containers.length ?? 0)) return undefined
  return { metadata: metadataOf(plane, pod), ...sampling(now), containers }
}

function nodeMetrics(plane: ControlPlane, node: KubeObject): JsonObject {
  const now = sampledAt(plane)
  const pods = plane.store.list('pods').filter((pod) => pod.spec?.nodeName === node.metadata.name)
  return { metadata: metadataOf(plane, node), ...sampling(now), usage: nodeUsage(pods, node, now) }
}

/** Figures are taken every few seconds, not at every question. */
function sampledAt(plane: ControlPlane): number {
  const now = plane.clock.now().getTime()
  const every = Math.min(windowSeconds * 1_000, Math.max(1, plane.timing.metricsDelayMs))
  return Math.floor(now / every) * every
}

const sampling = (now: number): JsonObject => ({
  timestamp: `${new Date(now).toISOString().slice(0, 19)}Z`,
  window: `${windowSeconds}s`,
})

function metadataOf(plane: ControlPlane, { metadata }: KubeObject): JsonObject {
  const { name, namespace, labels } = metadata
  return { name, ...(namespace ? { namespace } : {}), creationTimestamp: plane.timestamp(), labels }
}
