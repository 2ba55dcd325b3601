import { applyConfiguration } from '../apply/managed-fields'
import { badRequest, invalid, notFound, type StatusError, unsupportedMediaType } from '../errors'
import type { Kind } from '../kinds'
import { decodeApplied, decodeObject } from '../schema/decode'
import type { DraftObject, JsonObject, KubeObject } from '../types'
import { createObject } from '../writes/create'
import { updateObject } from '../writes/update'
import { parseJsonObject, readText } from './body'
import { answer, type Call, fieldValidation, writerOf } from './call'
import { mergePatch } from './merge-patch'

const applyPatch = 'application/apply-patch+yaml'

export async function createFromRequest(call: Call): Promise<Response> {
  const draft = await readObject(call)
  const made = createObject(call.plane, call.kind, draft, { writer: writerOf(call) })
  return answer(made, 201)
}

export async function patchFromRequest(call: Call): Promise<Response> {
  const type = mediaType(call.request)
  if (type !== applyPatch && type !== 'application/merge-patch+json') {
    throw unsupportedMediaType('415: Unsupported Media Type', {})
  }
  const text = await readText(call.request)
  if (type === applyPatch) return answerApply(call, parseConfiguration(text))
  const live = getLive(call)
  const draft = mergePatch(
    live,
    parseJsonObject(text, (problem) => `error decoding patch: ${problem}`),
  ) as JsonObject
  if ((draft.metadata as { name?: string } | undefined)?.name !== live.metadata.name) {
    throw badRequest('the name of the object does not match the name on the URL')
  }
  const status = call.path.subresource === 'status'
  const decoded = decodeObject(call.kind, draft as DraftObject, fieldValidation(call))
  const options = { writer: writerOf(call), status }
  return answer(updateObject(call.plane, call.kind, live, decoded, options))
}

/** JSON is YAML too; other YAML than that is not read here. */
const parseConfiguration = (text: string): JsonObject =>
  parseJsonObject(text, (problem) => `error decoding YAML: error converting YAML to JSON: ${problem}`)

function answerApply(call: Call, body: JsonObject): Response {
  const { plane, kind, query, path } = call
  const manager = query.get('fieldManager')
  if (!manager) throw managerRequired()
  const config = decodeApplied(kind, checkedConfiguration(call, body))
  if (kind.resource === 'secrets') encodeStrings(config)
  const live = plane.store.find(kind.resource, path.namespace, path.name) as KubeObject | undefined
  const writer = writerOf(call)
  const force = query.get('force') === 'true' || query.get('force') === '1'
  if (path.subresource === 'status') {
    if (!live) throw notFound(kind, path.name)
    const draft = mergePatch(live, { status: config.status }) as DraftObject
    return answer(updateObject(plane, kind, live, draft, { writer, status: true }))
  }
  const applied = applyConfiguration(kind, live, config, writer, force)
  if (!live) return answer(createObject(plane, kind, applied.object, { applied }), 201)
  if (config.metadata.resourceVersion) applied.object.metadata.resourceVersion = config.metadata.resourceVersion
  return answer(updateObject(plane, kind, live, applied.object, { applied }))
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
  if (draft.metadata.name !== path.name) {
    throw badRequest(
      `the name of the object (${draft.metadata.name}) does not match the name on the URL (${path.name})`,
    )
  }
  assertNamespace(call, draft)
  return draft
}

/** A create's body: of the right kind and place, without fields nobody knows. */
async function readObject(call: Call): Promise<DraftObject> {
  const { kind, request } = call
  const type = mediaType(request)
  if (type !== 'application/json') throw unsupportedMediaType(acceptedTypes)
  const text = await readText(request)
  const body = parseJsonObject(text, (problem) => unrecognized(kind, problem, text))
  if ((body.kind ?? kind.kind) !== kind.kind || (body.apiVersion ?? kind.apiVersion) !== kind.apiVersion) {
    throw badRequest(
      `${String(body.kind)} in version "${String(body.apiVersion)}" cannot be handled as a ${kind.kind}: converting (${String(body.kind)}) to (${kind.kind}): unknown conversion`,
    )
  }
  const draft = decodeObject(kind, withMetadata(body), fieldValidation(call))
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
  'the body of the request was in an unknown format - accepted media types include: application/json'

const unrecognized = (kind: Kind, problem: string, text: string): string =>
  `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: ${problem} (${JSON.stringify(text.slice(0, 30)).slice(1, -1)} ...)`

const mediaType = (request: Request): string =>
  (request.headers.get('content-type') ?? 'application/json').split(';')[0]!.trim()

export function getLive({ plane, kind, path }: Call): KubeObject {
  const live = plane.store.find(kind.resource, path.namespace, path.name)
  if (!live) throw notFound(kind, path.name)
  return live as KubeObject
}
