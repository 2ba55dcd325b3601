import { badRequest } from '../errors'

/** A path of the API taken apart; what it names need not exist. */
export interface ApiPath {
  /** `v1` or `apps/v1`. */
  apiVersion: string
  group: string
  resource: string
  namespace: string
  name: string
  subresource: string
}

/** `/api/v1/…` and `/apis/group/version/…`; undefined for every other path. */
export function parseApiPath(pathname: string): ApiPath | undefined {
  const parts = pathname.split('/')
  const core = parts[1] === 'api'
  if (!core && parts[1] !== 'apis') return undefined
  const rest = parts.slice(core ? 3 : 4)
  if (rest.length === 0 || !rest[0]) return undefined
  const group = core ? '' : parts[2]!
  const apiVersion = core ? parts[2]! : `${group}/${parts[3]}`
  const namespaced = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status'
  const [resource = '', name = '', subresource = ''] = namespaced ? rest.slice(2) : rest
  return {
    apiVersion,
    group,
    resource,
    namespace: namespaced ? decode(rest[1]!) : '',
    name: decode(name),
    subresource,
  }
}

function decode(part: string): string {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    throw badRequest(`invalid URL escape ${JSON.stringify(part)}`)
  }
}
