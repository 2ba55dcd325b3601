import type { ControlPlane } from '../control-plane'
import { invalid, notFound } from '../errors'
import { kindOf } from '../kinds'
import { secondsOf } from '../naming'
import type { JsonObject } from '../types'
import type { Identity, Tokens } from './identity'
import { type Attributes, isAllowed, isPathAllowed } from './rbac'

const defaultTokenSeconds = 3_600
const minTokenSeconds = 600
const maxTokenSeconds = 2 ** 32

interface AccessSpec {
  resourceAttributes?: Partial<Attributes> & { version?: string }
  nonResourceAttributes?: { path?: string; verb?: string }
  user?: string
  groups?: string[]
}

/** Answers SelfSubjectAccessReview, and SubjectAccessReview for whoever it names. */
export function reviewAccess(plane: ControlPlane, asker: Identity, kind: string, body: JsonObject): JsonObject {
  const spec = (body.spec ?? {}) as AccessSpec
  const who = kind === 'SubjectAccessReview' ? { name: spec.user ?? '', groups: spec.groups ?? [] } : asker
  const wanted = spec.resourceAttributes
  const allowed = wanted
    ? isAllowed(plane.store, who, { verb: '', group: '', resource: '', ...wanted })
    : isPathAllowed(who, spec.nonResourceAttributes?.path ?? '')
  return { kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status: { allowed } }
}

export function reviewSelf(asker: Identity): JsonObject {
  const userInfo = { username: asker.name, ...(asker.uid ? { uid: asker.uid } : {}), groups: asker.groups }
  return { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, status: { userInfo } }
}

export function requestToken(
  plane: ControlPlane,
  tokens: Tokens,
  namespace: string,
  name: string,
  body: JsonObject,
): JsonObject {
  const account = plane.store.find('serviceaccounts', namespace, name)
  if (!account) throw notFound(kindOf('serviceaccounts'), name)
  const spec = (body.spec ?? {}) as { expirationSeconds?: number; audiences?: string[]; boundObjectRef?: unknown }
  const seconds = spec.expirationSeconds ?? defaultTokenSeconds
  assertDuration(seconds)
  const now = plane.clock.now().getTime()
  const { uid } = account.metadata
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, uid, creationTimestamp: plane.timestamp() },
    spec: {
      audiences: spec.audiences ?? ['https://kubernetes.default.svc.cluster.local'],
      expirationSeconds: seconds,
      boundObjectRef: spec.boundObjectRef ?? null,
    },
    status: {
      token: tokens.issue(namespace, name, uid, seconds, now),
      expirationTimestamp: secondsOf(new Date(now + seconds * 1_000)),
    },
  }
}

function assertDuration(seconds: number): void {
  if (seconds >= minTokenSeconds && seconds <= maxTokenSeconds) return
  const rule =
    seconds < minTokenSeconds
      ? 'may not specify a duration less than 10 minutes'
      : 'may not specify a duration larger than 2^32 seconds'
  const message = `Invalid value: ${seconds}: ${rule}`
  throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
    { reason: 'FieldValueInvalid', message, field: 'spec.expirationSeconds' },
  ])
}
