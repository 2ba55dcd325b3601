import { expect, test } from 'bun:test'
import { findSubscriptionState } from '../../src/features/subscriptions/state'
import { sourceOf } from '../subscriptions/observed'
import { buyApp, instanceOf, sharedRuntime, waitForStatus } from '../support/runtime'

const runtime = sharedRuntime()

const ready = {
  status: 'RUNNING' as const,
  reasonCode: null,
  statusReason: null,
  podName: 'late-pod',
  restarts: 0,
  troubleSince: null,
  observedGeneration: 1,
  cleanedDeployment: 1,
}

test('what was seen of an older wish is dropped: an app cancelled and refunded does not become ready after that', async () => {
  const { system, cluster } = await runtime()
  cluster.proxy.open = false
  cluster.proxy.drop()
  const app = await buyApp(system)
  const source = sourceOf(system)
  const { spec } = (await source.load(app.id))!
  await app.customer.delete(`/subscriptions/${app.subscriptionId}`)
  expect(await app.customer.balance()).toBe(100_000)

  await source.save(app.id, spec.generation, ready)
  expect(await instanceOf(app)).toMatchObject({ status: 'TERMINATING', podName: null })
  const state = await findSubscriptionState(system.parts.db.read, app.subscriptionId)
  expect(state).toMatchObject({ status: 'CANCELLED', firstReadyAt: null })
  cluster.proxy.open = true
  await waitForStatus(app, 'TERMINATED')
})

test('the first readiness makes the subscription active and is mailed once, however often it is seen', async () => {
  const { system } = await runtime()
  const app = await buyApp(system)
  await waitForStatus(app, 'RUNNING')
  const source = sourceOf(system)
  const { spec } = (await source.load(app.id))!
  for (let i = 0; i < 3; i++) await source.save(app.id, spec.generation, { ...ready, podName: 'a-pod' })
  const { body } = await app.customer.get(`/subscriptions/${app.subscriptionId}`)
  expect(body.data.status).toBe('ACTIVE')
  const mails = await (await system.admin()).get('/admin/mails?limit=100')
  const told = mails.body.data.filter(
    ({ template, recipient }: { template: string; recipient: string }) =>
      template === 'app-ready' && recipient === app.customer.email,
  )
  expect(told).toHaveLength(1)
})
