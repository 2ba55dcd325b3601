import type { ControlPlane } from '../control-plane'
import { kindOf, type Resource } from '../kinds'
import type { ObjectRef } from '../store'
import type { KubeObject } from '../types'
import { deleteObject, dropFinalizer } from '../writes/delete'

const foreground = 'foregroundDeletion'
const orphan = 'orphan'

export const waitsForDependents = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (metadata.finalizers?.includes(foreground) || metadata.finalizers?.includes(orphan)) === true

/** Deletes what has lost all its owners, as the garbage collector does; `name` is the lost owner's uid. */
export function collectDependents(plane: ControlPlane, uid: string): void {
  for (const ref of plane.store.dependentsOf(uid)) {
    const object = findObject(plane, ref)
    const owners = object?.metadata.ownerReferences ?? []
    if (!object || object.metadata.deletionTimestamp) continue
    if (owners.some((owner) => plane.store.findByUid(owner.uid))) continue
    deleteObject(plane, kindOf(ref.resource), object, { propagation: 'Background' })
  }
}

/** Works on an owner that waits: in the foreground its dependents go first, orphans are let go. */
export function reconcileOwner(plane: ControlPlane, resource: Resource, namespace: string, name: string): void {
  const owner = findObject(plane, { resource, namespace, name })
  if (!owner || !waitsForDependents(owner)) return
  const dependents = plane.store.dependentsOf(owner.metadata.uid)
  if (owner.metadata.finalizers?.includes(orphan)) {
    for (const ref of dependents) letGo(plane, ref, owner.metadata.uid)
    dropFinalizer(plane, resource, owner, orphan)
    return
  }
  let blocking = 0
  for (const ref of dependents) {
    const object = findObject(plane, ref)
    const reference = object?.metadata.ownerReferences?.find((each) => each.uid === owner.metadata.uid)
    if (!object || !reference) continue
    if (reference.blockOwnerDeletion) blocking++
    if (object.metadata.deletionTimestamp) continue
    const deep = plane.store.dependentsOf(object.metadata.uid).length > 0
    deleteObject(plane, kindOf(ref.resource), object, { propagation: deep ? 'Foreground' : 'Background' })
    if (!findObject(plane, ref) && reference.blockOwnerDeletion) blocking--
  }
  if (blocking === 0) dropFinalizer(plane, resource, owner, foreground)
}

function letGo(plane: ControlPlane, ref: ObjectRef, uid: string): void {
  const object = findObject(plane, ref)
  if (!object) return
  const ownerReferences = object.metadata.ownerReferences?.filter((each) => each.uid !== uid)
  const metadata = { ...object.metadata, ownerReferences }
  if (!ownerReferences?.length) delete metadata.ownerReferences
  plane.store.put(ref.resource, { ...object, metadata } as never)
}

const findObject = (plane: ControlPlane, { resource, namespace, name }: ObjectRef): KubeObject | undefined =>
  plane.store.find(resource, namespace, name) as KubeObject | undefined
