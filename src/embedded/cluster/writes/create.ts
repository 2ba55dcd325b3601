import { assertAdmitted, completeNew, getLivingNamespace, giveAddresses } from '../admission'
import { type Applied, trackUpdate, type Writer } from '../apply/managed-fields'
import type { ControlPlane } from '../control-plane'
import { applyDefaults } from '../defaults'
import { alreadyExists } from '../errors'
import { type Kind, kindOf, type ObjectTypes, type Resource } from '../kinds'
import { generatedName } from '../naming'
import type { DraftObject, KubeObject } from '../types'
import { assertValid } from '../validation'

interface CreateOptions {
  /** Who is to be noted as the fields' owner; controllers leave it out and own nothing. */
  writer?: Writer
  applied?: Applied
}

/** Takes a decoded object through defaults, admission and validation into the store. */
export function createObject(
  plane: ControlPlane,
  kind: Kind,
  draft: DraftObject,
  options: CreateOptions = {},
): KubeObject {
  const object = stamped(plane, kind, draft)
  const { name, namespace = '' } = object.metadata
  if (name && plane.store.find(kind.resource, namespace, name)) throw alreadyExists(kind, name)
  const home = kind.namespaced ? getLivingNamespace(plane, kind, object) : undefined
  applyDefaults(kind.resource, object)
  completeNew(plane, kind, object, home)
  assertValid(kind, object)
  assertAdmitted(plane, kind, object)
  if (kind.resource === 'services') giveAddresses(plane, object)
  if (options.applied) object.metadata.managedFields = options.applied.managedFields
  else if (options.writer) object.metadata.managedFields = trackUpdate(kind, undefined, object, options.writer)
  return plane.store.put(kind.resource, object as never)
}

/** What a controller creates: the same way in, for an object that it knows to be well formed. */
export function createAs<R extends Resource>(plane: ControlPlane, resource: R, draft: DraftObject): ObjectTypes[R] {
  return createObject(plane, kindOf(resource), draft) as ObjectTypes[R]
}

function stamped(plane: ControlPlane, kind: Kind, draft: DraftObject): DraftObject {
  const {
    resourceVersion: _version,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    ...given
  } = draft.metadata
  const { status, ...rest } = draft
  const object: DraftObject = {
    ...rest,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { ...given, uid: crypto.randomUUID(), creationTimestamp: plane.timestamp() },
  }
  if (kind.namespaced) object.metadata.namespace = draft.metadata.namespace
  else delete object.metadata.namespace
  if (!object.metadata.name && object.metadata.generateName) {
    object.metadata.name = generatedName(object.metadata.generateName)
  }
  if (kind.hasGeneration) object.metadata.generation = 1
  else delete object.metadata.generation
  // A status is not taken from a client, except of nodes and volumes, which nobody else here could report.
  if (status && !statusReset.has(kind.resource)) object.status = status
  return object
}

const statusReset = new Set<Resource>([
  ...(['namespaces', 'pods', 'persistentvolumeclaims', 'services', 'resourcequotas'] as const),
  ...(['deployments', 'replicasets', 'ingresses'] as const),
])
