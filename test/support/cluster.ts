import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { loadConnection, namespaces } from '../../src/kube'
import { startTcpProxy, type TcpProxy } from '../contract/tcp-proxy'
import { createHand, type Hand } from './hand'

export interface TestCluster {
  /** What a system needs to use it, by a proxy that a test may close and a namespace prefix of its own. */
  environment: Record<string, string>
  prefix: string
  proxy: TcpProxy
  /** Straight to the API server, past the proxy. */
  kube: Hand
  /** Of all that is this test's. */
  listNamespaces(): Promise<string[]>
  close(): Promise<void>
}

/** TEST_KUBECONFIG's cluster, or an embedded one that outlives the systems that use it. */
export async function startTestCluster(): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-cluster-'))
  const { kubeconfig, stop } = await openCluster()
  const proxy = await startTcpProxy(kubeconfig.clusters[0]!.cluster.server)
  const direct = writeConfig(join(folder, 'direct.yaml'), kubeconfig)
  kubeconfig.clusters[0]!.cluster.server = proxy.url
  const byProxy = writeConfig(join(folder, 'proxy.yaml'), kubeconfig)
  const prefix = `t${Math.random().toString(36).slice(2, 8)}-`
  const kube = createHand(await loadConnection({ kubeconfig: direct }))
  const listNamespaces = async () => {
    const { items } = await kube.list(namespaces)
    return items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(prefix))
  }
  return {
    environment: { KUBECONFIG: byProxy, K8S_NAMESPACE_PREFIX: prefix },
    prefix,
    proxy,
    kube,
    listNamespaces,
    async close() {
      for (const name of await listNamespaces()) await kube.remove(namespaces, { name })
      kube.close()
      proxy.close()
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Kubeconfig {
  clusters: { name: string; cluster: { server: string } }[]
  [key: string]: unknown
}

async function openCluster(): Promise<{ kubeconfig: Kubeconfig; stop(): Promise<void> }> {
  const path = process.env.TEST_KUBECONFIG
  if (path) return { kubeconfig: parse(readFileSync(path, 'utf8')) as Kubeconfig, stop: async () => {} }
  const { fastTiming, startEmbeddedCluster } = await import('../../src/embedded/cluster')
  const { url, token, close } = await startEmbeddedCluster({ timing: fastTiming })
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: url } }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  }
  return { kubeconfig, stop: close }
}

function writeConfig(path: string, kubeconfig: Kubeconfig): string {
  writeFileSync(path, stringify(kubeconfig), { mode: 0o600 })
  return path
}
