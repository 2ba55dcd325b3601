import { type Cause, StatusError } from '../errors'
import type { Kind } from '../kinds'
import { schemaOf } from '../schema/schema'
import type { DraftObject, FieldTree, KubeObject, ManagedFieldsEntry } from '../types'
import { compare, type Difference } from './compare'
import { DuplicateItemError, fieldsOf, intern, intersect, leaf, pathsOf, subtract, union } from './field-tree'
import { merge, prune } from './merge'

export interface Writer {
  manager: string
  subresource?: string
  now: string
}

const maxManagers = 32

/** Fields nobody owns: the server's own, and what names the object. */
const unowned: FieldTree = {
  'f:apiVersion': leaf,
  'f:kind': leaf,
  'f:metadata': Object.fromEntries([
    ['.', leaf],
    ...[
      ...['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink'],
      ...['deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields'],
    ].map((field) => [`f:${field}`, leaf] as const),
  ]),
}

/** The outcome of a server-side apply before defaults: the merged object and who owns what in it. */
export interface Applied {
  object: DraftObject
  managedFields: ManagedFieldsEntry[]
}

export function applyConfiguration(
  kind: Kind,
  live: KubeObject | undefined,
  config: DraftObject,
  writer: Writer,
  force: boolean,
): Applied {
  const schema = schemaOf(kind.kind)
  const entries = live?.metadata.managedFields ?? []
  const own = entries.find((entry) => isEntryOf(entry, writer, 'Apply'))
  const others = entries.filter((entry) => entry !== own)
  const wanted = appliedFields(kind, config)
  let object = (live ? merge(live, withoutServerFields(config), schema) : config) as DraftObject
  const dropped = others.reduce<FieldTree | undefined>(
    (rest, entry) => subtract(rest, entry.fieldsV1),
    subtract(own?.fieldsV1, wanted),
  )
  if (live && dropped) object = prune(object, dropped, schema) as DraftObject
  const difference = live ? compare(live, object, schema) : {}
  if (!force) assertNoConflicts(others, difference)
  const entry: ManagedFieldsEntry = own && own.fieldsV1 === wanted ? own : newEntry('Apply', kind, writer, wanted)
  const kept = others.flatMap((other) => shrink(other, union(difference.changed, difference.removed)))
  return { object, managedFields: [...(isEmpty(wanted) ? [] : [entry]), ...kept] }
}

/** Who owns what after a create, update or patch that was not an apply. */
export function trackUpdate(
  kind: Kind,
  before: KubeObject | undefined,
  after: DraftObject,
  writer: Writer,
): ManagedFieldsEntry[] | undefined {
  const { changed, removed } = compare(before ?? {}, after, schemaOf(kind.kind))
  const gained = subtract(changed, unowned)
  const entries = before?.metadata.managedFields ?? []
  if (!gained && !removed) return entries.length > 0 ? entries : undefined
  const own = entries.find((entry) => isEntryOf(entry, writer, 'Update'))
  const moved = union(gained, removed)
  const kept = entries.flatMap((entry) => (entry === own ? [] : shrink(entry, moved)))
  const fields = union(subtract(own?.fieldsV1, removed), gained)
  if (fields && !isEmpty(fields)) kept.push(newEntry('Update', kind, writer, intern(fields)))
  return kept.slice(-maxManagers)
}

function appliedFields(kind: Kind, config: DraftObject): FieldTree {
  try {
    const fields = fieldsOf(config, schemaOf(kind.kind), false)
    const reset = kind.hasStatus ? { ...unowned, 'f:status': fields['f:status'] ?? leaf } : unowned
    return intern(subtract(fields, reset) ?? leaf)
  } catch (error) {
    if (!(error instanceof DuplicateItemError)) throw error
    const key = error.message
      .slice(2)
      .replaceAll(/[{}]/g, '')
      .replaceAll(/"(\w+)":/g, '$1=')
    throw new StatusError(500, undefined, `failed to create typed patch object: duplicate entries for key [${key}]`)
  }
}

/** What a configuration can't set: identity stays the live object's, status has its own door. */
function withoutServerFields(config: DraftObject): DraftObject {
  const { status: _status, ...rest } = config
  const {
    uid: _uid,
    resourceVersion: _version,
    managedFields: _managed,
    creationTimestamp: _made,
    ...metadata
  } = rest.metadata
  delete metadata.generation
  return { ...rest, metadata } as DraftObject
}

function assertNoConflicts(others: ManagedFieldsEntry[], { changed }: Difference): void {
  if (!changed) return
  const causes: Cause[] = []
  for (const entry of others) {
    const contested = intersect(entry.fieldsV1, changed)
    if (!contested) continue
    for (const field of pathsOf(contested))
      causes.push({ reason: 'FieldManagerConflict', message: owner(entry), field })
  }
  if (causes.length === 0) return
  const listed = causes.map((cause) => `${cause.message}: ${cause.field}`)
  const text =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${listed[0]}`
      : `Apply failed with ${causes.length} conflicts: ${grouped(causes)}`
  throw new StatusError(409, 'Conflict', text, { causes })
}

function grouped(causes: Cause[]): string {
  const byOwner = Map.groupBy(causes, (cause) => cause.message)
  return [...byOwner].map(([who, list]) => `${who}:\n${list.map((cause) => `- ${cause.field}`).join('\n')}`).join('\n')
}

const owner = ({ manager, subresource, apiVersion }: ManagedFieldsEntry): string =>
  `conflict with "${manager}"${subresource ? ` with subresource "${subresource}"` : ''} using ${apiVersion}`

function shrink(entry: ManagedFieldsEntry, gone: FieldTree | undefined): ManagedFieldsEntry[] {
  if (!gone || !intersect(entry.fieldsV1, gone)) return [entry]
  const fieldsV1 = subtract(entry.fieldsV1, gone)
  return fieldsV1 && !isEmpty(fieldsV1) ? [{ ...entry, fieldsV1: intern(fieldsV1) }] : []
}

const isEmpty = (tree: FieldTree): boolean => Object.keys(tree).every((key) => key === '.')

const isEntryOf = (entry: ManagedFieldsEntry, writer: Writer, operation: string): boolean =>
  entry.operation === operation && entry.manager === writer.manager && entry.subresource === writer.subresource

const newEntry = (
  operation: 'Apply' | 'Update',
  kind: Kind,
  { manager, subresource, now }: Writer,
  fieldsV1: FieldTree,
): ManagedFieldsEntry => ({
  manager,
  operation,
  apiVersion: kind.apiVersion,
  time: now,
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource ? { subresource } : {}),
})
