import type { InstanceSpec, PlatformSpec } from './spec'

type Addressed = Pick<InstanceSpec, 'name' | 'namespace' | 'subdomain' | 'template'>
type Named = Pick<PlatformSpec, 'appsDomain' | 'scheme' | 'port' | 'clusterDomain'>

const defaultPorts = { http: 80, https: 443 }

/** Where people reach the app; nulls for one that is reachable only from its own namespace. */
export function urlsOf(spec: Addressed, platform: Named): { public: string | null; admin: string | null } {
  const { exposure } = spec.template
  if (exposure.kind === 'internal') return { public: null, admin: null }
  const url = publicUrlOf(spec, platform)
  return { public: url, admin: exposure.adminPath === undefined ? null : url + exposure.adminPath }
}

export const publicHostOf = (spec: Pick<InstanceSpec, 'subdomain'>, platform: Named): string =>
  `${spec.subdomain}.${platform.appsDomain}`

/** The host with the port that a browser would send along. */
export function publicAuthorityOf(spec: Pick<InstanceSpec, 'subdomain'>, platform: Named): string {
  const shown = platform.port !== undefined && platform.port !== defaultPorts[platform.scheme]
  return publicHostOf(spec, platform) + (shown ? `:${platform.port}` : '')
}

export const publicUrlOf = (spec: Pick<InstanceSpec, 'subdomain'>, platform: Named): string =>
  `${platform.scheme}://${publicAuthorityOf(spec, platform)}`

/** The name that other pods of the cluster know the instance by. */
export const internalHostOf = (spec: Pick<InstanceSpec, 'name' | 'namespace'>, platform: Named): string =>
  `${spec.name}.${spec.namespace}.svc.${platform.clusterDomain ?? 'cluster.local'}`
