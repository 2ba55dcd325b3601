import { applyConfiguration } from '../apply/managed-fields'
import { badRequest, invalid, notFound, type StatusError, unsupportedMediaType } from '../errors'
import type { Kind } from '../kinds'
import { decodeApplied, decodeObject } from '../schema/decode'
import { schemaOf } from '../schema/schema'
import type { DraftObject, JsonObject, KubeObject } from '../types'
import { createObject } from '../writes/create'
import { updateObject } from '../writes/update'
import { parseConfiguration, parseJsonObject, readText, readYaml } from './body'
import { answer, type Call, fieldValidation, isDryRun, writerOf } from './call'
import { jsonPatch, mergePatch } from './patch'
import { strategicMerge } from './strategic-merge'

export async function createFromRequest(call: Call): Promise<Response> {
  const draft = await readObject(call)
  const made = createObject(call.plane, call.kind, draft, { writer: writerOf(call), dryRun: isDryRun(call) })
  return answer(made, 201)
}

export async function replaceFromRequest(call: Call): Promise<Response> {
  const draft = await readObject(call)
  const live = getLive(call)
  const status = call.path.subresource === 'status'
  const options = { writer: writerOf(call), dryRun: isDryRun(call), status }
  return answer(updateObject(call.plane, call.kind, live, draft, options))
}

export async function patchFromRequest(call: Call): Promise<Response> {
  const type = mediaType(call.request)
  if (!type.startsWith('application/') || !patchTypes.includes(type)) {
    throw unsupportedMediaType('415: Unsupported Media Type', {})
  }
  const text = await readText(call.request)
  if (type === 'application/apply-patch+yaml') return answerApply(call, await parseConfiguration(text))
  const live = getLive(call)
  const draft = patched(call.kind, live, type, text)
  if ((draft.metadata as { name?: string } | undefined)?.name !== live.metadata.name) {
    throw badRequest('the name of the object does not match the name on the URL')
  }
  const status = call.path.subresource === 'status'
  const decoded = decodeObject(call.kind, draft as DraftObject, fieldValidation(call))
  const options = { writer: writerOf(call), dryRun: isDryRun(call), status }
  return answer(updateObject(call.plane, call.kind, live, decoded, options))
}

const patchTypes = [
  'application/apply-patch+yaml',
  'application/merge-patch+json',
  'application/json-patch+json',
  'application/strategic-merge-patch+json',
]

function patched(kind: Kind, live: KubeObject, type: string, text: string): JsonObject {
  if (type === 'application/json-patch+json') return jsonPatch(live, readJson(text))
  const patch = parseJsonObject(text, (problem) => `error decoding patch: ${problem}`)
  if (type === 'application/merge-patch+json') return mergePatch(live, patch) as JsonObject
  return strategicMerge(live, patch, schemaOf(kind.kind)) as JsonObject
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest('error decoding patch: unexpected end of JSON input')
  }
}

function answerApply(call: Call, body: JsonObject): Response {
  const { plane, kind, query, path } = call
  const manager = query.get('fieldManager')
  if (!manager) throw managerRequired()
  const config = decodeApplied(kind, checkedConfiguration(call, body))
  if (kind.resource === 'secrets') encodeStrings(config)
  const live = plane.store.find(kind.resource, path.namespace, path.name) as KubeObject | undefined
  const writer = writerOf(call)
  const force = query.get('force') === 'true' || query.get('force') === '1'
  const dryRun = isDryRun(call)
  if (path.subresource === 'status') {
    if (!live) throw notFound(kind, path.name)
    const draft = mergePatch(live, { status: config.status }) as DraftObject
    return answer(updateObject(plane, kind, live, draft, { writer, dryRun, status: true }))
  }
  const applied = applyConfiguration(kind, live, config, writer, force)
  if (!live) return answer(createObject(plane, kind, applied.object, { applied, dryRun }), 201)
  if (config.metadata.resourceVersion) applied.object.metadata.resourceVersion = config.metadata.resourceVersion
  return answer(updateObject(plane, kind, live, applied.object, { applied, dryRun }))
}

/** The API server owns what stringData becomes, so an apply of it is an apply of data. */
function encodeStrings(config: DraftObject): void {
  const plain = config.stringData as Record<string, string> | undefined
  if (!plain) return
  const encoded = Object.entries(plain).map(([key, value]) => [key, Buffer.from(value).toString('base64')])
  config.data = { ...(config.data as object | undefined), ...Object.fromEntries(encoded) }
  delete config.stringData
}

const managerRequired = (): StatusError =>
  invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
    { reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' },
  ])

function checkedConfiguration(call: Call, body: JsonObject): DraftObject {
  const { kind, path } = call
  if (body.kind !== kind.kind || body.apiVersion !== kind.apiVersion) {
    throw badRequest(`invalid object type: ${String(body.apiVersion ?? '/')}, Kind=${String(body.kind ?? '')}`)
  }
  const draft = withMetadata(body)
  if (draft.metadata.managedFields?.length) throw badRequest('metadata.managedFields must be nil')
  draft.metadata.name ??= path.name
  if (draft.metadata.name !== path.name) throw badRequest(nameMismatch(draft.metadata.name, path.name))
  assertNamespace(call, draft)
  return draft
}

const nameMismatch = (given: string, wanted: string): string =>
  `the name of the object (${given}) does not match the name on the URL (${wanted})`

/** A create's or replace's body: of the right kind and place, without fields nobody knows. */
async function readObject(call: Call): Promise<DraftObject> {
  const { kind, path, request } = call
  const type = mediaType(request)
  if (type !== 'application/json' && type !== 'application/yaml') throw unsupportedMediaType(acceptedTypes)
  const text = await readText(request)
  const body =
    type === 'application/yaml'
      ? await readYaml(text)
      : parseJsonObject(text, (problem) => unrecognized(kind, problem, text))
  if ((body.kind ?? kind.kind) !== kind.kind || (body.apiVersion ?? kind.apiVersion) !== kind.apiVersion) {
    throw badRequest(
      `${String(body.kind)} in version "${String(body.apiVersion)}" cannot be handled as a ${kind.kind}: converting (${String(body.kind)}) to (${kind.kind}): unknown conversion`,
    )
  }
  const draft = decodeObject(kind, withMetadata(body), fieldValidation(call))
  if (path.name && draft.metadata.name && draft.metadata.name !== path.name) {
    throw badRequest(nameMismatch(draft.metadata.name, path.name))
  }
  assertNamespace(call, draft)
  return draft
}

function assertNamespace({ kind, path }: Call, draft: DraftObject): void {
  if (!kind.namespaced) return
  const given = draft.metadata.namespace
  if (given && given !== path.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  draft.metadata.namespace = path.namespace
}

function withMetadata(body: JsonObject): DraftObject {
  const metadata = body.metadata ?? {}
  if (typeof metadata !== 'object' || Array.isArray(metadata)) throw badRequest('metadata must be an object')
  body.metadata = metadata
  return body as DraftObject
}

const acceptedTypes =
  'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf'

const unrecognized = (kind: Kind, problem: string, text: string): string =>
  `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: ${problem} (${JSON.stringify(text.slice(0, 30)).slice(1, -1)} ...)`

export const mediaType = (request: Request): string =>
  (request.headers.get('content-type') ?? 'application/json').split(';')[0]!.trim()

export function getLive({ plane, kind, path }: Call): KubeObject {
  const live = plane.store.find(kind.resource, path.namespace, path.name)
  if (!live) throw notFound(kind, path.name)
  return live as KubeObject
}
