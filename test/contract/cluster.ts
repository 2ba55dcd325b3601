import { type Connection, loadConnection, namespaces } from '../../src/kube'
import { randomPart } from '../../src/lib/ids'
import { createHand, type Hand, serviceAccounts } from '../support/hand'
import { eventually } from './waiting'

export interface ContractTarget {
  kube: Hand
  connection: Connection
  /**
   * Between writes that are to overflow a watch's history. A real API server doubles its room, from 100 events on, while
   * that holds less than 75 seconds: ten writes a second overflow 800 events after 80 seconds, whatever the room was before.
   */
  historyGapMs: number
  /** A namespace of the test's own, ready for pods; gone, in the background, after `close`. */
  makeNamespace(labels?: Record<string, string>): Promise<string>
  /** The same cluster by another way or as somebody else. */
  connect(change: { server?: string; token?: string }): Promise<Connection>
  close(): Promise<void>
}

/** A real API server where TEST_KUBECONFIG names one, else the embedded cluster. */
export async function contractTarget(): Promise<ContractTarget> {
  const path = process.env.TEST_KUBECONFIG
  const cluster = path ? await realCluster(path) : await embeddedCluster()
  const { connection } = cluster
  const kube = createHand(connection)
  const made: string[] = []
  return {
    kube,
    connection,
    historyGapMs: path ? 100 : 0,
    async makeNamespace(labels) {
      const name = `contract-${randomPart(8)}`
      made.push(name)
      await kube.create(namespaces, { metadata: { name, labels } })
      // Pods are refused until the controller has made the namespace's default account.
      await eventually(() => kube.find(serviceAccounts, { namespace: name, name: 'default' }))
      return name
    },
    async connect({ server = connection.server, token }) {
      if (token !== undefined) return loadConnection({ server, token, ca: connection.tls?.ca })
      return { server, tls: connection.tls, proxy: connection.proxy, headers: () => connection.headers() }
    },
    async close() {
      await Promise.all(made.map((name) => kube.remove(namespaces, { name })))
      kube.close()
      await cluster.close()
    },
  }
}

interface Cluster {
  connection: Connection
  close(): Promise<void>
}

async function realCluster(path: string): Promise<Cluster> {
  return { connection: await loadConnection({ kubeconfig: path }), close: async () => {} }
}

async function embeddedCluster(): Promise<Cluster> {
  const { startEmbeddedCluster } = await import('../../src/embedded/cluster')
  const cluster = await startEmbeddedCluster({ port: 0 })
  const connection = await loadConnection({ server: cluster.url, token: cluster.token })
  return { connection, close: () => cluster.close() }
}
