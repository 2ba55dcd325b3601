import { afterAll, beforeAll, expect, test } from 'bun:test'
import { ManualClock } from '../../../src/lib/clock'
import { type Client, deploymentOf, makeNamespace, podsOf, readyPodOf, startFast, until } from './support/client'

let client: Client
const base = '/api/v1/namespaces/sim'
const apps = '/apis/apps/v1/namespaces/sim'
beforeAll(async () => {
  client = await startFast()
  await makeNamespace(client, 'sim')
})
afterAll(() => client.close())

type StatusList = 'containerStatuses' | 'initContainerStatuses'

const waitingFor = (app: string, reason: string, list: StatusList = 'containerStatuses') =>
  until(async () => {
    const waiting = (await podsOf(client, 'sim', app))[0]?.status[list]?.[0]?.state.waiting
    return waiting?.reason === reason && waiting
  })

test('a container whose Secret is missing says so, and starts once it is there', async () => {
  const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'late', key: 'password' } } }]
  await client.apply(`${apps}/deployments/late`, deploymentOf('late', { container: { env } }))
  const waiting = await waitingFor('late', 'CreateContainerConfigError')
  expect(waiting.message).toBe('secret "late" not found')
  await client.call('POST', `${base}/secrets`, { metadata: { name: 'late' }, stringData: { password: 'x' } })
  await readyPodOf(client, 'sim', 'late')
})

test('a pod whose volume refers to a missing ConfigMap is not started, and an event says why', async () => {
  const pod = { volumes: [{ name: 'files', configMap: { name: 'absent' } }] }
  await client.apply(`${apps}/deployments/unmounted`, deploymentOf('unmounted', { pod }))
  const told = await until(async () => {
    const { body } = await client.get(`${base}/events?fieldSelector=reason%3DFailedMount`)
    return body.items[0]
  })
  expect(told.message).toContain('configmap "absent" not found')
  expect((await podsOf(client, 'sim', 'unmounted'))[0]!.status.podIP).toBeUndefined()
})

test('an image name that is none is named', async () => {
  await client.apply(`${apps}/deployments/badname`, deploymentOf('badname', { image: 'Not An Image' }))
  await waitingFor('badname', 'InvalidImageName')
})

test('init containers come first, and one that crashes keeps the others from starting', async () => {
  const pod = { initContainers: [{ name: 'first', image: 'prepare:1' }] }
  await client.apply(`${apps}/deployments/prepared`, deploymentOf('prepared', { pod }))
  const ready = await readyPodOf(client, 'sim', 'prepared')
  expect(ready.status.initContainerStatuses[0]!.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
  const broken = { initContainers: [{ name: 'first', image: 'crash-loop:1' }] }
  await client.apply(`${apps}/deployments/unprepared`, deploymentOf('unprepared', { pod: broken }))
  await waitingFor('unprepared', 'CrashLoopBackOff', 'initContainerStatuses')
  await waitingFor('unprepared', 'PodInitializing')
})

test('only the container that misbehaves does', async () => {
  const pod = {
    containers: [
      { name: 'app', image: 'app:1' },
      { name: 'side', image: 'crash-loop:1' },
    ],
  }
  await client.apply(`${apps}/deployments/mixed`, deploymentOf('mixed', { pod }))
  const statuses = await until(async () => {
    const found = (await podsOf(client, 'sim', 'mixed'))[0]?.status.containerStatuses
    return found?.[1]?.state.waiting?.reason === 'CrashLoopBackOff' && found
  })
  expect(statuses[0]).toMatchObject({ name: 'app', ready: true, restartCount: 0 })
  expect(statuses[1]).toMatchObject({ name: 'side', ready: false })
})

test('a crash pauses longer each time, and a pod turned good again recovers', async () => {
  await client.apply(`${apps}/deployments/flaky`, deploymentOf('flaky'))
  const pod = await readyPodOf(client, 'sim', 'flaky')
  const path = `${base}/pods/${pod.metadata.name}`
  await client.patch(path, { metadata: { labels: { behaviour: 'out-of-memory' } } })
  const crashed = await until(async () => {
    const status = (await client.get(path)).body.status.containerStatuses[0]!
    return status.restartCount >= 2 && status.lastState.terminated && status
  })
  expect(crashed.lastState.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  await client.patch(path, { metadata: { labels: { behaviour: null } } })
  await until(async () => (await client.get(path)).body.status.containerStatuses[0]!.ready)
  const log = await client.get(`${path}/log?previous=true`)
  expect(log.body.text).toContain('the last line of the run before')
})

test('going back to an old template uses its ReplicaSet again, as the newest revision', async () => {
  const path = `${apps}/deployments/back`
  for (const image of ['app:1', 'app:2', 'app:1']) {
    await client.apply(path, deploymentOf('back', { image }))
    await until(async () => {
      const { status, metadata } = (await client.get(path)).body
      return (
        status.observedGeneration === metadata.generation && status.availableReplicas === 1 && status.replicas === 1
      )
    })
  }
  const { body } = await client.get(`${apps}/replicasets?labelSelector=app%3Dback`)
  expect(body.items).toHaveLength(2)
  expect((await client.get(path)).body.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
})

test('three replicas roll over without ever falling below what is allowed', async () => {
  const path = `${apps}/deployments/wide`
  const wide = (image: string) => ({
    ...deploymentOf('wide', { image, replicas: 3 }),
  })
  await client.apply(path, wide('app:1'))
  await until(async () => (await client.get(path)).body.status.availableReplicas === 3)
  await client.apply(path, wide('app:2'))
  await until(async () => {
    const { status, metadata } = (await client.get(path)).body
    expect(status.availableReplicas ?? 0).toBeGreaterThanOrEqual(3)
    expect(status.replicas).toBeLessThanOrEqual(4)
    return status.observedGeneration === metadata.generation && status.updatedReplicas === 3 && status.replicas === 3
  })
})

test('a cordoned node gets no pods, and one that waits gets its node when there is room', async () => {
  for (const node of ['node-a', 'node-b', 'node-c'])
    await client.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable: true } })
  await client.apply(`${apps}/deployments/homeless`, deploymentOf('homeless'))
  await until(async () => {
    const [pod] = await podsOf(client, 'sim', 'homeless')
    const conditions = pod?.status.conditions
    const scheduled = conditions?.find((each) => each.type === 'PodScheduled')
    return scheduled?.message?.includes('node(s) were unschedulable')
  })
  for (const node of ['node-a', 'node-c'])
    await client.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable: null } })
  const pod = await readyPodOf(client, 'sim', 'homeless')
  expect(pod.spec.nodeName).not.toBe('node-b')
})

test('use stays below the limits, and is unknown just after the start', async () => {
  const clock = new ManualClock('2026-01-31T10:00:00Z')
  const slow = await startFast({ clock, timing: { metricsDelayMs: 10_000 } })
  await makeNamespace(slow, 'use')
  const container = { resources: { limits: { cpu: '250m', memory: '256Mi' } } }
  await slow.apply('/apis/apps/v1/namespaces/use/deployments/used', deploymentOf('used', { container }))
  const pod = await readyPodOf(slow, 'use', 'used')
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/use/pods/${pod.metadata.name}`
  expect((await slow.get(path)).status).toBe(404)
  clock.advance(10_000)
  const { usage } = (await slow.get(path)).body.containers![0]!
  expect(usage.cpu).toMatch(/^\d+n$/)
  expect(usage.memory).toMatch(/^\d+Ki$/)
  expect(Number.parseInt(usage.cpu!, 10)).toBeLessThan(250_000_000)
  expect(Number.parseInt(usage.memory!, 10)).toBeLessThan(256 * 1024)
  await slow.close()
})
