import { badRequest } from '../errors'
import type { Kind } from '../kinds'
import type { JsonObject, KubeObject } from '../types'
import { type DeleteOptions, deleteObject, type Propagation } from '../writes/delete'
import { parseJsonObject, readText } from './body'
import { answer, type Call } from './call'
import { getLive } from './write'

const propagations: Propagation[] = ['Background', 'Foreground', 'Orphan']

export async function deleteFromRequest(call: Call): Promise<Response> {
  const options = await readOptions(call)
  const { object, gone } = deleteObject(call.plane, call.kind, getLive(call), options)
  return answer(call.kind.returnsDeleted || !gone ? object : success(call.kind, object))
}

async function readOptions(call: Call): Promise<DeleteOptions> {
  const text = await readText(call.request)
  const body: JsonObject =
    text.trim() === '' ? {} : parseJsonObject(text, (problem) => `error decoding options: ${problem}`)
  if (body.dryRun) throw badRequest('dry runs are not served here')
  const preconditions = (body.preconditions ?? {}) as { uid?: string; resourceVersion?: string }
  const grace = body.gracePeriodSeconds ?? call.query.get('gracePeriodSeconds')
  const propagation = (body.propagationPolicy ?? call.query.get('propagationPolicy')) as Propagation | null
  if (propagation && !propagations.includes(propagation)) {
    throw badRequest(`Invalid value: "${propagation}": supported values: "Background", "Foreground", "Orphan"`)
  }
  return {
    uid: preconditions.uid,
    resourceVersion: preconditions.resourceVersion,
    propagation: propagation ?? undefined,
    gracePeriodSeconds: grace === null || grace === undefined ? undefined : Number(grace),
  }
}

function success(kind: Kind, { metadata }: KubeObject): JsonObject {
  const group = kind.group ? { group: kind.group } : {}
  const details = { name: metadata.name, ...group, kind: kind.resource, uid: metadata.uid }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}
