import type { ControlPlane } from '../control-plane'
import { matchesLabels } from '../selectors'
import type { Pod, Service, ServicePort } from '../types'
import { createAs } from '../writes/create'
import { changeObject } from '../writes/update'
import { controllerRef, isEnded, isReady } from './pods'

interface Target {
  pod: Pod
  ready: boolean
  terminating: boolean
}

/** Writes which pods stand behind a Service, as its EndpointSlice. */
export function reconcileEndpoints(plane: ControlPlane, namespace: string, name: string): void {
  const service = plane.store.find('services', namespace, name)
  if (!service) return
  const { selector } = service.spec ?? {}
  if (service.metadata.deletionTimestamp || !selector || service.spec?.type === 'ExternalName') return
  if (plane.store.find('namespaces', '', namespace)?.metadata.deletionTimestamp) return
  const targets = plane.store.list('pods', namespace).flatMap((pod) => targetOf(pod, selector))
  writeSlice(plane, service, targets)
}

function targetOf(pod: Pod, selector: Record<string, string>): Target[] {
  if (!pod.status?.podIP || isEnded(pod) || !matchesLabels(selector, pod.metadata.labels)) return []
  return [{ pod, ready: isReady(pod), terminating: pod.metadata.deletionTimestamp !== undefined }]
}

function writeSlice(plane: ControlPlane, service: Service, targets: Target[]): void {
  const body = {
    addressType: 'IPv4',
    endpoints: targets.map(({ pod, ready, terminating }) => ({
      addresses: [pod.status!.podIP!],
      conditions: { ready: ready && !terminating, serving: ready, terminating },
      nodeName: pod.spec!.nodeName,
      targetRef: targetRef(pod),
    })),
    ports: portsOf(service, targets),
  }
  const [slice] = plane.store.ownedBy(service.metadata.uid, 'endpointslices')
  if (slice) {
    changeObject(plane, 'endpointslices', slice, body)
    return
  }
  const { name, namespace } = service.metadata
  createAs(plane, 'endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: {
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': name,
      },
      ownerReferences: [controllerRef(service)],
    },
    ...body,
  })
}

const targetRef = ({ metadata }: Pod) => ({
  kind: 'Pod',
  name: metadata.name,
  namespace: metadata.namespace,
  uid: metadata.uid,
})

function portsOf({ spec }: Service, targets: Target[]) {
  return (spec?.ports ?? []).map((port) => ({
    ...(port.name ? { name: port.name } : {}),
    port: portNumber(port, targets),
    protocol: port.protocol ?? 'TCP',
  }))
}

/** A named target port is the number that the pods' containers give to that name. */
function portNumber({ port, targetPort }: ServicePort, targets: Target[]): number {
  if (typeof targetPort === 'number') return targetPort
  if (!targetPort) return port
  for (const { pod } of targets) {
    for (const { ports } of pod.spec!.containers) {
      const found = ports?.find((each) => each.name === targetPort)
      if (found) return found.containerPort
    }
  }
  return port
}
