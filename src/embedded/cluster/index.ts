import { type Clock, systemClock } from '../../lib/clock'
import { AppsIngress } from './apps/ingress'
import { Tokens } from './auth/identity'
import { defaultNodes, furnishCluster } from './baseline'
import { ControlPlane, type NodeShape } from './control-plane'
import { Controllers } from './controllers'
import { Api } from './http/api'
import { Listener } from './listener'
import { type ClusterTiming, defaultTiming } from './timing'

export type { NodeShape } from './control-plane'
export { type ClusterTiming, defaultTiming, fastTiming } from './timing'

export interface EmbeddedClusterOptions {
  /** 0, the default, takes any free port. */
  port?: number
  /** False listens nowhere: it is spoken to by `handle`. */
  listen?: boolean
  /** Where the apps' own addresses answer; 0, the default, takes any free port. */
  appsPort?: number
  /** Loopback by default. There is no TLS here: don't open it to a network. */
  hostname?: string
  clock?: Clock
  timing?: Partial<ClusterTiming>
  nodes?: NodeShape[]
  /** The admin's bearer token; made up when left out. */
  token?: string
  /** Told about reconciles that fail and are tried again. */
  onFault?: (controller: string, key: string, error: unknown) => void
}

export interface EmbeddedClusterStats {
  objects: number
  watchers: number
  logFollowers: number
  queued: number
  timers: number
  resourceVersion: number
}

export interface EmbeddedCluster {
  readonly url: string
  readonly token: string
  readonly appsUrl: string
  /** Answers a request to the API, whether or not it listens. */
  handle(request: Request): Promise<Response>
  stats(): EmbeddedClusterStats
  /** Empties it, as if the cluster had been rebuilt: the token stays, everything else is gone, watches end. */
  reset(): void
  /** Makes it unreachable; `resume` listens on the same ports again. The simulation itself goes on meanwhile. */
  pause(): Promise<void>
  resume(): void
  close(): Promise<void>
}

/** Starts an in-process Kubernetes API with simulated controllers and kubelets. Everything lives in memory. */
export async function startEmbeddedCluster(options: EmbeddedClusterOptions = {}): Promise<EmbeddedCluster> {
  const { clock = systemClock, hostname = '127.0.0.1', nodes = defaultNodes, onFault = () => {} } = options
  const plane = new ControlPlane(clock, { ...defaultTiming, ...options.timing }, onFault)
  const tokens = new Tokens(plane.store, options.token)
  const controllers = new Controllers(plane)
  const api = new Api(plane, tokens)
  const ingress = new AppsIngress(plane)
  furnishCluster(plane, nodes)

  const apiListener = new Listener(hostname, options.port ?? 0, (request) => api.handle(request))
  const appsListener = new Listener(hostname, options.appsPort ?? 0, (request) => ingress.answer(request))
  const open = () => {
    if (options.listen === false) return
    apiListener.open()
    appsListener.open()
  }
  try {
    open()
  } catch (error) {
    await apiListener.close()
    throw error
  }
  const endStreams = () => {
    api.watches.closeAll()
    api.logs.closeAll()
  }
  return {
    url: apiListener.url,
    token: tokens.admin,
    appsUrl: appsListener.url,
    handle: (request) => api.handle(request),
    stats: () => ({
      objects: plane.store.size,
      watchers: api.watches.size,
      logFollowers: api.logs.followers,
      queued: plane.queue.length,
      timers: plane.timers.size,
      resourceVersion: plane.store.version,
    }),
    reset() {
      endStreams()
      api.snapshots.clear()
      ingress.clear()
      controllers.clear()
      plane.clear()
      furnishCluster(plane, nodes)
    },
    async pause() {
      await Promise.all([apiListener.close(), appsListener.close()])
      endStreams()
    },
    resume: open,
    async close() {
      endStreams()
      await Promise.all([apiListener.close(), appsListener.close()])
      plane.clear()
    },
  }
}
