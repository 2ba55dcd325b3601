import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { plans } from '../../src/features/catalog/tables'
import { persistentVolumeClaims, storageClasses } from '../../src/kube'
import { startTestCluster, type TestCluster } from '../support/cluster'
import { startSystem, type TestPlan, type TestSystem, until } from '../support/system'

const longMs = 120_000
const none = { code: 'INSUFFICIENT_RESOURCES', message: 'No node of the cluster is large enough for this plan' }

/** Until nodes and storage classes were looked at for the first time. */
const looked = async (system: TestSystem) => {
  const admin = await system.admin()
  return until(
    'a first look at the cluster',
    async () => (await admin.get('/admin/capacity')).body.data,
    ({ changedAt }) => changedAt !== null,
  )
}

async function sized(system: TestSystem, size: { cpuMillicores?: number; storageGb?: number }): Promise<TestPlan> {
  const plan = await system.plan({ price: 10_000 })
  await system.parts.db.write((tx) => tx.update(plans).set(size).where(eq(plans.id, plan.id)).run())
  return plan
}

const shownOf = async (
  { anybody }: TestSystem,
  { id, serviceSlug }: TestPlan,
  headers: Record<string, string> = {},
) => {
  const { body } = await anybody.get(`/catalog/services/${serviceSlug}`, headers)
  return body.data.plans.find((plan: { id: string }) => plan.id === id)
}

async function withCluster(
  environment: Record<string, string>,
  run: (cluster: TestCluster, system: TestSystem) => Promise<void>,
) {
  const cluster = await startTestCluster()
  try {
    const system = await startSystem({ environment: { ...cluster.environment, ...environment } })
    try {
      await run(cluster, system)
    } finally {
      await system.close()
    }
  } finally {
    await cluster.close()
  }
}

test(
  'a plan that no node could ever hold is marked, found by nobody who asks for what can be had, and never paid for',
  () =>
    withCluster({}, async (cluster, system) => {
      const { nodes, largest, storageClass } = await looked(system)
      expect(nodes.length).toBeGreaterThan(0)
      expect(largest[0].cpuMillicores).toBeGreaterThan(0)
      expect(storageClass).toBe('local-path')
      const huge = await sized(system, { cpuMillicores: largest[0].cpuMillicores + 1 })
      const fitting = await sized(system, { cpuMillicores: 600 })
      expect(await shownOf(system, huge)).toMatchObject({
        obstacle: none,
        storage: { enforced: false, growable: false },
      })
      expect(await shownOf(system, fitting)).toMatchObject({ obstacle: null })
      const inIndonesian = await shownOf(system, huge, { 'accept-language': 'id' })
      expect(inIndonesian.obstacle.message).toContain('node klaster')
      const admin = await system.admin()
      const { body: services } = await admin.get('/admin/services?templateName=n8n')
      expect(services.data[0].unfitPlans).toBe(1)
      const { body: listed } = await admin.get(`/admin/services/${huge.serviceId}/plans?limit=100`)
      const obstacles = listed.data.filter(({ obstacle }: { obstacle: unknown }) => obstacle !== null)
      expect(obstacles.map(({ id }: { id: string }) => id)).toEqual([huge.id])

      const customer = await system.customer({ balance: 50_000 })
      const refused = await customer.post('/subscriptions', { planId: huge.id })
      expect(refused).toFail(409, 'INSUFFICIENT_RESOURCES')
      expect(await customer.balance()).toBe(50_000)
      expect(await huge.availableQuota()).toBe(10)

      // The cluster goes away: what was possible a moment ago still is, and what was not is not.
      cluster.proxy.close()
      expect((await customer.post('/subscriptions', { planId: huge.id })).status).toBe(409)
      expect((await customer.post('/subscriptions', { planId: fitting.id })).status).toBe(201)
      expect((await admin.get('/admin/capacity')).body.data.nodes.length).toBe(nodes.length)
    }),
  longMs,
)

test(
  'a storage class that is not there sells nothing with data, until it comes; a volume keeps the class that it was made of',
  () => {
    const name = `later-${Math.random().toString(36).slice(2, 8)}`
    return withCluster({ STORAGE_CLASS: name }, async (cluster, system) => {
      await looked(system)
      const customer = await system.customer({ balance: 50_000 })
      const plan = await system.plan({ price: 10_000 })
      const answer = await customer.post('/subscriptions', { planId: plan.id })
      expect(answer).toFail(409, 'INSUFFICIENT_RESOURCES')
      expect(answer.body.error.details).toEqual({ storageClass: name })
      expect(await shownOf(system, plan)).toMatchObject({ storage: null, obstacle: { code: 'INSUFFICIENT_RESOURCES' } })
      try {
        const provisioner = 'rancher.io/local-path'
        await cluster.kube.create(storageClasses, { metadata: { name }, provisioner, allowVolumeExpansion: true })
        await until(
          'the new class',
          () => shownOf(system, plan),
          ({ obstacle }) => obstacle === null,
        )
        expect(await shownOf(system, plan)).toMatchObject({ storage: { enforced: false, growable: true } })
        const { body } = await customer.post('/subscriptions', { planId: plan.id })
        const { namespace } = body.data.instance
        const claims = await until(
          'the volume',
          async () => (await cluster.kube.list(persistentVolumeClaims, { namespace })).items,
          (items) => items.length > 0,
        )
        expect(claims[0]?.spec?.storageClassName).toBe(name)
      } finally {
        await cluster.kube.remove(storageClasses, { name })
      }
      await until(
        'the class to be gone',
        () => shownOf(system, plan),
        ({ obstacle }) => obstacle !== null,
      )
    })
  },
  longMs,
)

test(
  'what was seen of the cluster outlives a restart without it',
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'minispod-capacity-'))
    const cluster = await startTestCluster()
    try {
      const first = await startSystem({ environment: cluster.environment, dataDir })
      const { largest } = await looked(first)
      await first.close()
      cluster.proxy.close()
      const second = await startSystem({ environment: cluster.environment, dataDir })
      const huge = await sized(second, { cpuMillicores: largest[0].cpuMillicores + 1 })
      const customer = await second.customer({ balance: 50_000 })
      expect(await customer.post('/subscriptions', { planId: huge.id })).toFail(409, 'INSUFFICIENT_RESOURCES')
      await second.close()
    } finally {
      await cluster.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
  longMs,
)
