import { isKubeError } from './errors'
import { pathOf, type Resource } from './resources'
import type { Transport } from './transport'
import type { KubeObject, Ref } from './types'
import type { WriteOptions } from './write'

export interface DeleteOptions extends WriteOptions {
  /** Preconditions: a conflict where the object is another one by now. */
  uid?: string
  resourceVersion?: string
  propagation?: 'Foreground' | 'Background' | 'Orphan'
  gracePeriodSeconds?: number
}

/** Asks for the deletion; finalizers, owned objects and grace may keep the object for a while after the answer. */
export async function deleteObject<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  ref: Ref,
  options: DeleteOptions = {},
): Promise<void> {
  const { uid, resourceVersion, propagation, gracePeriodSeconds } = options
  await transport.text({
    method: 'DELETE',
    path: pathOf(resource, ref),
    verb: 'delete',
    resource: resource.plural,
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      // Beside a body, the API server does not look at the query.
      dryRun: options.dryRun === true ? ['All'] : undefined,
      gracePeriodSeconds,
      propagationPolicy: propagation,
      preconditions: uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion },
    }),
    idempotent: true,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  })
}

/** Like delete, and content with an object that is gone already; says whether there was one. */
export async function remove<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  ref: Ref,
  options: DeleteOptions = {},
): Promise<boolean> {
  try {
    await deleteObject(transport, resource, ref, options)
    return true
  } catch (fault) {
    if (isKubeError(fault, 'not-found')) return false
    throw fault
  }
}
