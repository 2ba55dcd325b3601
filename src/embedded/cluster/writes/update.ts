import { assertAdmitted, giveAddresses } from '../admission'
import { equal } from '../apply/compare'
import { type Applied, trackUpdate, type Writer } from '../apply/managed-fields'
import type { ControlPlane } from '../control-plane'
import { applyDefaults } from '../defaults'
import { modified, StatusError } from '../errors'
import { type Kind, type ObjectTypes, qualifiedResource, type Resource } from '../kinds'
import type { DraftObject, KubeObject, Metadata } from '../types'
import { assertValid } from '../validation'
import { finishDeletion } from './delete'

interface UpdateOptions {
  writer?: Writer
  applied?: Applied
  /** Only the status is taken from the new version. */
  status?: boolean
}

/** Replaces a live object by a client's version of it. Nothing is stored when nothing changed. */
export function updateObject(
  plane: ControlPlane,
  kind: Kind,
  live: KubeObject,
  wanted: DraftObject,
  options: UpdateOptions = {},
): KubeObject {
  assertSameObject(kind, live, wanted)
  const next = options.status ? withStatus(live, wanted) : withDesired(kind, live, wanted)
  if (!options.status) {
    applyDefaults(kind.resource, next)
    if (kind.resource === 'services') giveAddresses(plane, next, live)
    assertValid(kind, next, live)
    assertAdmitted(plane, kind, next, live)
    if (kind.hasGeneration && !equal(live.spec, next.spec))
      next.metadata.generation = (live.metadata.generation ?? 1) + 1
  }
  const managedFields =
    options.applied?.managedFields ?? (options.writer && trackUpdate(kind, live, next, options.writer))
  if (managedFields) next.metadata.managedFields = managedFields
  if (isUnchanged(live, next)) return live
  const stored = plane.store.put(kind.resource, next as never) as KubeObject
  return finishDeletion(plane, kind, stored)
}

/** A controller's change of its own object: no validation, no owners, no new version when nothing changed. */
export function changeObject<R extends Resource>(
  plane: ControlPlane,
  resource: R,
  live: ObjectTypes[R],
  change: { metadata?: Partial<Metadata>; spec?: object; status?: object; [field: string]: unknown },
): ObjectTypes[R] {
  const next = { ...live, ...change, metadata: { ...live.metadata, ...change.metadata } } as ObjectTypes[R]
  if (change.spec && live.metadata.generation !== undefined && !equal(live.spec, change.spec)) {
    next.metadata.generation = live.metadata.generation + 1
  }
  return equal(live, next) ? live : plane.store.put(resource, next)
}

export function changeStatus<R extends Resource>(
  plane: ControlPlane,
  resource: R,
  live: ObjectTypes[R],
  status: object,
): ObjectTypes[R] {
  return equal(live.status, status) ? live : plane.store.put(resource, { ...live, status } as ObjectTypes[R])
}

function assertSameObject(kind: Kind, live: KubeObject, { metadata }: DraftObject): void {
  if (metadata.resourceVersion && metadata.resourceVersion !== live.metadata.resourceVersion) {
    throw modified(kind, live.metadata.name)
  }
  if (metadata.uid && metadata.uid !== live.metadata.uid) {
    const problem = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${live.metadata.uid}`
    const message = `Operation cannot be fulfilled on ${qualifiedResource(kind)} "${live.metadata.name}": ${problem}`
    throw new StatusError(409, 'Conflict', message, { name: live.metadata.name, kind: kind.resource })
  }
}

function withStatus(live: KubeObject, wanted: DraftObject): DraftObject {
  return { ...live, metadata: { ...live.metadata }, status: wanted.status ?? {} }
}

/** The client's version with what only the server sets taken from the live one. */
function withDesired(kind: Kind, { metadata: kept, status }: KubeObject, wanted: DraftObject): DraftObject {
  const { labels, annotations, finalizers, ownerReferences } = wanted.metadata
  const metadata: Partial<Metadata> = {
    name: kept.name,
    ...(kept.generateName === undefined ? undefined : { generateName: kept.generateName }),
    ...(kept.namespace === undefined ? undefined : { namespace: kept.namespace }),
    uid: kept.uid,
    resourceVersion: kept.resourceVersion,
    ...(kept.generation === undefined ? undefined : { generation: kept.generation }),
    creationTimestamp: kept.creationTimestamp,
    ...(kept.deletionTimestamp === undefined ? undefined : { deletionTimestamp: kept.deletionTimestamp }),
    ...(kept.deletionGracePeriodSeconds === undefined
      ? undefined
      : { deletionGracePeriodSeconds: kept.deletionGracePeriodSeconds }),
    ...(labels ? { labels } : undefined),
    ...(annotations ? { annotations } : undefined),
    ...(finalizers?.length ? { finalizers } : undefined),
    ...(ownerReferences?.length ? { ownerReferences } : undefined),
  }
  const next: DraftObject = { ...wanted, apiVersion: kind.apiVersion, kind: kind.kind, metadata }
  if (!kind.hasStatus || next.status === status) return next
  if (status === undefined) delete next.status
  else next.status = status
  return next
}

/** Times of owners' entries alone are no change. */
function isUnchanged(live: KubeObject, next: DraftObject): boolean {
  const { managedFields: before, ...liveMetadata } = live.metadata
  const { managedFields: after, ...nextMetadata } = next.metadata
  if (!equal(liveMetadata, nextMetadata)) return false
  for (const key of Object.keys(next)) if (key !== 'metadata' && !equal(live[key], next[key])) return false
  for (const key of Object.keys(live)) if (next[key] === undefined) return false
  if ((before?.length ?? 0) !== (after?.length ?? 0)) return false
  return (before ?? []).every((entry, index) => {
    const other = after![index]!
    return entry.manager === other.manager && equal(entry.fieldsV1, other.fieldsV1)
  })
}
