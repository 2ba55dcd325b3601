import type { ControlPlane } from '../control-plane'
import { notFound } from '../errors'
import { kindOf } from '../kinds'
import { containerUsage } from '../kubelet/usage'
import type { JsonObject, Pod } from '../types'
import { answer } from './call'
import type { ApiPath } from './paths'

const windowSeconds = 15
const apiVersion = 'metrics.k8s.io/v1beta1'

/** metrics.k8s.io: use of a pod's containers. One that has just started, or does not run, has no figures yet. */
export function answerMetrics(plane: ControlPlane, { namespace, name }: ApiPath): Response {
  const pod = plane.store.find('pods', namespace, name)
  const found = pod && podMetrics(plane, pod)
  if (!found) throw notFound(kindOf('pods'), name)
  return answer({ kind: 'PodMetrics', apiVersion, ...found })
}

function podMetrics(plane: ControlPlane, pod: Pod): JsonObject | undefined {
  const now = sampledAt(plane)
  const containers = (pod.spec?.containers ?? []).flatMap((container) => {
    const usage = containerUsage(pod, container, now, plane.timing.metricsDelayMs)
    return usage ? [{ name: container.name, usage }] : []
  })
  if (containers.length === 0 || containers.length < (pod.spec?.containers.length ?? 0)) return undefined
  const { name, namespace, labels } = pod.metadata
  const metadata = { name, namespace, creationTimestamp: plane.timestamp(), labels }
  return { metadata, ...sampling(now), containers }
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
