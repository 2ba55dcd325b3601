import { existsSync } from 'node:fs'
import type { Config } from '../config'
import { openOnPort } from '../data-dir/ports'
import { type Connection, loadConnection } from '../kube'
import type { PlatformSpec } from '../reconcile/manifests'

/** A cluster to talk to, real or embedded: whoever gets it can't tell which. */
export interface ClusterPart {
  connection: Connection
  platform: PlatformSpec
  /** How it is told to the operator. */
  shown: string
  /** Of the apps' pages, where it is embedded. */
  port?: number
  close(): Promise<void>
}

/** Its default class is K3s's own, which can't grow a volume: nobody could try an upgrade. */
const growingClass = 'expandable'

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** The cluster that is configured; in a pod its own; else the embedded one. */
export async function openCluster(config: Config, appsPort: number): Promise<ClusterPart> {
  const platform = platformOf(config)
  if (config.kubeconfig) {
    const connection = await loadConnection({ kubeconfig: config.kubeconfig })
    return { connection, platform, shown: placeOf(connection), close: async () => {} }
  }
  if (isInOwnCluster(config)) {
    const connection = await loadConnection({ inCluster: true })
    return { connection, platform, shown: `${placeOf(connection)} (this pod’s)`, close: async () => {} }
  }
  const { startEmbeddedCluster } = await import('../embedded/cluster')
  const cluster = await openOnPort(appsPort, (port) => startEmbeddedCluster({ appsPort: port }))
  const port = Number(new URL(cluster.appsUrl).port)
  return {
    port,
    connection: await loadConnection({ server: cluster.url, token: cluster.token }),
    platform: {
      ...platform,
      scheme: 'http',
      port,
      clusterIssuer: undefined,
      storageClass: platform.storageClass ?? growingClass,
    },
    shown: 'embedded',
    close: () => cluster.close(),
  }
}

const isInOwnCluster = ({ inPod }: Config): boolean => inPod && existsSync(serviceAccountToken)

export const hasCluster = (config: Config): boolean => config.kubeconfig !== undefined || isInOwnCluster(config)

/** Without a user and password. */
function placeOf({ server }: Connection): string {
  const { origin, pathname } = new URL(server)
  return pathname === '/' ? origin : origin + pathname
}

function platformOf(config: Config): PlatformSpec {
  const [appsDomain = '', port] = (config.clusterDomain ?? 'apps.localhost').split(':')
  return {
    appsDomain,
    scheme: config.clusterIssuer ? 'https' : 'http',
    port: port === undefined ? undefined : Number(port),
    storageClass: config.storageClass,
    ingressClass: config.ingressClass ?? 'traefik',
    clusterIssuer: config.clusterIssuer,
    imageRegistryPrefix: config.templateRegistry,
    defaultLimits: config.defaultResourceLimits,
  }
}
