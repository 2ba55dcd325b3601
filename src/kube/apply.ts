import { query } from './query'
import { pathOf, type Resource } from './resources'
import type { CallOptions, Transport } from './transport'
import type { KubeObject, Manifest } from './types'

const fieldManager = 'minispod'
const fieldValidation = 'Strict'

export interface ApplyOptions extends CallOptions {
  /** Takes over fields that another manager owns, instead of failing with a conflict. */
  force?: boolean
}

/** Server-side apply: what the manifest names becomes so, what it named before and no longer does is removed. */
export function apply<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  manifest: Manifest<T>,
  options: ApplyOptions = {},
): Promise<T> {
  const force = options.force === true ? true : undefined
  return transport.json<T>({
    method: 'PATCH',
    path: pathOf(resource, manifest.metadata) + query({ fieldManager, fieldValidation, force }),
    verb: 'apply',
    resource: resource.plural,
    body: JSON.stringify({ apiVersion: resource.apiVersion, kind: resource.kind, ...manifest }),
    contentType: 'application/apply-patch+yaml',
    idempotent: true,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  })
}
