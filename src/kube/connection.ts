import { connectByConfig, loadInCluster, loadKubeconfig } from './kubeconfig'

export interface ConnectionTls {
  ca?: string
  cert?: string
  key?: string
  serverName?: string
  rejectUnauthorized?: boolean
}

/** How to reach one API server. `tls` may be replaced by another object when credentials are renewed. */
export interface Connection {
  readonly server: string
  readonly tls?: ConnectionTls
  /** A proxy's URL; `false` goes straight; absent follows the environment. */
  readonly proxy?: string | false
  /** Carries the calls in the place of a socket, where the API server runs in this process. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** Authorization and the like; `renew` asks for new ones after the API server refused the present ones. */
  headers(renew?: boolean): Promise<Record<string, string>>
}

type ConnectionSource =
  | { kubeconfig: string; context?: string }
  | { inCluster: true; root?: string }
  | { server: string; token?: string; ca?: string }

/** Throws `CONFIG_FAILED` with one line that says what is wrong; does not talk to the API server. */
export async function loadConnection(source: ConnectionSource): Promise<Connection> {
  if ('server' in source) return plainConnection(source)
  if ('kubeconfig' in source) return connectByConfig(await loadKubeconfig(source.kubeconfig, source.context))
  return connectByConfig(await loadInCluster(source.root))
}

function plainConnection(source: { server: string; token?: string; ca?: string }): Connection {
  const authorization: Record<string, string> =
    source.token === undefined ? {} : { authorization: `Bearer ${source.token}` }
  const headers = Promise.resolve(authorization)
  return {
    server: source.server.replace(/\/+$/, ''),
    tls: source.ca === undefined ? undefined : { ca: source.ca },
    proxy: false,
    headers: () => headers,
  }
}
