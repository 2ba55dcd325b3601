import type { Access } from './access'
import { withoutPrefix } from './api-path'

/**
 * What an API token can be let into. `read` and `write` open the whole customer side; neither means the other, and none of
 * them the administrators' side.
 */
export const scopeWords = [
  'read',
  'write',
  'account:read',
  'wallet:read',
  'wallet:write',
  'subscriptions:read',
  'subscriptions:write',
  'instances:read',
  'instances:write',
  'admin:read',
  'admin:write',
] as const

export type Scope = (typeof scopeWords)[number]

/** Where only a person may act: with a token nobody signs in, makes tokens or changes what guards the account. */
const none = 'none'

/**
 * The scope by which a token may call a route, derived from what the route says anyway: who may call it, its method, its
 * path (with or without the API's prefix). `none` where no token may; undefined where nobody is asked who they are.
 */
export function scopeOf(access: Access, method: string, path: string): string | undefined {
  if (access !== 'customer' && access !== 'admin') return undefined
  const action = method === 'GET' || method === 'HEAD' ? 'read' : 'write'
  if (access === 'admin') return `admin:${action}`
  const [area, ...rest] = withoutPrefix(path).split('/').filter(Boolean)
  if (area !== 'auth') return `${area}:${action}`
  return action === 'read' && rest.join('/') === 'me' ? 'account:read' : none
}

/** Whether scopes that a token holds contain the one that a route needs. */
export function opens(scopes: ReadonlySet<string>, needed: string): boolean {
  if (needed === none) return false
  const [area, action] = needed.split(':')
  return scopes.has(needed) || (area !== 'admin' && scopes.has(action!))
}
