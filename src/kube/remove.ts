import { isKubeError } from './errors'
import { pathOf, type Resource } from './resources'
import type { CallOptions, Transport } from './transport'
import type { KubeObject, Ref } from './types'

export interface RemoveOptions extends CallOptions {
  propagation?: 'Foreground' | 'Background' | 'Orphan'
}

/**
 * Asks for the deletion; finalizers, owned objects and grace may keep the object for a while after the answer. Content with
 * an object that is gone already; says whether there was one.
 */
export async function remove<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  ref: Ref,
  { propagation, signal, timeoutMs }: RemoveOptions = {},
): Promise<boolean> {
  try {
    await transport.text({
      method: 'DELETE',
      path: pathOf(resource, ref),
      verb: 'delete',
      resource: resource.plural,
      body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: propagation }),
      idempotent: true,
      signal,
      timeoutMs,
    })
    return true
  } catch (fault) {
    if (isKubeError(fault, 'not-found')) return false
    throw fault
  }
}
