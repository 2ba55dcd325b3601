import type { KubeObject, OwnerReference, Pod, PodTemplate } from '../types'
import { findCondition } from './conditions'

export const isReady = (pod: Pod): boolean => findCondition(pod.status?.conditions, 'Ready')?.status === 'True'

export const isEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** Neither ended nor on its way out. */
export const isActive = (pod: Pod): boolean => !pod.metadata.deletionTimestamp && !isEnded(pod)

export const controllerRef = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
})

/** A pod as its template says, owned by the object; it shares the template's parts. */
export function podOf(owner: KubeObject, template: PodTemplate) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels },
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      ownerReferences: [controllerRef(owner)],
    },
    spec: { ...template.spec },
  }
}

/** Who goes first when there are too many: pods that never ran, then unready ones, then the youngest. */
export function byExpendability(a: Pod, b: Pod): number {
  const rank = (pod: Pod) => (pod.spec?.nodeName ? 1 : 0) + (isReady(pod) ? 2 : 0)
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  return a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1
}
