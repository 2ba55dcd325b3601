import type { KubeObject } from '../kube'

type Meta = KubeObject['metadata']

const ownManager = 'minispod'
/** Storage controllers write their part of a claim's spec themselves, and the rest of it can't be changed. */
const writtenByControllers: ReadonlySet<string> = new Set(['PersistentVolumeClaim'])

/**
 * A fingerprint of the fields that the API server holds to be ours. Another hand that changes or removes one of them takes
 * it from us, whatever the kind: not every kind counts generations.
 */
export function ownedFieldsOf({ managedFields }: Meta): string {
  const own = managedFields?.find(isOwn)
  return own ? Bun.hash(JSON.stringify(own.fieldsV1 ?? null)).toString(36) : ''
}

/** Whether somebody else than us has written what an object shall be, or taken our fields altogether. */
export function isTouchedByOthers(kind: string, { managedFields }: Meta): boolean {
  if (!managedFields || writtenByControllers.has(kind)) return false
  return managedFields.some(
    (entry) => !isOwn(entry) && entry.subresource !== 'status' && writesContent(entry.fieldsV1 as object | undefined),
  )
}

const isOwn = ({ manager, operation }: { manager?: string; operation?: string }): boolean =>
  manager === ownManager && operation === 'Apply'

const writesContent = (fields: object | undefined): boolean =>
  fields !== undefined && ('f:spec' in fields || 'f:data' in fields)
