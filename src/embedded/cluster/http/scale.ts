import { badRequest, invalid, invalidValue, unsupportedMediaType } from '../errors'
import { isObject } from '../schema/check'
import type { Deployment, DraftObject, JsonObject, KubeObject, LabelSelector } from '../types'
import { updateObject } from '../writes/update'
import { parseJsonObject, readText } from './body'
import { answer, type Call, isDryRun, writerOf } from './call'
import { mergePatch } from './patch'
import { getLive, mediaType } from './write'

export function answerScale(call: Call): Response {
  return answer(scaleOf(getLive(call)))
}

export async function scaleFromRequest(call: Call): Promise<Response> {
  const type = mediaType(call.request)
  if (type === 'application/json-patch+json' || type === 'application/apply-patch+yaml') {
    throw unsupportedMediaType('415: Unsupported Media Type', {})
  }
  const body = parseJsonObject(await readText(call.request), (problem) => `error decoding patch: ${problem}`)
  const live = getLive(call) as Deployment
  const wanted = (call.request.method === 'PATCH' ? mergePatch(scaleOf(live), body) : body) as JsonObject
  const spec = isObject(wanted.spec) ? wanted.spec : {}
  const replicas = spec.replicas ?? 0
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    throw badRequest('json: cannot unmarshal value into Go struct field ScaleSpec.spec.replicas of type int32')
  }
  if (replicas < 0) {
    const cause = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, live.metadata.name, [cause])
  }
  const asked = (wanted.metadata ?? {}) as { resourceVersion?: string }
  const metadata = { ...live.metadata, resourceVersion: asked.resourceVersion ?? live.metadata.resourceVersion }
  const draft = { ...live, metadata, spec: { ...live.spec, replicas } } as DraftObject
  const stored = updateObject(call.plane, call.kind, live as KubeObject, draft, {
    writer: writerOf(call),
    dryRun: isDryRun(call),
  })
  return answer(scaleOf(stored))
}

function scaleOf(object: KubeObject): JsonObject {
  const { metadata, spec, status } = object as Deployment
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, selector: selectorText(spec?.selector) },
  }
}

function selectorText(selector: LabelSelector | undefined): string {
  const parts = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    if (operator === 'In' || operator === 'NotIn') parts.push(`${key} ${operator.toLowerCase()} (${values?.join(',')})`)
    else parts.push(operator === 'Exists' ? key : `!${key}`)
  }
  return parts.join(',')
}
