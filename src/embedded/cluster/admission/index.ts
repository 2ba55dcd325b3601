import type { ControlPlane } from '../control-plane'
import { badRequest, forbidden, notFound } from '../errors'
import { type Kind, kindOf } from '../kinds'
import { nanoOf } from '../quantity'
import type { Claim, ClaimSpec, DraftObject, IngressSpec, KubeObject, Namespace, Service, ServiceSpec } from '../types'
import { assertClaimWithinLimits } from './limit-range'
import { admitPod } from './pod'
import { assertWithinQuota } from './quota'

const defaultClass = 'storageclass.kubernetes.io/is-default-class'
const defaultIngressClass = 'ingressclass.kubernetes.io/is-default-class'

/** The namespace an object is to be created in: it must be there and not on its way out. */
export function getLivingNamespace(plane: ControlPlane, kind: Kind, object: DraftObject): Namespace {
  const name = object.metadata.namespace ?? ''
  const namespace = plane.store.find('namespaces', '', name)
  if (!namespace) throw notFound(kindOf('namespaces'), name)
  if (!namespace.metadata.deletionTimestamp) return namespace
  const message = `unable to create new content in namespace ${name} because it is being terminated`
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${name} is being terminated`,
    field: 'metadata.namespace',
  }
  throw forbidden(kind, object.metadata.name, message, [cause])
}

/** Completes a new object from what the cluster offers; quota comes last, in `assertAdmitted`. */
export function completeNew(plane: ControlPlane, kind: Kind, object: DraftObject, namespace?: Namespace): void {
  if (kind.resource === 'pods') admitPod(plane, namespace!, object)
  else if (kind.resource === 'namespaces') {
    const labels = { 'kubernetes.io/metadata.name': object.metadata.name!, ...object.metadata.labels }
    object.metadata.labels = labels
  } else if (kind.resource === 'persistentvolumeclaims') completeClaim(plane, object)
  else if (kind.resource === 'persistentvolumes') addFinalizer(object, 'kubernetes.io/pv-protection')
  else if (kind.resource === 'ingresses') completeIngress(plane, object)
  if (kind.resource === 'services' || kind.resource === 'ingresses') object.status = { loadBalancer: {} }
  else if (kind.resource === 'replicasets') object.status = { replicas: 0 }
  else if (kind.hasStatus) object.status ??= {}
}

export function assertAdmitted(plane: ControlPlane, kind: Kind, object: DraftObject, live?: KubeObject): void {
  if (kind.resource === 'persistentvolumeclaims') {
    assertClaimWithinLimits(plane, object)
    if (live) assertGrowable(plane, object, live as Claim)
  }
  assertWithinQuota(plane, kind, object, live)
}

/** Gives a Service its address: after validation, because it is handed out for good. */
export function giveAddresses(plane: ControlPlane, object: DraftObject, live?: KubeObject): void {
  const spec = object.spec as ServiceSpec
  if (spec.type === 'ExternalName') return
  const before = (live as Service | undefined)?.spec
  if (!spec.clusterIP) spec.clusterIP = before?.clusterIP ?? plane.addresses.services.take()
  else if (spec.clusterIP !== 'None') plane.addresses.services.claim(spec.clusterIP)
  if (!spec.clusterIP) throw badRequest('no more service addresses')
  spec.clusterIPs ??= [spec.clusterIP]
}

function completeClaim(plane: ControlPlane, object: DraftObject): void {
  const spec = (object.spec ?? {}) as ClaimSpec
  if (spec.storageClassName === undefined) {
    const found = plane.store
      .list('storageclasses')
      .find((each) => each.metadata.annotations?.[defaultClass] === 'true')
    if (found) spec.storageClassName = found.metadata.name
  }
  addFinalizer(object, 'kubernetes.io/pvc-protection')
  object.status = { phase: 'Pending' }
}

function completeIngress(plane: ControlPlane, object: DraftObject): void {
  const spec = (object.spec ?? {}) as IngressSpec
  if (spec.ingressClassName !== undefined || object.metadata.annotations?.['kubernetes.io/ingress.class']) return
  const classes = plane.store.list('ingressclasses')
  const found = classes.find((each) => each.metadata.annotations?.[defaultIngressClass] === 'true')
  if (found) spec.ingressClassName = found.metadata.name
}

function addFinalizer(object: DraftObject, finalizer: string): void {
  const { metadata } = object
  if (!metadata.finalizers?.includes(finalizer)) metadata.finalizers = [...(metadata.finalizers ?? []), finalizer]
}

function assertGrowable(plane: ControlPlane, object: DraftObject, live: Claim): void {
  const wanted = nanoOf((object.spec as ClaimSpec).resources?.requests?.storage)
  if (wanted <= nanoOf(live.spec?.resources?.requests?.storage)) return
  const storageClass = plane.store.find('storageclasses', '', live.spec?.storageClassName ?? '')
  if (storageClass?.allowVolumeExpansion) return
  const message =
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'
  throw forbidden(kindOf('persistentvolumeclaims'), live.metadata.name, message)
}
