import type { ControlPlane } from '../control-plane'
import type { Container, Pod } from '../types'

type Behaviour = 'well' | 'missing-image' | 'crash' | 'out-of-memory' | 'never-ready'

const imageReference =
  /^[a-z0-9]+([._-]+[a-z0-9]+)*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@sha256:[a-f0-9]{64})?$/

export const isImageName = (image: string): boolean => imageReference.test(image)

/** What a container does is chosen by its image's name; the label `behaviour` turns all containers of a running pod. */
export function behaviourOf(pod: Pod, container: Container): Behaviour {
  const image = container.image ?? ''
  if (image.includes('does-not-exist')) return 'missing-image'
  const turned = pod.metadata.labels?.behaviour
  if (turned === 'crash-loop' || image.includes('crash-loop')) return 'crash'
  if (turned === 'out-of-memory' || image.includes('out-of-memory')) return 'out-of-memory'
  if (turned === 'never-ready' || image.includes('never-ready')) return 'never-ready'
  return 'well'
}

/** What a container's environment refers to and isn't there, in the kubelet's words. */
export function missingReference(plane: ControlPlane, pod: Pod, container: Container): string | undefined {
  const namespace = pod.metadata.namespace!
  const lookups = [
    ...(container.env ?? []).flatMap(({ valueFrom }) => [
      { resource: 'secrets', ref: valueFrom?.secretKeyRef } as const,
      { resource: 'configmaps', ref: valueFrom?.configMapKeyRef } as const,
    ]),
    ...(container.envFrom ?? []).flatMap(({ secretRef, configMapRef }) => [
      { resource: 'secrets', ref: secretRef } as const,
      { resource: 'configmaps', ref: configMapRef } as const,
    ]),
  ]
  for (const { resource, ref } of lookups) {
    if (!ref || ref.optional) continue
    const kind = resource === 'secrets' ? 'secret' : 'configmap'
    const object = plane.store.find(resource, namespace, ref.name ?? '')
    if (!object) return `${kind} "${ref.name}" not found`
    const data = (object.data ?? {}) as Record<string, string>
    if (ref.key !== undefined && data[ref.key] === undefined) {
      const shown = resource === 'secrets' ? 'Secret' : 'ConfigMap'
      return `couldn't find key ${ref.key} in ${shown} ${namespace}/${ref.name}`
    }
  }
  return undefined
}

/** A volume whose Secret or ConfigMap isn't there keeps its pod from starting. */
export function missingVolume(plane: ControlPlane, pod: Pod): string | undefined {
  const namespace = pod.metadata.namespace!
  for (const { name, secret, configMap } of pod.spec?.volumes ?? []) {
    const wanted = secret ? secret.secretName : configMap?.name
    const resource = secret ? 'secrets' : 'configmaps'
    if (!wanted || secret?.optional || configMap?.optional) continue
    if (!plane.store.find(resource, namespace, wanted)) {
      const kind = secret ? 'secret' : 'configmap'
      return `MountVolume.SetUp failed for volume "${name}" : ${kind} "${wanted}" not found`
    }
  }
  return undefined
}
