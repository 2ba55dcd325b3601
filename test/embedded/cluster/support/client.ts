import {
  type EmbeddedCluster,
  type EmbeddedClusterOptions,
  fastTiming,
  startEmbeddedCluster,
} from '../../../../src/embedded/cluster'
import type {
  Container,
  ContainerStatus,
  Metadata,
  PodTemplate,
  WorkloadStatus,
} from '../../../../src/embedded/cluster/types'
import { eventually as until } from '../../../support/until'

export { until }

export interface Answer {
  status: number
  body: Seen
}

/** What these tests look at; what an answer lacks makes the test fail where it looks. */
export interface Seen {
  metadata: Metadata
  spec: { template: PodTemplate; containers: Container[]; nodeName?: string; unschedulable?: boolean }
  status: WorkloadStatus & SeenPodStatus & { token: string }
  items: Seen[]
  data: Record<string, string>
  message: string
  text: string
  containers?: { name: string; usage: Record<string, string> }[]
}

interface SeenPodStatus {
  phase?: string
  podIP?: string
  capacity?: Record<string, string>
  containerStatuses: ContainerStatus[]
  initContainerStatuses: ContainerStatus[]
}

export interface Client extends EmbeddedCluster {
  call(method: string, path: string, body?: unknown, type?: string): Promise<Answer>
  get(path: string): Promise<Answer>
  apply(path: string, object: object, query?: string): Promise<Answer>
  patch(path: string, body: object, type?: string): Promise<Answer>
}

/** An embedded cluster in a hurry, and a plain HTTP client for it: what is tested here is its HTTP. */
export async function startFast(options: EmbeddedClusterOptions = {}): Promise<Client> {
  const timing = { ...fastTiming, ...options.timing }
  const cluster = await startEmbeddedCluster({ ...options, timing })
  const call: Client['call'] = async (method, path, body, type = 'application/json') => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const headers = { authorization: `Bearer ${cluster.token}`, 'content-type': type, 'user-agent': 'tests/1' }
    const response = await fetch(cluster.url + path, { method, headers, body: text })
    const read = await response.text()
    return { status: response.status, body: read.startsWith('{') ? JSON.parse(read) : { text: read } }
  }
  return {
    ...cluster,
    call,
    get: (path) => call('GET', path),
    apply: (path, object, query = '') =>
      call('PATCH', `${path}?fieldManager=tests${query}`, object, 'application/apply-patch+yaml'),
    patch: (path, body, type = 'application/merge-patch+json') => call('PATCH', path, body, type),
  }
}

export async function makeNamespace(client: Client, name: string, labels = {}): Promise<string> {
  await client.call('POST', '/api/v1/namespaces', { metadata: { name, labels } })
  await until(async () => (await client.get(`/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200)
  return name
}

export interface AppShape {
  image?: string
  replicas?: number
  container?: object
  pod?: object
}

/** A Deployment as somebody would apply it. */
export const deploymentOf = (name: string, { image = 'app:1', replicas = 1, container, pod }: AppShape = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        automountServiceAccountToken: false,
        containers: [{ name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }], ...container }],
        ...pod,
      },
    },
  },
})

export async function podsOf(client: Client, namespace: string, app: string): Promise<Seen[]> {
  const { body } = await client.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`)
  return body.items
}

export const readyPodOf = (client: Client, namespace: string, app: string): Promise<Seen> =>
  until(async () => {
    const pods = await podsOf(client, namespace, app)
    return pods.find((pod) => !pod.metadata.deletionTimestamp && pod.status.containerStatuses?.[0]?.ready)
  })
