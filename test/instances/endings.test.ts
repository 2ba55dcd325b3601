import { expect, test } from 'bun:test'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { persistentVolumeClaims } from '../../src/kube'
import { day, ManualClock } from '../../src/lib/clock'
import { eventually } from '../contract/waiting'
import { credentialsOf } from '../support/people'
import { instanceOf, podsOf, runApp, sharedRuntime, waitForStatus } from '../support/runtime'
import { callerOf } from '../support/system'

const clock = new ManualClock('2026-03-01T00:00:00Z')
const runtime = sharedRuntime({ clock })
const longMs = 120_000

test(
  'cancelling now stops the app and keeps its data for seven days, then both go with the namespace',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const claims = async () =>
      (await cluster.kube.list(persistentVolumeClaims, { namespace: app.ref.namespace })).items.length
    expect(await claims()).toBe(1)
    const { body } = await app.customer.post(`/subscriptions/${app.subscriptionId}/cancel`, { when: 'now' })
    expect(body.data).toMatchObject({ status: 'CANCELLED', instance: { status: 'STOPPING' } })
    await waitForStatus(app, 'STOPPED')
    expect(await podsOf(cluster, app)).toEqual([])

    // No side door: what has ended is not revived by a verb for its app.
    for (const verb of ['start', 'restart', 'retry'])
      expect(await app.customer.put(`/instances/${app.id}/${verb}`)).toFail(409, 'INVALID_STATE')

    clock.advance(7 * day - 1)
    // The access token did not outlive that.
    const { body: again } = await system.anybody.post('/auth/login', credentialsOf(app.customer))
    Object.assign(app.customer, callerOf(system.url, { authorization: `Bearer ${again.data.accessToken}` }))
    await advanceSubscriptions(system.parts)
    expect((await instanceOf(app)).status).toBe('STOPPED')
    expect(await claims()).toBe(1)

    clock.advance(1)
    await advanceSubscriptions(system.parts)
    await waitForStatus(app, 'TERMINATED')
    await eventually(async () => !(await cluster.listNamespaces()).includes(app.ref.namespace))
    await advanceSubscriptions(system.parts)
    expect((await instanceOf(app)).status).toBe('TERMINATED')
    expect(await app.customer.put(`/instances/${app.id}/retry`)).toFail(409, 'INVALID_STATE')
  },
  longMs,
)
