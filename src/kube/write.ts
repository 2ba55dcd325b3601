import { query } from './query'
import { collectionOf, type Deployment, pathOf, type Resource, type StatefulSet } from './resources'
import type { Transport } from './transport'
import type { KubeObject, Manifest, Ref } from './types'

const fieldManager = 'minispod'
const fieldValidation = 'Strict'

export interface CallOptions {
  signal?: AbortSignal
  timeoutMs?: number
}

export interface WriteOptions extends CallOptions {
  /** Everything is checked and answered, nothing is kept. */
  dryRun?: boolean
}

export interface ApplyOptions extends WriteOptions {
  /** Takes over fields that another manager owns, instead of failing with a conflict. */
  force?: boolean
}

export type Scalable = Deployment | StatefulSet

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
    path: pathOf(resource, manifest.metadata) + query({ ...writing(options), force }),
    verb: 'apply',
    resource: resource.plural,
    body: bodyOf(resource, manifest),
    contentType: 'application/apply-patch+yaml',
    idempotent: true,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  })
}

export function create<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  manifest: Manifest<T>,
  options: WriteOptions = {},
): Promise<T> {
  return transport.json<T>({
    method: 'POST',
    path: collectionOf(resource, manifest.metadata.namespace) + query(writing(options)),
    verb: 'create',
    resource: resource.plural,
    body: bodyOf(resource, manifest),
    idempotent: false,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  })
}

/** Puts the whole object in place; with a `resourceVersion` in its metadata only over that version. */
export function replace<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  manifest: Manifest<T>,
  options: WriteOptions = {},
): Promise<T> {
  return transport.json<T>({
    method: 'PUT',
    path: pathOf(resource, manifest.metadata) + query(writing(options)),
    verb: 'replace',
    resource: resource.plural,
    body: bodyOf(resource, manifest),
    idempotent: false,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  })
}

/** JSON merge patch: null removes a field, a list is put in whole. */
export function mergePatch<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  ref: Ref,
  patch: object,
  options: WriteOptions = {},
): Promise<T> {
  return patchAt<T>(transport, resource.plural, 'patch', pathOf(resource, ref), patch, options)
}

/** Sets the replicas and answers with the number now wanted. */
export async function scale<T extends Scalable>(
  transport: Transport,
  resource: Resource<T>,
  ref: Ref,
  replicas: number,
  options: WriteOptions = {},
): Promise<number> {
  const path = `${pathOf(resource, ref)}/scale`
  const answer = await patchAt<{ spec?: { replicas?: number } }>(
    transport,
    resource.plural,
    'scale',
    path,
    { spec: { replicas } },
    options,
  )
  return answer.spec?.replicas ?? 0
}

function patchAt<T>(
  transport: Transport,
  resource: string,
  verb: string,
  path: string,
  patch: object,
  options: WriteOptions,
): Promise<T> {
  return transport.json<T>({
    method: 'PATCH',
    path: path + query(writing(options)),
    verb,
    resource,
    body: JSON.stringify(patch),
    contentType: 'application/merge-patch+json',
    idempotent: true,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  })
}

function writing(options: WriteOptions) {
  return { fieldManager, fieldValidation, dryRun: options.dryRun === true ? 'All' : undefined }
}

function bodyOf<T extends KubeObject>(resource: Resource<T>, manifest: Manifest<T>): string {
  return JSON.stringify({ apiVersion: resource.apiVersion, kind: resource.kind, ...manifest })
}
