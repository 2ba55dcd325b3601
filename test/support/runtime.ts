import { afterAll } from 'bun:test'
import { deployments, type Pod, pods, type Ref } from '../../src/kube'
import { instanceLabel } from '../../src/reconcile/manifests'
import { startTestCluster, type TestCluster } from './cluster'
import { type Caller, type SystemOptions, startSystem, type TestCustomer, type TestSystem, until } from './system'

export interface Runtime {
  system: TestSystem
  cluster: TestCluster
}

/** A system on a cluster whose way to it, and whose content, the test may break; one for a whole test file. */
export function sharedRuntime(options: SystemOptions = {}): () => Promise<Runtime> {
  let runtime: Promise<Runtime> | undefined
  afterAll(async () => {
    const { system, cluster } = (await runtime) ?? {}
    await system?.close()
    await cluster?.close()
  })
  return () => {
    runtime ??= startRuntime(options)
    return runtime
  }
}

async function startRuntime(options: SystemOptions): Promise<Runtime> {
  const cluster = await startTestCluster()
  const system = await startSystem({ ...options, environment: { ...cluster.environment, ...options.environment } })
  return { system, cluster }
}

export interface TestApp {
  customer: TestCustomer
  subscriptionId: string
  id: string
  /** Of its Deployment, and of most of its objects. */
  ref: Required<Ref>
}

/** A new customer's app, just bought. */
export async function buyApp(system: TestSystem, service = 'n8n', customer?: TestCustomer): Promise<TestApp> {
  const plan = await system.plan({ service, price: 10_000 })
  const buyer = customer ?? (await system.customer({ balance: 100_000 }))
  const { status, body } = await buyer.post('/subscriptions', { planId: plan.id })
  if (status !== 201) throw new Error(`subscribe: ${status} ${JSON.stringify(body)}`)
  const { id, instance } = body.data
  return {
    customer: buyer,
    subscriptionId: id,
    id: instance.id,
    ref: { namespace: instance.namespace, name: instance.name },
  }
}

export async function runApp(system: TestSystem, service?: string, customer?: TestCustomer): Promise<TestApp> {
  const app = await buyApp(system, service, customer)
  await waitForStatus(app, 'RUNNING')
  return app
}

export interface SeenInstance {
  status: string
  statusReason: string | null
  podName: string | null
}

export async function instanceOf({ customer, id }: { customer: Caller; id: string }): Promise<SeenInstance> {
  const { status, body } = await customer.get(`/instances/${id}`)
  if (status !== 200) throw new Error(`instance: ${status} ${JSON.stringify(body)}`)
  return body.data
}

export const waitForStatus = (app: { customer: Caller; id: string }, wanted: string) =>
  until(
    wanted,
    () => instanceOf(app),
    ({ status }) => status === wanted,
  )

export async function podsOf({ kube }: TestCluster, { id, ref }: TestApp): Promise<Pod[]> {
  const { items } = await kube.list(pods, {
    namespace: ref.namespace,
    labelSelector: `${instanceLabel}=${id}`,
  })
  return items
}

/** A container that is in trouble from now on; the simulated kubelets look at this label of its pod. */
export async function turnPods(cluster: TestCluster, app: TestApp, behaviour: string): Promise<void> {
  for (const { metadata } of await podsOf(cluster, app))
    await cluster.kube.mergePatch(pods, metadata, { metadata: { labels: { behaviour } } })
}

export const findDeployment = ({ kube }: TestCluster, { ref }: TestApp) => kube.find(deployments, ref)
