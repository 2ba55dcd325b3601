import type { ControlPlane } from '../control-plane'
import { invalid, notFound } from '../errors'
import { kindOf } from '../kinds'
import { secondsOf } from '../naming'
import type { JsonObject } from '../types'
import type { Tokens } from './identity'

const defaultTokenSeconds = 3_600
const minTokenSeconds = 600
const maxTokenSeconds = 2 ** 32

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
