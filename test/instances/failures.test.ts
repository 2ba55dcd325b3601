import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { clusterFacts } from '../../src/features/capacity/tables'
import { plans } from '../../src/features/catalog/tables'
import { instances } from '../../src/features/instances/tables'
import { mails } from '../../src/features/mails/tables'
import { pods } from '../../src/kube'
import { ManualClock, minute } from '../../src/lib/clock'
import { eventually } from '../contract/waiting'
import {
  buyApp,
  findDeployment,
  instanceOf,
  podsOf,
  runApp,
  sharedRuntime,
  type TestApp,
  turnPods,
  waitForStatus,
} from '../support/runtime'
import { type TestSystem, until } from '../support/system'

const clock = new ManualClock(new Date())
const runtime = sharedRuntime({ clock })
const brokenRegistry = sharedRuntime({ clock, environment: { TEMPLATE_REGISTRY: 'registry.example/does-not-exist' } })
const longMs = 120_000

/** Lets the minute pass that trouble must last, once it was noted. */
async function failsAfterAMinute(of: typeof runtime, app: TestApp, code: string) {
  const { system } = await of()
  await until(
    'trouble',
    () => reasonOf(system, app),
    (reason) => reason === code,
  )
  expect((await instanceOf(app)).status).not.toBe('ERROR')
  clock.advance(minute)
  await eventually(async () => {
    system.parts.reconciler.wake(app.id)
    return (await instanceOf(app)).status === 'ERROR'
  })
  return instanceOf(app)
}

async function reasonOf({ parts }: TestSystem, { id }: TestApp): Promise<string | null | undefined> {
  const row = await parts.db.read.select().from(instances).where(eq(instances.id, id)).get()
  return row?.reasonCode
}

async function failureMails({ parts }: TestSystem, { customer }: TestApp): Promise<number> {
  const rows = await parts.db.read.select().from(mails).where(eq(mails.userId, customer.id)).all()
  return rows.filter(({ template }) => template === 'app-failed').length
}

test(
  'an app that begins to crash is an error after a minute, told once, and a retry brings it back with its data',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const before = (await findDeployment(cluster, app))?.metadata.uid
    await turnPods(cluster, app, 'crash-loop')
    const failed = await failsAfterAMinute(runtime, app, 'CrashLoopBackOff')
    expect(failed.statusReason).toBe('The app keeps crashing right after its start. Its log says why.')
    const health = await app.customer.get(`/instances/${app.id}/health`)
    expect(health.body.data).toMatchObject({ healthy: false, status: 'ERROR', reason: failed.statusReason })
    for (let i = 0; i < 5; i++) {
      system.parts.reconciler.wake(app.id)
      await Bun.sleep(30)
      expect((await instanceOf(app)).status).toBe('ERROR')
    }
    expect(await failureMails(system, app)).toBe(1)

    const retry = await app.customer.put(`/instances/${app.id}/retry`)
    expect(retry.body.data).toMatchObject({ status: 'PENDING', statusReason: null })
    await waitForStatus(app, 'RUNNING')
    expect((await findDeployment(cluster, app))?.metadata.uid).not.toBe(before)
    expect((await app.customer.put(`/instances/${app.id}/retry`)).status).toBe(409)
  },
  longMs,
)

test(
  'an app killed for its memory says so, and is well again as soon as a pod of it is ready',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    await turnPods(cluster, app, 'out-of-memory')
    const failed = await failsAfterAMinute(runtime, app, 'OOMKilled')
    expect(failed.statusReason).toBe('The app needs more memory than its plan has.')
    for (const { metadata } of await podsOf(cluster, app)) await cluster.kube.remove(pods, metadata)
    await waitForStatus(app, 'RUNNING')
    expect((await instanceOf(app)).statusReason).toBeNull()
  },
  longMs,
)

test(
  'a plan that no node has room for is an error with a reason',
  async () => {
    const { system } = await runtime()
    const plan = await system.plan()
    const huge = { cpuMillicores: 9_000_000 }
    await system.parts.db.write((tx) => tx.update(plans).set(huge).where(eq(plans.id, plan.id)).run())
    // Where nothing is known of the nodes, it is sold, and the app tells.
    await system.parts.db.write((tx) => tx.delete(clusterFacts).run())
    const customer = await system.customer({ balance: 100_000 })
    const { body } = await customer.post('/subscriptions', { planId: plan.id })
    const { instance, id: subscriptionId } = body.data
    const app = {
      customer,
      subscriptionId,
      id: instance.id,
      ref: { namespace: instance.namespace, name: instance.name },
    }
    const failed = await failsAfterAMinute(runtime, app, 'Unschedulable')
    expect(failed.statusReason).toBe('No node has room for the app right now.')

    // Never ready: an ending gives everything back, and the app does not come to life after it.
    const cancelled = await customer.delete(`/subscriptions/${subscriptionId}`)
    expect(cancelled.body.data.status).toBe('CANCELLED')
    expect(await customer.balance()).toBe(100_000)
    await waitForStatus(app, 'TERMINATED')
  },
  longMs,
)

test(
  'an image that can’t be pulled is an error with a reason, before and after a retry',
  async () => {
    const { system } = await brokenRegistry()
    const app = await buyApp(system)
    await until(
      'trouble',
      () => reasonOf(system, app),
      (reason) => /ImagePull/.test(reason ?? ''),
    )
    clock.advance(minute)
    await eventually(async () => {
      system.parts.reconciler.wake(app.id)
      return (await instanceOf(app)).status === 'ERROR'
    })
    expect((await instanceOf(app)).statusReason).toBe('The app’s image can’t be pulled.')
    const logs = await app.customer.get(`/instances/${app.id}/logs`)
    expect(logs.status).toBe(200)

    await app.customer.put(`/instances/${app.id}/retry`)
    await until(
      'trouble',
      () => reasonOf(system, app),
      (reason) => /ImagePull/.test(reason ?? ''),
    )
    expect((await instanceOf(app)).status).toBe('PROVISIONING')
    clock.advance(minute)
    await eventually(async () => {
      system.parts.reconciler.wake(app.id)
      return (await instanceOf(app)).status === 'ERROR'
    })
    expect(await failureMails(system, app)).toBe(2)
  },
  longMs,
)
