import { isKubeError } from './errors'
import { pathOf, type Resource } from './resources'
import type { Transport } from './transport'
import type { KubeObject, Ref } from './types'
import type { CallOptions } from './write'

export function get<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  ref: Ref,
  options: CallOptions = {},
): Promise<T> {
  return transport.json<T>({
    method: 'GET',
    path: pathOf(resource, ref),
    verb: 'get',
    resource: resource.plural,
    idempotent: true,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  })
}

export async function find<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  ref: Ref,
  options: CallOptions = {},
): Promise<T | undefined> {
  try {
    return await get(transport, resource, ref, options)
  } catch (fault) {
    if (isKubeError(fault, 'not-found')) return undefined
    throw fault
  }
}
