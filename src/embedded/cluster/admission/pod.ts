import type { ControlPlane } from '../control-plane'
import { forbidden } from '../errors'
import { kindOf } from '../kinds'
import { generatedName } from '../naming'
import type { Container, DraftObject, Namespace, PodSpec, ResourceList } from '../types'
import { applyLimitRanges, assertWithinLimits } from './limit-range'
import { assertPodSecurity } from './pod-security'

const evictAfterSeconds = 300
const tolerations = ['not-ready', 'unreachable'].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: evictAfterSeconds,
}))

/** What happens to every pod on its way in: account, token, priority, defaults of the namespace, Pod Security. */
export function admitPod(plane: ControlPlane, namespace: Namespace, pod: DraftObject): void {
  pod.spec = withAccount(plane, pod)
  applyLimitRanges(plane, pod)
  const spec = withRequests(pod.spec as PodSpec)
  pod.spec = {
    ...spec,
    priority: spec.priority ?? 0,
    preemptionPolicy: spec.preemptionPolicy ?? 'PreemptLowerPriority',
    tolerations: [...(spec.tolerations ?? []), ...tolerations],
  }
  pod.status = { phase: 'Pending', qosClass: qosOf(spec) }
  assertWithinLimits(plane, pod)
  assertPodSecurity(namespace, pod)
}

function withAccount(plane: ControlPlane, pod: DraftObject): PodSpec {
  const spec = pod.spec as PodSpec
  const name = spec.serviceAccountName || 'default'
  const namespace = pod.metadata.namespace!
  const account = plane.store.find('serviceaccounts', namespace, name)
  if (!account) {
    const message = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`
    throw forbidden(kindOf('pods'), pod.metadata.name, message)
  }
  const named: PodSpec = { ...spec, serviceAccountName: name, serviceAccount: name }
  const automount = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
  return automount ? withToken(named) : named
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

function withToken(spec: PodSpec): PodSpec {
  const name = generatedName('kube-api-access-')
  const mount = (container: Container): Container => {
    const mounts = container.volumeMounts ?? []
    if (mounts.some((each) => each.mountPath === tokenPath)) return container
    const added = { name, readOnly: true, mountPath: tokenPath }
    return { ...container, volumeMounts: [...mounts, added] }
  }
  const field = { apiVersion: 'v1', fieldPath: 'metadata.namespace' }
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3_607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: field }] } },
  ]
  return {
    ...spec,
    containers: spec.containers.map(mount),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(mount) } : {}),
    volumes: [...(spec.volumes ?? []), { name, projected: { sources, defaultMode: 0o644 } }],
  }
}

/** Limits without requests are requests too. */
function withRequests(spec: PodSpec): PodSpec {
  const complete = (container: Container): Container => {
    const { limits, requests } = container.resources ?? {}
    if (!limits || Object.keys(limits).every((name) => requests?.[name] !== undefined)) return container
    return { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } }
  }
  return {
    ...spec,
    containers: spec.containers.map(complete),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(complete) } : {}),
  }
}

function qosOf(spec: PodSpec): string {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  const amounts = (list: ResourceList | undefined) => Object.keys(list ?? {}).length
  const bare = containers.every(({ resources }) => amounts(resources?.limits) + amounts(resources?.requests) === 0)
  if (bare) return 'BestEffort'
  const guaranteed = containers.every(({ resources }) =>
    ['cpu', 'memory'].every((name) => {
      const limit = resources?.limits?.[name]
      return limit !== undefined && (resources?.requests?.[name] ?? limit) === limit
    }),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
