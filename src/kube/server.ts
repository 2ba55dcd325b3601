import { isKubeError } from './errors'
import { pathOf, serviceAccounts } from './resources'
import type { Transport } from './transport'
import type { Ref } from './types'
import type { CallOptions } from './write'

export interface ServerVersion {
  major: string
  minor: string
  gitVersion: string
  platform: string
}

export interface ServiceAccountToken {
  token: string
  /** ISO 8601; the API server may grant less, or more, than was asked for. */
  expiresAt: string
}

export interface Deed {
  verb: string
  group?: string
  resource: string
  subresource?: string
  namespace?: string
  name?: string
}

export function version(transport: Transport, options: CallOptions = {}): Promise<ServerVersion> {
  return transport.json({
    method: 'GET',
    path: '/version',
    verb: 'get',
    resource: 'version',
    idempotent: true,
    ...options,
  })
}

/** Whether the API server says that it can serve; false also when it says nothing. Throws where it does not know us. */
export async function ready(transport: Transport, options: CallOptions = {}): Promise<boolean> {
  try {
    const call = { method: 'GET' as const, path: '/readyz', verb: 'get', resource: 'readyz', idempotent: false }
    return (await transport.text({ ...call, ...options })) === 'ok'
  } catch (fault) {
    if (isKubeError(fault) && (fault.retryable || fault.kind === 'not-found')) return false
    throw fault
  }
}

/** A short-lived token for a service account; Kubernetes grants no less than ten minutes. */
export async function createToken(
  transport: Transport,
  serviceAccount: Ref,
  expirationSeconds: number,
  options: CallOptions = {},
): Promise<ServiceAccountToken> {
  const answer = await transport.json<{ status: { token: string; expirationTimestamp: string } }>({
    method: 'POST',
    path: `${pathOf(serviceAccounts, serviceAccount)}/token`,
    verb: 'create',
    resource: 'serviceaccounts/token',
    body: JSON.stringify({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: [], expirationSeconds },
    }),
    idempotent: true,
    ...options,
  })
  return { token: answer.status.token, expiresAt: answer.status.expirationTimestamp }
}

/** Whether the credentials we use may do this. */
export async function canI(transport: Transport, deed: Deed, options: CallOptions = {}): Promise<boolean> {
  const answer = await transport.json<{ status: { allowed: boolean } }>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    verb: 'create',
    resource: 'selfsubjectaccessreviews',
    body: JSON.stringify({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: deed },
    }),
    idempotent: true,
    ...options,
  })
  return answer.status.allowed
}
