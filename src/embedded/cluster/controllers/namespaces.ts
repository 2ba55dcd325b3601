import type { ControlPlane } from '../control-plane'
import { kindOf, kinds } from '../kinds'
import type { KubeObject } from '../types'
import { createAs } from '../writes/create'
import { deleteObject, remove } from '../writes/delete'

const authority = `-----BEGIN CERTIFICATE-----
The embedded cluster speaks plain HTTP on the loopback interface and has no certificate authority.
-----END CERTIFICATE-----
`

/** A new namespace gets its default account; a deleted one goes once all that was in it has gone. */
export function reconcileNamespace(plane: ControlPlane, name: string): void {
  const namespace = plane.store.find('namespaces', '', name)
  if (!namespace) return
  if (!namespace.metadata.deletionTimestamp) {
    furnish(plane, name)
    return
  }
  let left = 0
  for (const { resource, namespaced } of kinds) {
    if (!namespaced) continue
    for (const object of plane.store.list(resource, name) as KubeObject[]) {
      if (object.metadata.deletionTimestamp) left++
      else if (!deleteObject(plane, kindOf(resource), object, { propagation: 'Background' }).gone) left++
    }
  }
  if (left === 0) remove(plane, 'namespaces', namespace)
}

function furnish(plane: ControlPlane, namespace: string): void {
  if (!plane.store.find('serviceaccounts', namespace, 'default')) {
    createAs(plane, 'serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace },
    })
  }
  const name = 'kube-root-ca.crt'
  if (plane.store.find('configmaps', namespace, name)) return
  const metadata = { name, namespace }
  createAs(plane, 'configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': authority } })
}
