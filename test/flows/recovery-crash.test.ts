import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyBooks } from '../../src/features/books'
import { deployments, type KubeObject, persistentVolumeClaims, pods, type Resource } from '../../src/kube'
import { instanceLabel } from '../../src/reconcile/manifests'
import { eventually } from '../contract/waiting'
import { Random } from '../crash/random'
import { startTestCluster } from '../support/cluster'
import { runApp, type TestApp, waitForStatus } from '../support/runtime'
import { seed } from '../support/seed'
import { ServerChildren } from '../support/server-child'
import { callerOf, startSystem } from '../support/system'

const rounds = 4
const buyersPerRound = 3
const longMs = 180_000
const random = new Random(seed)

const dataDir = mkdtempSync(join(tmpdir(), 'minispod-crash-'))
const cluster = await startTestCluster()
const children = new ServerChildren(dataDir, cluster.environment)
afterAll(async () => {
  children.killAll()
  await cluster.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function countOf(resource: Resource<KubeObject>, { id, ref }: TestApp): Promise<number> {
  const selection = { namespace: ref.namespace, labelSelector: `${instanceLabel}=${id}` }
  const { items } = await cluster.kube.list(resource, selection)
  return items.filter(({ metadata }) => !metadata.deletionTimestamp).length
}

test(
  'killed again and again in the middle of provisioning, every app ends up running, once, and paid once',
  async () => {
    const accounts = await prepareCustomers()
    const apps: TestApp[] = []
    for (let round = 0; round < rounds; round++) {
      const child = await children.start()
      for (const app of apps) app.customer = { ...app.customer, ...callerOf(child.url, bearer(app.customer)) }
      const buying = accounts
        .slice(round * buyersPerRound, (round + 1) * buyersPerRound)
        .map(async ({ customer, planId }) => {
          const caller = callerOf(child.url, bearer(customer))
          const { status, body } = await caller.post('/subscriptions', { planId })
          expect(status).toBe(201)
          const { id: subscriptionId, instance } = body.data
          const ref = { namespace: instance.namespace, name: instance.name }
          apps.push({ customer: { ...customer, ...caller }, subscriptionId, id: instance.id, ref })
        })
      await Promise.all(buying)
      await Bun.sleep(random.between(0, process.env.TEST_KUBECONFIG ? 2_500 : 60))
      await child.kill()
    }

    const child = await children.start()
    for (const app of apps) {
      const running = { ...app, customer: callerOf(child.url, bearer(app.customer)) as TestApp['customer'] }
      await waitForStatus(running, 'RUNNING')
      expect(await countOf(deployments, app)).toBe(1)
      expect(await countOf(persistentVolumeClaims, app)).toBe(1)
      await eventually(async () => (await countOf(pods, app)) === 1)
      const charged = await running.customer.get(`/wallet/transactions?type=CHARGE`)
      expect(charged.body.meta.total).toBe(1)
    }
    await child.kill()
    const system = await startSystem({ dataDir, environment: cluster.environment })
    expect(await verifyBooks(system.parts.db)).toEqual([])
    await system.close()
  },
  longMs,
)

test(
  'what somebody changed or deleted while the process was away is put right after the next start',
  async () => {
    const options = { dataDir, environment: cluster.environment }
    const before = await startSystem(options)
    const [changed, deleted] = await Promise.all([runApp(before), runApp(before)])
    await before.close()
    await cluster.kube.mergePatch(deployments, changed.ref, { spec: { replicas: 0 } })
    await cluster.kube.remove(deployments, deleted.ref, { propagation: 'Foreground' })

    const after = await startSystem(options)
    try {
      const replicas = async () => (await cluster.kube.find(deployments, changed.ref))?.spec?.replicas
      await eventually(async () => (await replicas()) === 1)
      await eventually(async () => (await cluster.kube.find(deployments, deleted.ref))?.status?.readyReplicas === 1)
    } finally {
      await after.close()
    }
  },
  longMs,
)

const bearer = ({ accessToken }: { accessToken: string }) => ({ authorization: `Bearer ${accessToken}` })

async function prepareCustomers() {
  const system = await startSystem({ dataDir, environment: cluster.environment })
  const plan = await system.plan({ slots: 100 })
  const customers = await Promise.all(
    Array.from({ length: rounds * buyersPerRound }, async () => ({
      customer: await system.customer({ balance: 100_000 }),
      planId: plan.id,
    })),
  )
  await system.close()
  return customers
}
