import { expect, test } from 'bun:test'
import {
  deployments,
  type KubeObject,
  namespaces,
  persistentVolumeClaims,
  type Resource,
  resourceQuotas,
  secrets,
  services,
} from '../../src/kube'
import { eventually } from '../contract/waiting'
import { findDeployment, instanceOf, podsOf, runApp, sharedRuntime, waitForStatus } from '../support/runtime'

const runtime = sharedRuntime()
const longMs = 120_000

test(
  'what is deleted behind our back comes back, with the same content',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const { kube } = cluster
    const kinds: Resource<KubeObject>[] = [secrets, services, deployments]
    for (const resource of kinds) {
      const before = await kube.get(resource, app.ref)
      await kube.remove(resource, app.ref)
      const after = await eventually(async () => {
        const found = await kube.find(resource, app.ref)
        return found && found.metadata.uid !== before.metadata.uid && found
      })
      expect(contentOf(after)).toEqual(contentOf(before))
    }
    await waitForStatus(app, 'RUNNING')
  },
  longMs,
)

test(
  'what somebody else changes of ours is taken back, whatever the kind',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const { kube } = cluster
    const quota = { namespace: app.ref.namespace, name: 'minispod' }
    const before = {
      deployment: await kube.get(deployments, app.ref),
      secret: await kube.get(secrets, app.ref),
      service: await kube.get(services, app.ref),
      quota: await kube.get(resourceQuotas, quota),
    }
    await kube.mergePatch(deployments, app.ref, { spec: { replicas: 3 } })
    await kube.mergePatch(secrets, app.ref, { data: { encryptionKey: btoa('of somebody else') } })
    await kube.mergePatch(services, app.ref, { spec: { selector: { 'minispod.io/instance': 'another' } } })
    await kube.mergePatch(resourceQuotas, quota, { spec: { hard: { pods: '99' } } })
    await eventually(async () => (await kube.get(deployments, app.ref)).spec?.replicas === 1)
    const same = async <T extends KubeObject>(resource: Resource<T>, ref: typeof quota, wanted: T) => {
      await eventually(async () => Bun.deepEquals(contentOf(await kube.get(resource, ref)), contentOf(wanted)))
    }
    await same(secrets, app.ref, before.secret)
    await same(services, app.ref, before.service)
    await same(resourceQuotas, quota, before.quota)
    await waitForStatus(app, 'RUNNING')
  },
  longMs,
)

test(
  'a deleted namespace, and a whole emptied cluster, are filled again from the database',
  async () => {
    const { system, cluster } = await runtime()
    const { kube } = cluster
    const first = await runApp(system)
    await kube.remove(namespaces, { name: first.ref.namespace })
    await eventually(async () => (await findDeployment(cluster, first)) === undefined)
    await eventually(async () => (await findDeployment(cluster, first))?.status?.readyReplicas === 1)
    await waitForStatus(first, 'RUNNING')

    const others = await Promise.all([runApp(system), runApp(system, 'ghost')])
    const all = [first, ...others]
    const before = new Map<string, string | undefined>()
    for (const app of all) before.set(app.id, (await findDeployment(cluster, app))?.metadata.uid)
    await Promise.all((await cluster.listNamespaces()).map((name) => kube.remove(namespaces, { name })))
    for (const app of all) {
      await eventually(async () => {
        const deployment = await findDeployment(cluster, app)
        return deployment?.status?.readyReplicas === 1 && deployment.metadata.uid !== before.get(app.id)
      })
      await waitForStatus(app, 'RUNNING')
    }
    // Nobody was told of a failure: an emptied cluster is nothing a customer did wrong.
    const mails = await (await system.admin()).get('/admin/mails?limit=100')
    const failures = mails.body.data.filter(({ template }: { template: string }) => template === 'app-failed')
    expect(failures).toEqual([])
  },
  longMs,
)

test(
  'an API server that goes away costs nothing but time',
  async () => {
    const { system, cluster } = await runtime()
    const running = await runApp(system)
    const stopped = await runApp(system)
    cluster.proxy.open = false
    cluster.proxy.drop()
    await eventually(() => !system.parts.reconciler.connected)

    const { body: metrics, status } = await running.customer.get(`/subscriptions/${running.subscriptionId}/metrics`)
    expect(status).toBe(200)
    expect(metrics.data).toMatchObject({ instanceId: running.id, cpu: null, memory: null })
    expect(metrics.data.reason).toContain('can’t be reached')
    expect((await running.customer.get(`/instances/${running.id}/logs`)).body.error.code).toBe('CLUSTER_UNAVAILABLE')
    const plan = await system.plan()
    const buyer = await system.customer({ balance: 100_000 })
    const bought = await buyer.post('/subscriptions', { planId: plan.id })
    expect(bought.status).toBe(201)
    expect((await stopped.customer.put(`/instances/${stopped.id}/stop`)).status).toBe(200)
    expect((await instanceOf(running)).status).toBe('RUNNING')

    cluster.proxy.open = true
    await waitForStatus({ customer: buyer, id: bought.body.data.instance.id }, 'RUNNING')
    await waitForStatus(stopped, 'STOPPED')
    expect(await podsOf(cluster, stopped)).toEqual([])
    expect(await instanceOf(running)).toMatchObject({ status: 'RUNNING', statusReason: null })
  },
  longMs,
)

test(
  'the data stays over stop and start',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const claims = async () => {
      const { items } = await cluster.kube.list(persistentVolumeClaims, { namespace: app.ref.namespace })
      return items.map(({ metadata }) => metadata.uid)
    }
    const before = await claims()
    expect(before).toHaveLength(1)
    await app.customer.put(`/instances/${app.id}/stop`)
    await waitForStatus(app, 'STOPPED')
    expect(await podsOf(cluster, app)).toEqual([])
    expect(await claims()).toEqual(before)
    await app.customer.put(`/instances/${app.id}/start`)
    await waitForStatus(app, 'RUNNING')
    expect(await claims()).toEqual(before)
  },
  longMs,
)

/** All of an object that somebody decides, without what the API server counts. */
function contentOf(object: KubeObject): unknown {
  const {
    metadata,
    status: _,
    spec,
    ...rest
  } = object as KubeObject & {
    status?: unknown
    spec?: Record<string, unknown>
  }
  const { clusterIP: _ip, clusterIPs: _ips, ...decided } = spec ?? {}
  const { 'deployment.kubernetes.io/revision': _revision, ...annotations } = metadata.annotations ?? {}
  return { ...rest, spec: decided, labels: metadata.labels, annotations }
}
