import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { clusterFacts } from '../../src/features/capacity/tables'
import { plans } from '../../src/features/catalog/tables'
import { instances } from '../../src/features/instances/tables'
import { persistentVolumeClaims, resourceQuotas } from '../../src/kube'
import { ManualClock, minute } from '../../src/lib/clock'
import { instanceLabel } from '../../src/reconcile/manifests'
import { findDeployment, type Runtime, runApp, sharedRuntime, type TestApp } from '../support/runtime'
import { callerOf, startSystem, type TestPlan, type TestSystem, until } from '../support/system'
import { see } from './observed'

const clock = new ManualClock(new Date())
const growing = sharedRuntime({ clock, environment: { STORAGE_CLASS: 'expandable' } })
const fixed = sharedRuntime({ clock, environment: { STORAGE_CLASS: 'local-path' } })
const longMs = 120_000

type Size = Partial<Pick<typeof plans.$inferInsert, 'cpuMillicores' | 'memoryMb' | 'storageGb'>>

async function sizedPlan(system: TestSystem, size: Size): Promise<TestPlan> {
  const plan = await system.plan({ price: 30_000 })
  await system.parts.db.write((tx) => tx.update(plans).set(size).where(eq(plans.id, plan.id)).run())
  return plan
}

const upgrade = (app: TestApp, plan: TestPlan) =>
  app.customer.post(`/subscriptions/${app.subscriptionId}/upgrade`, { planId: plan.id })

const subscriptionOf = async ({ customer, subscriptionId }: TestApp) =>
  (await customer.get(`/subscriptions/${subscriptionId}`)).body.data

/** Waits until nothing is under way any more, and the app runs. */
const settled = (app: TestApp) =>
  until(
    'the end of the upgrade',
    () => subscriptionOf(app),
    ({ pendingUpgrade, instance }) => pendingUpgrade === null && instance.status === 'RUNNING',
  )

async function limitsOf({ cluster }: Runtime, app: TestApp) {
  const { cpu, memory } = (await findDeployment(cluster, app))!.spec!.template.spec!.containers[0]!.resources!.limits!
  return { cpu, memory }
}

async function volumesOf({ cluster }: Runtime, { id, ref }: TestApp) {
  const labelSelector = `${instanceLabel}=${id}`
  const { items } = await cluster.kube.list(persistentVolumeClaims, { namespace: ref.namespace, labelSelector })
  return items.map(({ spec }) => spec?.resources?.requests?.storage)
}

const reasonOf = async ({ parts }: TestSystem, { id }: TestApp) =>
  (await parts.db.read.select().from(instances).where(eq(instances.id, id)).get())?.reasonCode

/** Lets the minute pass that trouble must last, once it was noted. */
async function lastsAMinute(system: TestSystem, app: TestApp, code: string) {
  await until(
    code,
    () => reasonOf(system, app),
    (reason) => reason === code,
  )
  clock.advance(minute)
  system.parts.reconciler.wake(app.id)
}

test(
  'an upgrade restarts the app at its new size, and its volumes grow once it runs there',
  async () => {
    const runtime = await growing()
    const { system } = runtime
    const app = await runApp(system)
    expect(await volumesOf(runtime, app)).toEqual(['5Gi'])
    const plan = await sizedPlan(system, { cpuMillicores: 700, memoryMb: 1536, storageGb: 8 })
    const { status, body } = await upgrade(app, plan)
    expect([status, body.data?.instance.status]).toEqual([200, 'RESTARTING'])
    await settled(app)
    expect(await limitsOf(runtime, app)).toEqual({ cpu: '700m', memory: '1536Mi' })
    expect(await volumesOf(runtime, app)).toEqual(['8Gi'])
    expect(await app.customer.balance()).toBe(100_000 - 30_000)
    expect(await verifyBooks(system.parts.db)).toEqual([])
  },
  longMs,
)

test(
  'a plan that no node has room for is taken back whole, and the app runs on as it did',
  async () => {
    const runtime = await growing()
    const { system } = runtime
    const app = await runApp(system)
    const plan = await sizedPlan(system, { cpuMillicores: 9_000_000, storageGb: 9 })
    // Where nothing is known of the nodes, it is sold, and the app tells.
    await system.parts.db.write((tx) => tx.delete(clusterFacts).run())
    expect((await upgrade(app, plan)).status).toBe(200)
    expect(await plan.availableQuota()).toBe(9)
    await lastsAMinute(system, app, 'Unschedulable')
    const after = await settled(app)
    expect(after).toMatchObject({ price: 10_000, status: 'ACTIVE', instance: { cpu: { limitMillicores: 500 } } })
    expect(await limitsOf(runtime, app)).toEqual({ cpu: '500m', memory: '1Gi' })
    expect(await volumesOf(runtime, app)).toEqual(['5Gi'])
    expect(await plan.availableQuota()).toBe(10)
    expect(await app.customer.balance()).toBe(90_000)
    expect(await verifyBooks(system.parts.db)).toEqual([])
  },
  longMs,
)

test(
  'more storage on a class that can’t grow is refused before anyone pays, and less of it never asked for',
  async () => {
    const { system } = await fixed()
    const app = await runApp(system)
    const [more, same] = [await sizedPlan(system, { storageGb: 6 }), await sizedPlan(system, { memoryMb: 1100 })]
    const { body } = await app.customer.get(`/subscriptions/${app.subscriptionId}/upgrade-options`)
    const option = ({ id }: TestPlan) => body.data.find(({ plan }: { plan: { id: string } }) => plan.id === id)
    expect(option(more)).toMatchObject({ possible: false, reason: { code: 'INSUFFICIENT_RESOURCES' } })
    expect(option(same)).toMatchObject({ possible: true, reason: null })
    const refused = await upgrade(app, more)
    expect(refused).toFail(409, 'INSUFFICIENT_RESOURCES')
    expect(await app.customer.balance()).toBe(90_000)
    expect((await upgrade(app, same)).status).toBe(200)
    await settled(app)
  },
  longMs,
)

test(
  'a volume that is refused its growth although its class promises it takes the upgrade back',
  async () => {
    const runtime = await growing()
    const { system, cluster } = runtime
    const app = await runApp(system)
    const ref = { name: 'of-the-operator', namespace: app.ref.namespace }
    const hard = { 'requests.storage': '6Gi' }
    await cluster.kube.create(resourceQuotas, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: ref,
      spec: { hard },
    })
    await until(
      'the quota',
      () => cluster.kube.get(resourceQuotas, ref),
      ({ status }) => status?.used?.['requests.storage'] === '5Gi',
    )
    const plan = await sizedPlan(system, { cpuMillicores: 600, storageGb: 7 })
    expect((await upgrade(app, plan)).status).toBe(200)
    await lastsAMinute(system, app, 'QuotaExceeded')
    expect(await settled(app)).toMatchObject({ price: 10_000 })
    expect(await limitsOf(runtime, app)).toEqual({ cpu: '500m', memory: '1Gi' })
    expect(await volumesOf(runtime, app)).toEqual(['5Gi'])
    expect(await app.customer.balance()).toBe(90_000)
    expect(await verifyBooks(system.parts.db)).toEqual([])
  },
  longMs,
)

test.each([
  ['sold', async () => {}],
  [
    'seen to run, and whose volumes had yet to grow',
    (system: TestSystem, app: TestApp) => see({ system }, app.subscriptionId, {}),
  ],
] as const)(
  'an upgrade that had been %s when the process died is carried out by the next',
  async (_, meanwhile) => {
    const runtime = await growing()
    const dataDir = mkdtempSync(join(tmpdir(), 'minispod-upgrade-'))
    const options = { clock, dataDir, environment: { ...runtime.cluster.environment, STORAGE_CLASS: 'expandable' } }
    const first = await startSystem(options)
    const app = await runApp(first)
    const plan = await sizedPlan(first, { cpuMillicores: 800, storageGb: 7 })
    // From here on nothing reaches the cluster.
    await first.parts.reconciler.stop()
    expect((await upgrade(app, plan)).status).toBe(200)
    await meanwhile(first, app)
    expect((await subscriptionOf(app)).pendingUpgrade).not.toBeNull()
    expect(await limitsOf(runtime, app)).toEqual({ cpu: '500m', memory: '1Gi' })
    await first.close()

    const second = await startSystem(options)
    const customer = Object.assign(
      app.customer,
      callerOf(second.url, { authorization: `Bearer ${app.customer.accessToken}` }),
    )
    await settled({ ...app, customer })
    expect(await limitsOf(runtime, app)).toEqual({ cpu: '800m', memory: '1Gi' })
    expect(await volumesOf(runtime, app)).toEqual(['7Gi'])
    expect(await verifyBooks(second.parts.db)).toEqual([])
    await second.close()
    rmSync(dataDir, { recursive: true })
  },
  longMs,
)
