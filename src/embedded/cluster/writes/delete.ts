import type { ControlPlane } from '../control-plane'
import { preconditionFailed } from '../errors'
import { type Kind, kindOf, type Resource } from '../kinds'
import { secondsOf } from '../naming'
import type { KubeObject, Metadata, Pod, Service } from '../types'

export type Propagation = 'Background' | 'Foreground' | 'Orphan'

export interface DeleteOptions {
  uid?: string
  resourceVersion?: string
  propagation?: Propagation
  gracePeriodSeconds?: number
}

interface Deletion {
  object: KubeObject
  /** False while finalizers, dependents or a grace period hold it back. */
  gone: boolean
}

const propagationFinalizers: Partial<Record<Propagation, string>> = {
  Foreground: 'foregroundDeletion',
  Orphan: 'orphan',
}

export function deleteObject(plane: ControlPlane, kind: Kind, live: KubeObject, options: DeleteOptions = {}): Deletion {
  assertPreconditions(kind, live, options)
  const finalizers = finalizersFor(live.metadata, options.propagation)
  const graceSeconds = kind.resource === 'pods' ? graceOf(live as Pod, options.gracePeriodSeconds) : 0
  const waits = finalizers.length > 0 || graceSeconds > 0 || kind.resource === 'namespaces'
  if (!waits) return { object: remove(plane, kind.resource, live), gone: true }
  return { object: markDeleted(plane, kind, live, finalizers, graceSeconds), gone: false }
}

/** Takes an object out for good once nothing holds it back any more; otherwise hands it back. */
export function finishDeletion(plane: ControlPlane, kind: Kind, object: KubeObject): KubeObject {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata
  if (!deletionTimestamp || finalizers?.length || kind.resource === 'namespaces') return object
  if (kind.resource === 'pods' && deletionGracePeriodSeconds) return object
  return remove(plane, kind.resource, object)
}

export function removeAs(plane: ControlPlane, resource: Resource, live: KubeObject, propagation?: Propagation): void {
  deleteObject(plane, kindOf(resource), live, { propagation: propagation ?? 'Background' })
}

/** Removes one finalizer, and the object with it when that was the last thing that held it. */
export function dropFinalizer(plane: ControlPlane, resource: Resource, live: KubeObject, finalizer: string): void {
  if (!live.metadata.finalizers?.includes(finalizer)) return
  const finalizers = live.metadata.finalizers.filter((each) => each !== finalizer)
  const metadata = { ...live.metadata, finalizers }
  if (finalizers.length === 0) delete (metadata as Partial<Metadata>).finalizers
  const stored = plane.store.put(resource, { ...live, metadata } as never)
  finishDeletion(plane, kindOf(resource), stored)
}

export function remove(plane: ControlPlane, resource: Resource, object: KubeObject): KubeObject {
  if (resource === 'services') plane.addresses.services.release((object as Service).spec?.clusterIP)
  if (resource === 'pods') plane.addresses.pods.release((object as Pod).status?.podIP)
  return plane.store.remove(resource, object)
}

function assertPreconditions(kind: Kind, { metadata }: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
  if (uid !== undefined && uid !== metadata.uid) {
    const message = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`
    throw preconditionFailed(kind, metadata.name, message)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const message = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`
    throw preconditionFailed(kind, metadata.name, message)
  }
}

function finalizersFor(metadata: Metadata, propagation: Propagation | undefined): string[] {
  const wanted = propagation && propagationFinalizers[propagation]
  const kept = metadata.finalizers ?? []
  return wanted && !kept.includes(wanted) ? [...kept, wanted] : kept
}

/** A pod that no kubelet has, and one that has ended, needs no time to stop. */
function graceOf(pod: Pod, asked: number | undefined): number {
  if (!pod.spec?.nodeName || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return 0
  return Math.max(0, asked ?? pod.spec.terminationGracePeriodSeconds ?? 30)
}

function markDeleted(
  plane: ControlPlane,
  kind: Kind,
  live: KubeObject,
  finalizers: string[],
  graceSeconds: number,
): KubeObject {
  const already = live.metadata.deletionTimestamp
  const unchanged = already && finalizers.length === (live.metadata.finalizers?.length ?? 0)
  if (unchanged && graceSeconds >= (live.metadata.deletionGracePeriodSeconds ?? 0)) return live
  const metadata: Metadata = { ...live.metadata }
  if (finalizers.length > 0) metadata.finalizers = finalizers
  metadata.deletionTimestamp = secondsOf(new Date(plane.clock.now().getTime() + graceSeconds * 1_000))
  if (kind.resource !== 'namespaces') metadata.deletionGracePeriodSeconds = graceSeconds
  if (kind.hasGeneration) metadata.generation = (metadata.generation ?? 1) + 1
  const status = kind.resource === 'namespaces' ? { status: { ...(live.status as object), phase: 'Terminating' } } : {}
  return plane.store.put(kind.resource, { ...live, ...status, metadata } as never)
}
