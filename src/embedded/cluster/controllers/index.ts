import { quotaUsage } from '../admission/quota'
import type { ControlPlane } from '../control-plane'
import { EventRecorder } from '../events'
import type { Resource } from '../kinds'
import { Kubelet } from '../kubelet/kubelet'
import { matchesLabels } from '../selectors'
import type { Change } from '../store'
import type { KubeObject, Pod } from '../types'
import { changeStatus } from '../writes/update'
import { reconcileDeployment } from './deployment'
import { reconcileEndpoints } from './endpoints'
import { collectDependents, reconcileOwner, waitsForDependents } from './garbage'
import { reconcileNamespace } from './namespaces'
import { reconcileReplicaSet } from './replica-set'
import { claimNames, Scheduler } from './scheduler'
import { reconcileClaim, reconcileVolume } from './volumes'

const ingressAddress = '127.0.0.1'

/** Everything that reacts to changes: turns each into the keys it concerns. Nothing here runs while nothing changes. */
export class Controllers {
  readonly events: EventRecorder
  readonly #kubelet: Kubelet
  readonly #scheduler: Scheduler

  constructor(private readonly plane: ControlPlane) {
    this.events = new EventRecorder(plane)
    this.#kubelet = new Kubelet(plane, this.events)
    this.#scheduler = new Scheduler(plane, this.events)
    this.#register()
    plane.store.onChange((change) => this.#route(change))
  }

  clear(): void {
    this.events.clear()
    this.#kubelet.clear()
    this.#scheduler.clear()
  }

  #register(): void {
    const { plane, events } = this
    const { queue } = plane
    queue.register('deployments', (namespace, name) => reconcileDeployment(plane, events, namespace, name))
    queue.register('replicasets', (namespace, name) => reconcileReplicaSet(plane, events, namespace, name))
    queue.register('scheduler', (namespace, name) => this.#scheduler.reconcile(namespace, name))
    queue.register('kubelet', (namespace, name) => this.#kubelet.reconcile(namespace, name))
    queue.register('claims', (namespace, name) => reconcileClaim(plane, events, namespace, name))
    queue.register('volumes', (_namespace, name) => reconcileVolume(plane, name))
    queue.register('endpoints', (namespace, name) => reconcileEndpoints(plane, namespace, name))
    queue.register('ingresses', (namespace, name) => this.#publishIngress(namespace, name))
    queue.register('quotas', (namespace, name) => this.#countQuota(namespace, name))
    queue.register('namespaces', (_namespace, name) => reconcileNamespace(plane, name))
    queue.register('garbage', (_namespace, uid) => collectDependents(plane, uid))
    queue.register('owners', (key, name) => {
      const [resource, namespace] = key.split(' ') as [Resource, string]
      reconcileOwner(plane, resource, namespace, name)
    })
  }

  #route(change: Change): void {
    const { resource, object, type } = change
    if (resource === 'events') return
    this.#scheduler.observe(change)
    const namespace = object.metadata.namespace ?? ''
    this.#routeOwnership(change, namespace)
    if (resource === 'pods') this.#routePod(change, namespace)
    else this.#routeOther(resource, type, namespace, object)
    if (namespace) this.#routeNamespace(namespace, type, resource)
  }

  #routeOwnership({ resource, object, type }: Change, namespace: string): void {
    const { queue, store } = this.plane
    const { uid, name, ownerReferences } = object.metadata
    if (type === 'DELETED' && store.dependentsOf(uid).length > 0) queue.add('garbage', '', uid)
    if (waitsForDependents(object)) queue.add('owners', `${resource} ${namespace}`, name)
    for (const owner of ownerReferences ?? []) {
      const ref = store.findByUid(owner.uid)
      if (!ref) {
        if (type === 'ADDED') queue.add('garbage', '', owner.uid)
        continue
      }
      if (ref.resource === 'deployments' || ref.resource === 'replicasets') {
        queue.add(ref.resource, ref.namespace, ref.name)
      }
      // Whether a set still has pods decides when a Recreate goes on.
      if (resource === 'pods' && type === 'DELETED') this.#addOwnersOf(ref.resource, ref.namespace, ref.name)
      if (type === 'DELETED') queue.add('owners', `${ref.resource} ${ref.namespace}`, ref.name)
    }
  }

  #addOwnersOf(resource: Resource, namespace: string, name: string): void {
    const object = this.plane.store.find(resource, namespace, name) as KubeObject | undefined
    for (const owner of object?.metadata.ownerReferences ?? []) {
      if (owner.kind === 'Deployment') this.plane.queue.add('deployments', namespace, owner.name)
    }
  }

  #routePod({ object, previous, type }: Change, namespace: string): void {
    const { queue, store } = this.plane
    const pod = object as Pod
    const { name, uid, labels } = pod.metadata
    if (type === 'DELETED') this.#kubelet.forget(uid)
    else if (pod.spec?.nodeName) queue.add('kubelet', namespace, name)
    else queue.add('scheduler', namespace, name)
    for (const claim of type === 'DELETED' ? claimNames(pod.spec!) : []) queue.add('claims', namespace, claim)
    if (!pod.status?.podIP && !(previous as Pod | undefined)?.status?.podIP) return
    for (const service of store.list('services', namespace)) {
      const { selector } = service.spec ?? {}
      const concerned =
        selector && (matchesLabels(selector, labels) || matchesLabels(selector, previous?.metadata.labels))
      if (concerned) queue.add('endpoints', namespace, service.metadata.name)
    }
  }

  #routeOther(resource: Resource, type: Change['type'], namespace: string, object: KubeObject): void {
    const { queue } = this.plane
    const { name } = object.metadata
    switch (resource) {
      case 'deployments':
      case 'replicasets':
      case 'ingresses':
        if (type !== 'DELETED') queue.add(resource, namespace, name)
        break
      case 'services':
        queue.add('endpoints', namespace, name)
        break
      case 'persistentvolumeclaims':
        queue.add('claims', namespace, name)
        if (type === 'DELETED') queue.add('volumes', '', (object.spec as { volumeName?: string }).volumeName ?? '')
        break
      case 'persistentvolumes':
        queue.add('volumes', '', name)
        break
      case 'storageclasses':
        for (const claim of this.plane.store.list('persistentvolumeclaims')) {
          if (claim.status?.phase === 'Bound') continue
          queue.add('claims', claim.metadata.namespace!, claim.metadata.name)
        }
        break
      case 'namespaces':
        queue.add('namespaces', '', name)
        break
    }
  }

  #routeNamespace(namespace: string, type: Change['type'], resource: Resource): void {
    const { queue, store } = this.plane
    if (type === 'DELETED' && store.find('namespaces', '', namespace)?.metadata.deletionTimestamp) {
      queue.add('namespaces', '', namespace)
    }
    if (store.count('resourcequotas', namespace) === 0) return
    if (resource === 'endpointslices') return
    for (const quota of store.list('resourcequotas', namespace)) queue.add('quotas', namespace, quota.metadata.name)
  }

  #countQuota(namespace: string, name: string): void {
    const quota = this.plane.store.find('resourcequotas', namespace, name)
    if (!quota || quota.metadata.deletionTimestamp) return
    const status = { hard: { ...quota.spec?.hard }, used: quotaUsage(this.plane, quota) }
    changeStatus(this.plane, 'resourcequotas', quota, status)
  }

  #publishIngress(namespace: string, name: string): void {
    const ingress = this.plane.store.find('ingresses', namespace, name)
    if (!ingress || ingress.metadata.deletionTimestamp) return
    const status = { loadBalancer: { ingress: [{ ip: ingressAddress }] } }
    changeStatus(this.plane, 'ingresses', ingress, status)
  }
}
